"""Rollups: rows that many periods share are summed up once per stretch of time; periods combine the stretches.

A branch over a trailing window, or with two stages over spells, is rolled up where its aggregates can be taken apart;
what else is asked of the same times then comes from the same sums. What cannot be taken apart stays with the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, TypeAlias

from accountlens.catalog.catalog import Catalog
from accountlens.engine.aggregates import Condition, Parts, View, divide, filled, take_apart
from accountlens.engine.cuts import Place, edge_of
from accountlens.engine.dimensions import Joins
from accountlens.engine.moments import moment_of
from accountlens.engine.plan import Branch, FactUse, Item, Plan
from accountlens.engine.planner import IDENTIFIER
from accountlens.language.measures import At, During, Trailing
from accountlens.language.tables import Fact

Root: TypeAlias = tuple[FactUse, str | None]  # whose stretches: a time column's, or none where spells are met


@dataclass(frozen=True)
class Rollup:
    """The rows of a fact summed up for each stretch and each value of `keys`. Stretches do not overlap.

    A key `of_some` rows is null for all but those that meet the condition: sums are then far fewer.
    """

    name: str
    use: FactUse
    main: str | None  # the time whose stretches they are
    keys: tuple[str, ...]
    of_some: Mapping[str, str]
    edges: tuple[str, ...]  # the times of which the first edge afterwards is kept
    columns: tuple[str, ...]  # of the fact, that it reads
    parts: tuple[Item, ...]
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Rolled:
    """Branches as they are to be computed, the rollups some of them read, and the edges these need."""

    branches: tuple[Branch, ...]
    rollups: tuple[Rollup, ...] = ()

    @property
    def compared(self) -> set[Place]:
        """The times by which rows are met that are also compared with the period's edges."""
        return {(rollup.use, rollup.main) for rollup in self.rollups if rollup.main and rollup.main in rollup.edges}

    @property
    def edges(self) -> set[Place]:
        return {(rollup.use, name) for rollup in self.rollups for name in rollup.edges if name != rollup.main}


@dataclass(frozen=True)
class _Piece:
    """A part of a branch that can come from a rollup with these `needs`: keys, and times whose edges are kept."""

    branch: Branch
    own: frozenset[str]  # the columns it groups and filters by
    needs: frozenset[tuple[str, str]]
    apart: tuple[Parts, ...]  # of its items, or of `each` in two stages
    conditions: tuple[Condition, ...]  # what its rows meet, any of them


def roll_up(plan: Plan, catalog: Catalog) -> Rolled:
    """Every branch, over a rollup where that is cheaper than meeting its rows in every period."""
    if len(plan.slices) == 1:
        return Rolled(plan.branches)
    roots = {_root(branch) for branch in plan.branches if _is_dear(branch)}
    split = [_split(branch, plan, catalog) if _root(branch) in roots else [branch] for branch in plan.branches]
    pieces = [piece for found in split for piece in found]
    needed: dict[Root, list[frozenset[tuple[str, str]]]] = {}
    for piece in pieces:
        if isinstance(piece, _Piece):
            needed.setdefault(_root(piece.branch), []).append(piece.needs)
    drafts = list(_drafts(needed))
    branches = tuple(_placed(piece, drafts) if isinstance(piece, _Piece) else piece for piece in pieces)
    return Rolled(branches, tuple(draft.rollup(catalog.facts[draft.root[0].fact]) for draft in drafts))


def _root(branch: Branch) -> Root:
    return branch.use, branch.time.column if isinstance(branch.time, At | Trailing) else None


def _is_dear(branch: Branch) -> bool:
    """Whether the branch meets its rows in many periods, and has much to do with each."""
    spells = isinstance(branch.time, During) and branch.time.boundary == "before" and branch.per is not None
    return not branch.lasted and (isinstance(branch.time, Trailing) or spells)


