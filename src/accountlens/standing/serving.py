"""Which facts of a question need no scan, because their figures stand ready; and these, as the question has them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.catalog.catalog import Catalog
from accountlens.engine.fact_figures import Dimension, FactFigures, Places
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.engine.where import accounts_in
from accountlens.standing.narrowing import narrowed, strangers
from accountlens.standing.questions import ACCOUNTS
from accountlens.standing.signatures import signatures, span_of
from accountlens.store.figures import Column, FiguresReader

Texts: TypeAlias = npt.NDArray[np.object_]
Wanted: TypeAlias = tuple[str, str, set[int]]  # a column, what it is, the kept spans it is wanted for
NOWHERE = -1
NOBODY = np.array([], np.int64), np.array([], np.int64)
TOTAL = ""  # the text of a dimension that is summed over
REMEMBERED = 64  # questions of which it is remembered where their figures stand


@dataclass(frozen=True)
class Source:
    """Where a fact's figures stand: their table, and its columns in the order of the fact's own."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What of a question is kept: by dimension the table and the name of each column; `spans`: kept one → slice."""

    kept: Mapping[str, Mapping[str, tuple[str, str]]]
    spans: Places
    _sources: dict[tuple[str, ...], Mapping[str, Source]] = field(default_factory=dict)

    def sources(self, columns: tuple[str, ...]) -> Mapping[str, Source]:
        """Where all of a fact's columns stand, by dimension."""
        if columns not in self._sources:
            self._sources[columns] = dict(self._find(columns))
        return self._sources[columns]

    def _find(self, columns: tuple[str, ...]) -> Iterator[tuple[str, Source]]:
        for by, kept in self.kept.items():
            if columns and all(column in kept for column in columns):
                yield by, Source(kept[columns[0]][0], tuple(kept[column][1] for column in columns))


@dataclass(frozen=True)
class Take:
    """Rows to take for a level of the question: those of a kept level, of all groups or of some, with their texts."""

    by: str
    level: int  # of the kept rows
    accounts: tuple[str, ...] | None
    becomes: int  # the level in the question
    named: bool  # whether the rows keep their group's text


@dataclass(frozen=True)
class Selection:
    """A take's groups: for each part their numbers there (None: all), and the places of their texts (None: total)."""

    take: Take
    parts: Mapping[int, tuple[Places | None, Places | None]]


