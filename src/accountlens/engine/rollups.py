"""Rollups: rows that many periods share are summed up once per stretch of time; periods combine the stretches.

A branch over a trailing window is rolled up where its aggregates can be taken apart; plain sums and counts of events of
the same fact then come from the same rollup. What cannot be taken apart (distinct counts, medians) stays with the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeGuard

from accountlens.catalog.catalog import Catalog
from accountlens.engine.aggregates import OF_PERIOD, Parts, take_apart
from accountlens.engine.cuts import Cut
from accountlens.engine.dimensions import Joins
from accountlens.engine.moments import moment_of
from accountlens.engine.plan import Branch, FactUse, Item, Plan
from accountlens.engine.planner import IDENTIFIER
from accountlens.language.measures import At, Trailing
from accountlens.language.tables import Fact

Cuts: TypeAlias = Mapping[tuple[FactUse, str], Cut]


@dataclass(frozen=True)
class Rollup:
    """The rows of a fact summed up for each stretch and each value of `keys`. Stretches do not overlap."""

    name: str
    use: FactUse
    keys: tuple[str, ...]
    columns: tuple[str, ...]  # of the fact, that it reads
    cut: Cut
    parts: tuple[Item, ...]
    any_of: tuple[str, ...]


def roll_up(plan: Plan, catalog: Catalog, cuts: Cuts) -> tuple[list[Branch], list[Rollup]]:
    """The branches as they are to be computed, and the rollups that some of them read."""
    if not cuts:
        return list(plan.branches), []
    drafts: dict[Any, _Draft] = {}
    for branch in plan.branches:
        if isinstance(branch.time, Trailing):
            drafts.setdefault(_place(branch, plan, catalog), _Draft(f"rollup_{len(drafts)}"))
    done = [piece for branch in plan.branches for piece in _rolled(branch, plan, catalog, drafts)]
    used = {place: draft for place, draft in drafts.items() if place is not None and draft.parts}
    return done, [
        draft.rollup(catalog.facts[use.fact], use, keys, cuts[use, column])
        for (use, column, keys), draft in used.items()
    ]


def _place(branch: Branch, plan: Plan, catalog: Catalog) -> tuple[FactUse, str, tuple[str, ...]] | None:
    """Branches with the same place can share a rollup. None: the branch needs the rows themselves."""
    if not isinstance(branch.time, At | Trailing) or branch.lasted:
        return None
    joins = Joins(catalog, moment_of(branch.time), plan.history)
    for dimension in (*branch.dimensions, *branch.filters):
        joins.value(dimension)
    scoped = {"account_id"} if plan.query.scope != "all" else set()
    if joins.moment.event and (scoped or any(joins.moment.sql in text for text in joins.texts.values())):
        return None  # read at the event's own moment, which a stretch has forgotten
    keys = joins.own | scoped | ({branch.per} if branch.per else set())
    return branch.use, branch.time.column, tuple(sorted(keys))


def _rolled(branch: Branch, plan: Plan, catalog: Catalog, drafts: dict[Any, _Draft]) -> Iterable[Branch]:
    """The branch over its rollup, and what of it stays with the rows."""
    place = _place(branch, plan, catalog)
    if place is None or (draft := drafts.get(place)) is None:
        return [branch]
    keys = frozenset(place[2])
    condition = " OR ".join(f"({text})" for text in branch.any_of if not OF_PERIOD.search(text)) or None
    if branch.per:
        apart = [take_apart(item.sql, keys, *branch.any_of) for item in branch.each]
        if not _all(apart):
            return [branch]
        each = draft.combine(branch.each, apart)
        return [draft.branch(branch, keys, condition, each=each)]
    apart = [take_apart(item.sql, keys) for item in branch.items]
    kept = tuple(item for item, parts in zip(branch.items, apart, strict=True) if parts is None)
    moved = [item for item in branch.items if item not in kept]
    if not moved:
        return [branch]
    items = draft.combine(moved, [parts for parts in apart if parts])
    rolled = draft.branch(branch, keys, condition, items=items)
    return [rolled, replace(branch, name=f"{branch.name}_rest", items=kept)] if kept else [rolled]


def _all(apart: Sequence[Parts | None]) -> TypeGuard[list[Parts]]:
    return None not in apart


@dataclass
class _Draft:
    """A rollup while branches are put on it."""

    name: str
    parts: dict[str, str] = field(default_factory=dict)  # sql → column
    conditions: list[str | None] = field(default_factory=list)

    def part(self, sql: str) -> str:
        return self.parts.setdefault(sql, f"r{len(self.parts)}")

    def combine(self, items: Sequence[Item], apart: Sequence[Parts]) -> tuple[Item, ...]:
        pairs = zip(items, apart, strict=True)
        return tuple(
            Item(item.column, parts.combined.format(*map(self.part, parts.of_stretch))) for item, parts in pairs
        )

    def branch(self, branch: Branch, keys: frozenset[str], condition: str | None, **changed: Any) -> Branch:
        """The branch over this rollup; stretches without a row that matters to it count for nothing."""
        self.conditions.append(condition)
        matter = self.part(f"count(*) FILTER (WHERE {condition})" if condition else "count(*)")
        done = replace(branch, rollup=self.name, any_of=(f"{matter} > 0",), **changed)
        texts = " ".join([*(item.sql for item in (*done.items, *done.each)), *done.any_of])
        words = set(IDENTIFIER.findall(texts)) | {branch.per}
        return replace(done, columns=tuple(name for name in (*sorted(keys), *self.parts.values()) if name in words))

    def rollup(self, fact: Fact, use: FactUse, keys: tuple[str, ...], cut: Cut) -> Rollup:
        any_of = () if None in self.conditions else tuple(dict.fromkeys(text for text in self.conditions if text))
        read = {word for text in (*self.parts, *any_of) for word in IDENTIFIER.findall(text)} | {cut.column, *keys}
        return Rollup(
            name=self.name,
            use=use,
            keys=keys,
            columns=tuple(name for name in fact.columns if name in read),
            cut=cut,
            parts=tuple(Item(name, sql) for sql, name in self.parts.items()),
            any_of=any_of,
        )