def _split(branch: Branch, plan: Plan, catalog: Catalog) -> Iterable[Branch | _Piece]:
    """The branch in pieces that rollups can give, and what of it stays with the rows."""
    own = _own_keys(branch, plan, catalog)
    if own is None:
        return [branch]
    view = _view(branch, own, catalog)
    if branch.per:
        condition = divide(branch.any_of[0], view) if branch.any_of else Condition()
        apart = [take_apart(item.sql, view, condition) for item in branch.each] if condition else [None]
        whole = [parts for parts in apart if parts]
        if condition is None or len(whole) < len(apart):
            return [branch]
        return [_Piece(branch, own, _needs(branch, own, whole, [condition]), tuple(whole), (condition,))]
    found = [(item, take_apart(item.sql, view)) for item in branch.items]
    return list(_groups(branch, own, found))


def _groups(
    branch: Branch, own: frozenset[str], found: Sequence[tuple[Item, Parts | None]]
) -> Iterator[Branch | _Piece]:
    """Items with the same needs together; those that cannot be taken apart as a branch of their own."""
    whole = [(item, parts, _needs(branch, own, [parts], [parts.condition])) for item, parts in found if parts]
    rest = tuple(item for item, parts in found if parts is None)
    ordered = sorted(whole, key=lambda found: sorted(found[2]))
    for number, (needs, group) in enumerate(groupby(ordered, key=lambda found: found[2])):
        items, apart = zip(*((item, parts) for item, parts, _ in group), strict=True)
        name = f"{branch.name}_{number}" if number else branch.name
        conditions = tuple(parts.condition for parts in apart)
        yield _Piece(replace(branch, name=name, items=items), own, needs, apart, conditions)
    if rest:
        yield replace(branch, name=f"{branch.name}_rest", items=rest) if whole else branch


def _own_keys(branch: Branch, plan: Plan, catalog: Catalog) -> frozenset[str] | None:
    """The columns that the branch groups and filters by. None: it needs the rows themselves."""
    if not isinstance(branch.time, At | Trailing | During) or branch.lasted:
        return None
    joins = Joins(catalog, moment_of(branch.time), plan.history)
    for dimension in (*branch.dimensions, *branch.filters):
        joins.value(dimension)
    scoped = {"account_id"} if plan.query.scope != "all" else set()
    if joins.moment.event and (scoped or any(joins.moment.sql in text for text in joins.texts.values())):
        return None  # read at the event's own moment, which a stretch has forgotten
    return frozenset(joins.own | scoped | ({branch.per} if branch.per else set()))


def _view(branch: Branch, own: frozenset[str], catalog: Catalog) -> View:
    columns = catalog.facts[branch.use.fact].columns
    times = frozenset(name for name, kind in columns.items() if kind == "TIMESTAMP")
    return View(frozenset(columns), own, times, _root(branch)[1])


def _needs(
    branch: Branch, own: frozenset[str], apart: Iterable[Parts], conditions: Iterable[Condition]
) -> frozenset[tuple[str, str]]:
    keys = {("key", name) for name in own} | {("key", name) for parts in apart for name, _ in parts.finer}
    edges = {name for parts in apart for name in parts.edges} | {name for told in conditions for name in told.edges}
    if isinstance(branch.time, During):
        edges |= {branch.time.start, branch.time.end}
    return frozenset(keys | {("edge", name) for name in edges})


def _drafts(needed: Mapping[Root, Sequence[frozenset[tuple[str, str]]]]) -> Iterator[_Draft]:
    """As few rollups as give all pieces what they need: one that keeps more apart serves those that need less."""
    number = 0
    for root, found in needed.items():
        widest = [needs for needs in dict.fromkeys(found) if not any(needs < other for other in found)]
        for needs in widest:
            yield _Draft(f"rollup_{number}", root, needs)
            number += 1


def _placed(piece: _Piece, drafts: Sequence[_Draft]) -> Branch:
    fitting = (draft for draft in drafts if draft.root == _root(piece.branch) and piece.needs <= draft.needs)
    return next(fitting).branch(piece)