class Standing:
    """The figures kept for one snapshot, matched with questions."""

    def __init__(self, reader: FiguresReader, catalog: Catalog) -> None:
        self.catalog, self.reader = catalog, reader
        self.told = reader.manifest or {"spans": [], "by": {}}
        self.shelves = {by: Shelf(reader, by, told["parts"]) for by, told in self.told["by"].items()}
        self._strangers: tuple[str, ...] | None = None
        self._narrowings: dict[Hashable, tuple[str, ...] | None] = {}
        self._remembered: dict[int, tuple[Sequence[Branch], Match]] = {}

    def serve(self, plan: Plan, facts: Sequence[Step], session: Session) -> list[FactFigures | None]:
        """For each fact of a plan its figures, or None where they have to be computed."""
        try:
            return self._serve(plan, facts, session)
        except OSError:  # a newer snapshot's figures have taken their place
            return [None] * len(facts)

    def kept(self, plan: Plan, facts: Sequence[Step], session: Session) -> list[tuple[str, ...]]:
        """Of each fact that could not be served the columns whose figures stand ready for a question."""
        takes = self._takes(plan, session)
        if not takes:
            return [()] * len(facts)
        kept = self._match(plan).kept
        found = [
            tuple(name for name in step.columns if all(name in kept.get(one.by, ()) for one in takes)) for step in facts
        ]
        # those of which all are kept have gone meanwhile
        return [columns if len(columns) < len(step.columns) else () for step, columns in zip(facts, found, strict=True)]

    def _serve(self, plan: Plan, facts: Sequence[Step], session: Session) -> list[FactFigures | None]:
        takes = self._takes(plan, session)
        if not takes:
            return [None] * len(facts)
        match = self._match(plan)
        texts = self._texts(takes) if plan.groups else None
        chosen = [self.shelves[take.by].select(take, texts) for take in takes]
        found = [match.sources(step.columns) for step in facts]
        return [
            self._figures(sources, match.spans, chosen, texts) if all(take.by in sources for take in takes) else None
            for sources in found
        ]

    def _takes(self, plan: Plan, session: Session) -> list[Take]:
        """What gives the levels of a question; nothing where one of them is not kept."""
        if len(plan.groups) > 1:
            return []
        accounts = None
        if plan.where or session.seen is not None:
            accounts = self._narrowed(plan, session) if ACCOUNTS in self.shelves else None
            if accounts is None:
                return []
        takes = [self._take(plan, level, accounts) for level in plan.levels]
        return [take for take in takes if take] if all(takes) else []

    def _narrowed(self, plan: Plan, session: Session) -> tuple[str, ...] | None:
        """The accounts a question is narrowed to, and the session; None where `where` speaks of more than accounts."""
        found = self._named(plan, session.whole) if plan.where else tuple(sorted(session.seen or ()))
        if plan.where and found and session.seen is not None:
            found = tuple(one for one in found if one in session.seen)
        return found

    def _named(self, plan: Plan, session: Session) -> tuple[str, ...] | None:
        """The accounts a condition names, of all there are."""
        assert plan.where is not None
        if (named := accounts_in(plan.where)) is not None:
            return named
        filters = frozenset(dimension for branch in plan.branches for dimension in branch.filters)
        key = plan.where, plan.history, filters
        if key not in self._narrowings:
            if len(self._narrowings) >= REMEMBERED:
                self._narrowings.clear()
            if self._strangers is None:
                self._strangers = strangers(self.shelves[ACCOUNTS].texts.tolist(), session)
            self._narrowings[key] = narrowed(plan, filters, session, self._strangers)
        return self._narrowings[key]

    def _take(self, plan: Plan, level: tuple[int, ...], accounts: tuple[str, ...] | None) -> Take | None:
        by, above = (plan.groups[0] if level else None), len(plan.groups) - len(level)
        if by is None and accounts is None:
            total = next((name for name in self.shelves if name != ACCOUNTS), None)
            return Take(total, 1, None, above, False) if total else None
        if by is None and accounts and len(accounts) == 1:
            return Take(ACCOUNTS, 0, accounts, above, False)
        if by == ACCOUNTS and by in self.shelves:
            return Take(by, 0, accounts, 0, True)
        # other groups depend on which attributes are read as they were
        if by in self.shelves and accounts is None and self.told["by"][by]["history"] == sorted(plan.history):
            return Take(str(by), 0, None, 0, True)
        return None

    def _match(self, plan: Plan) -> Match:
        """Where the figures of a question stand, whatever accounts it is narrowed to."""
        key = id(plan.branches)
        if key not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = plan.branches, self._find(plan)
        return self._remembered[key][1]

    def _find(self, plan: Plan) -> Match:
        kept = {tuple(span): place for place, span in enumerate(self.told["spans"])}
        spans = np.full(len(kept), NOWHERE)
        for index, piece in enumerate(plan.slices):
            if (place := kept.get(span_of(piece))) is not None:
                spans[place] = index
        places = {index: place for place, index in enumerate(spans.tolist())}
        wanted = [
            (column, signature, {places.get(index, NOWHERE) for index in branch.periods})
            for branch in plan.branches
            for column, signature in signatures(plan, branch, self.catalog)
        ]
        return Match({by: dict(_kept(told, wanted)) for by, told in self.told["by"].items()}, spans)

    def _texts(self, takes: Sequence[Take]) -> Texts:
        """The texts of all groups that may be in the answer, in order; one array for all facts."""
        named = next((take for take in takes if take.named), takes[0])
        if named.accounts is None:
            return self.shelves[named.by].texts
        return np.array(sorted({TOTAL, *named.accounts}), dtype=object)

    def _figures(
        self, sources: Mapping[str, Source], spans: Places, selections: Sequence[Selection], texts: Texts | None
    ) -> FactFigures:
        pieces = [
            piece
            for one in selections
            for piece in self.shelves[one.take.by].pieces(sources[one.take.by], one, spans, texts)
        ]
        return _joined(pieces) if len(pieces) > 1 else pieces[0]


def _kept(told: Mapping[str, Any], wanted: Sequence[Wanted]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Of the columns wanted those whose figures are kept for all their spans: their table and name there."""
    reach = [set(spans) for spans in told["reach"]]
    for column, signature, spans in wanted:
        figure = told["figures"].get(signature)
        if figure and spans <= reach[figure[2]]:
            yield column, (figure[0], figure[1])


class Shelf:
    """The figures kept by one dimension, in parts that hold some of its groups each."""

    def __init__(self, reader: FiguresReader, by: str, parts: int) -> None:
        self.reader, self.by, self.parts = reader, by, range(parts)
        self._opened: dict[str, Sequence[Mapping[str, Column]]] = {}

    def _tables(self, name: str) -> Sequence[Mapping[str, Column]]:
        """A table's parts, all opened with the first: else a click on an account of another part waited for it."""
        if name not in self._opened:
            self._opened[name] = [self.reader.table(f"{self.by}/{part}/{name}") for part in self.parts]
        return self._opened[name]

    @cached_property
    def _own(self) -> Sequence[Texts]:
        return [self.reader.texts(f"{self.by}/{part}/texts") for part in self.parts]

    @cached_property
    def _places(self) -> Mapping[str, tuple[int, int]]:
        """Each text's part, and its number there."""
        return {text: (part, number) for part in self.parts for number, text in enumerate(self._own[part].tolist())}

    @cached_property
    def texts(self) -> Texts:
        """All texts in order, that of the total first."""
        return np.array(sorted({TOTAL, *self._places}), dtype=object)

    @cached_property
    def _ranks(self) -> Sequence[Places]:
        """For each part, where each of its texts stands among all."""
        place = {text: rank for rank, text in enumerate(self.texts.tolist())}
        return [np.array([place[text] for text in own.tolist()], np.int64) for own in self._own]

    def select(self, take: Take, texts: Texts | None) -> Selection:
        """The groups of a take, by part; their texts' places among those of the answer."""
        if take.accounts is None:
            every = [(None, ranks if take.named else None) for ranks in self._ranks]
            return Selection(take, dict(enumerate(every)))
        wanted = (
            enumerate(texts.tolist()) if take.named and texts is not None else ((0, text) for text in take.accounts)
        )
        found: dict[int, list[tuple[int, int]]] = {}
        for rank, text in wanted:
            if text in self._places:
                part, number = self._places[text]
                found.setdefault(part, []).append((number, rank))
        parts = {part: np.array(sorted(numbers), np.int64).T for part, numbers in found.items()}
        return Selection(take, {part: (numbers, ranks) for part, (numbers, ranks) in parts.items()} or {0: NOBODY})

    def pieces(self, source: Source, chosen: Selection, spans: Places, texts: Texts | None) -> Iterator[FactFigures]:
        take, tables = chosen.take, self._tables(source.table)
        for part, (numbers, ranks) in chosen.parts.items():
            table = tables[part]
            rows, rank = _every(table, ranks) if numbers is None else _some(table, numbers, ranks)
            periods = spans[table["p"][rows]]
            wanted = periods != NOWHERE
            if self.by != ACCOUNTS:
                wanted &= table["level"][rows] == take.level
            if not wanted.all():
                rows, rank, periods = rows[wanted], rank[wanted], periods[wanted]
            values = np.empty((len(source.columns), len(rows)))
            for row, column in zip(values, source.columns, strict=True):
                row[:] = table[column][rows]
            dims = [] if texts is None else [Dimension(rank, texts, True)]
            yield FactFigures(periods, np.full(len(rows), take.becomes), dims, values)


def _every(table: Mapping[str, Column], ranks: Places | None) -> tuple[Places, Places]:
    """All rows, and the place of each one's text."""
    group = table["group"]
    return np.arange(len(group)), np.zeros(len(group), np.int64) if ranks is None else ranks[group]


def _some(table: Mapping[str, Column], numbers: Places, ranks: Places | None) -> tuple[Places, Places]:
    """The rows of some groups, and the place of each one's text."""
    group = table["group"]
    kept = numbers.astype(group.dtype)  # of another type the whole column would be converted
    first, last = np.searchsorted(group, kept), np.searchsorted(group, kept, "right")
    lengths = last - first
    starts = np.repeat(first - np.cumsum(lengths) + lengths, lengths)
    rows = starts + np.arange(len(starts))
    return rows, np.repeat(ranks, lengths) if ranks is not None else np.zeros(len(rows), np.int64)


def _joined(pieces: Sequence[FactFigures]) -> FactFigures:
    first = pieces[0]
    dims = [
        Dimension(np.concatenate([piece.dims[index].numbers for piece in pieces]), dim.texts, True)
        for index, dim in enumerate(first.dims)
    ]
    return FactFigures(
        np.concatenate([piece.p for piece in pieces]),
        np.concatenate([piece.level for piece in pieces]),
        dims,
        np.concatenate([piece.values for piece in pieces], axis=1),
    )