@dataclass
class _Draft:
    """A rollup while branches are put on it."""

    name: str
    root: Root
    needs: frozenset[tuple[str, str]]
    parts: dict[str, str] = field(default_factory=dict)  # sql → column
    conditions: list[str | None] = field(default_factory=list)
    finer: dict[str, dict[str | None, None]] = field(default_factory=dict)  # key → the rows it matters to

    def named(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(name for found, name in self.needs if found == kind))

    def part(self, sql: str) -> str:
        return self.parts.setdefault(sql, f"r{len(self.parts)}")

    def combine(self, items: Sequence[Item], texts: Sequence[str], apart: Sequence[Parts]) -> tuple[Item, ...]:
        return tuple(
            Item(item.column, filled(text, [self.part(sql) for sql in parts.of_stretch]))
            for item, text, parts in zip(items, texts, apart, strict=True)
        )

    def branch(self, piece: _Piece) -> Branch:
        """The branch over this rollup; stretches without a row that matters to it count for nothing."""
        branch = piece.branch
        any_of = tuple(dict.fromkeys(map(self._matter, piece.conditions)))
        for name, rows in (
            *((name, None) for name in piece.own),
            *(one for parts in piece.apart for one in parts.finer),
        ):
            self.finer.setdefault(name, {})[rows] = None
        done = replace(branch, rollup=self.name, any_of=any_of, **self._combined(piece))
        texts = " ".join([*(item.sql for item in (*done.items, *done.each)), *any_of])
        words = set(IDENTIFIER.findall(texts)) | {done.per}
        kept = (*self.named("key"), *map(edge_of, self.named("edge")), *self.parts.values())
        return replace(done, columns=tuple(name for name in kept if name in words))

    def _combined(self, piece: _Piece) -> dict[str, Any]:
        """What the branch says of the sums in place of the rows."""
        branch, counted = piece.branch, [parts.distinct for parts in piece.apart]
        if branch.per:
            return {"each": self.combine(branch.each, [parts.combined for parts in piece.apart], piece.apart)}
        columns = {one.column if one else None for one in counted}
        if len(columns) > 1 or None in columns:
            return {"items": self.combine(branch.items, [parts.combined for parts in piece.apart], piece.apart)}
        # one value after the other: an engine counts each DISTINCT in a pass of its own
        named = [Item(f"e{index}", "") for index in range(len(counted))]
        return {
            "per": columns.pop(),
            "keyless": True,
            "each": self.combine(named, [one.of_each() for one in counted if one], piece.apart),
            "items": tuple(
                Item(item.column, f"count(*) FILTER (WHERE {one.column} > 0)")
                for item, one in zip(branch.items, named, strict=True)
            ),
        }

    def _matter(self, condition: Condition) -> str:
        rows = condition.rows()
        self.conditions.append(rows)
        count = self.part(f"count(*) FILTER (WHERE {rows})" if rows else "count(*)")
        return " AND ".join([f"{count} > 0", *(f"({text})" for text in condition.of_sums)])

    def rollup(self, fact: Fact) -> Rollup:
        use, main = self.root
        any_of = () if None in self.conditions else tuple(dict.fromkeys(text for text in self.conditions if text))
        keys, edges = self.named("key"), self.named("edge")
        read = {word for text in (*self.parts, *any_of) for word in IDENTIFIER.findall(text)} | {main, *keys, *edges}
        return Rollup(
            name=self.name,
            use=use,
            main=main,
            keys=keys,
            of_some={
                key: " OR ".join(f"({rows})" for rows in found if rows)
                for key, found in self.finer.items()
                if None not in found
            },
            edges=edges,
            columns=tuple(name for name in fact.columns if name in read),
            parts=tuple(Item(name, sql) for sql, name in self.parts.items()),
            any_of=any_of,
        )
