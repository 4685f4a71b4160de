"""Which facts of a question need no scan, because their figures stand ready; and these, as the question has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from accountlens.catalog.catalog import Catalog
from accountlens.engine.fact_figures import Dimension, FactFigures, Places
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.script import Step
from accountlens.engine.where import accounts_in
from accountlens.standing.questions import ACCOUNTS
from accountlens.standing.signatures import signatures, span_of
from accountlens.store.figures import Column, FiguresReader

NOWHERE = -1
TOTAL = ""  # the text of a dimension that is summed over
REMEMBERED = 64  # questions of which it is remembered where their figures stand


@dataclass(frozen=True)
class Source:
    """Where a fact's figures stand: their table, and its columns in the order of the fact's own."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """For each fact of a question its source by the dimension figures are kept by; `spans`: kept one → slice."""

    sources: tuple[Mapping[str, Source], ...]
    spans: Places


@dataclass(frozen=True)
class Take:
    """Rows to take for a level of the question: those of a kept level, of all groups or of some, with their texts."""

    by: str
    level: int  # of the kept rows
    accounts: tuple[str, ...] | None
    becomes: int  # the level in the question
    named: bool  # whether the rows keep their group's text


class Standing:
    """The figures kept for one snapshot, matched with questions."""

    def __init__(self, reader: FiguresReader, catalog: Catalog) -> None:
        self.catalog, self.place = catalog, reader.place
        self.told = reader.manifest or {"spans": [], "by": {}}
        self.shelves = {by: Shelf(reader, by, told["parts"]) for by, told in self.told["by"].items()}
        self._remembered: dict[int, tuple[Sequence[Branch], Match]] = {}

    def serve(self, plan: Plan, facts: Sequence[Step]) -> list[FactFigures | None]:
        """For each fact of a plan its figures, or None where they have to be computed."""
        try:
            return self._serve(plan, facts)
        except OSError:  # a newer snapshot's figures have taken their place
            return [None] * len(facts)

    def _serve(self, plan: Plan, facts: Sequence[Step]) -> list[FactFigures | None]:
        takes = self._takes(plan)
        if not takes:
            return [None] * len(facts)
        match = self._match(plan, facts)
        texts = self._texts(takes) if plan.groups else None
        return [
            self._figures(found, match.spans, takes, texts) if all(take.by in found for take in takes) else None
            for found in match.sources
        ]

    def _takes(self, plan: Plan) -> list[Take]:
        """What gives the levels of a question; nothing where one of them is not kept."""
        accounts = accounts_in(plan.where) if plan.where else None
        if (plan.where and accounts is None) or len(plan.groups) > 1:
            return []
        takes = [self._take(plan, level, accounts) for level in plan.levels]
        return [take for take in takes if take] if all(takes) else []

    def _take(self, plan: Plan, level: tuple[int, ...], accounts: tuple[str, ...] | None) -> Take | None:
        by, above = (plan.groups[0] if level else None), len(plan.groups) - len(level)
        if by is None and accounts is None:
            total = next((name for name in self.shelves if name != ACCOUNTS), None)
            return Take(total, 1, None, above, False) if total else None
        if by is None and accounts and len(accounts) == 1:
            return Take(ACCOUNTS, 0, accounts, above, False)
        if by is not None and by in self.shelves and (accounts is None or by == ACCOUNTS):
            return Take(by, 0, accounts, 0, True)
        return None

    def _match(self, plan: Plan, facts: Sequence[Step]) -> Match:
        """Where the figures of a question stand, whatever accounts it is narrowed to."""
        key = id(plan.branches)
        if key not in self._remembered:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = plan.branches, self._find(plan, facts)
        return self._remembered[key][1]

    def _find(self, plan: Plan, facts: Sequence[Step]) -> Match:
        kept = {tuple(span): place for place, span in enumerate(self.told["spans"])}
        spans = np.full(len(kept), NOWHERE)
        for index, piece in enumerate(plan.slices):
            if (place := kept.get(span_of(piece))) is not None:
                spans[place] = index
        places = {index: place for place, index in enumerate(spans.tolist())}
        wanted = {
            column: (signature, {places.get(index, NOWHERE) for index in branch.periods})
            for branch in plan.branches
            for column, signature in signatures(plan, branch, self.catalog)
        }
        return Match(tuple(dict(self._sources(step, wanted)) for step in facts), spans)

    def _sources(self, step: Step, wanted: Mapping[str, tuple[str, set[int]]]) -> Iterator[tuple[str, Source]]:
        """Where all of a fact's columns stand for all their spans, by dimension."""
        for by, told in self.told["by"].items():
            reach = [set(spans) for spans in told["reach"]]
            found = [(told["figures"].get(wanted[column][0]), wanted[column][1]) for column in step.columns]
            if found and all(figure and spans <= reach[figure[2]] for figure, spans in found):
                yield by, Source(found[0][0][0], tuple(figure[1] for figure, _ in found))

    def _texts(self, takes: Sequence[Take]) -> npt.NDArray[np.object_]:
        """The texts of all groups that may be in the answer, in order; one array for all facts."""
        named = next((take for take in takes if take.named), takes[0])
        if named.accounts is None:
            return self.shelves[named.by].texts
        return np.array(sorted({TOTAL, *named.accounts}), dtype=object)

    def _figures(
        self,
        sources: Mapping[str, Source],
        spans: Places,
        takes: Sequence[Take],
        texts: npt.NDArray[np.object_] | None,
    ) -> FactFigures:
        pieces = [
            piece for take in takes for piece in self.shelves[take.by].pieces(sources[take.by], take, spans, texts)
        ]
        return _joined(pieces) if len(pieces) > 1 else pieces[0]


class Shelf:
    """The figures kept by one dimension, in parts that hold some of its groups each."""

    def __init__(self, reader: FiguresReader, by: str, parts: int) -> None:
        self.reader, self.by, self.parts = reader, by, range(parts)

    @cached_property
    def _own(self) -> Sequence[npt.NDArray[np.object_]]:
        return [self.reader.texts(f"{self.by}/{part}/texts") for part in self.parts]

    @cached_property
    def _places(self) -> Sequence[Mapping[str, int]]:
        """For each part, the number of each of its texts."""
        return [{text: number for number, text in enumerate(own.tolist())} for own in self._own]

    @cached_property
    def texts(self) -> npt.NDArray[np.object_]:
        """All texts in order, that of the total first."""
        return np.array(sorted({TOTAL, *(text for own in self._own for text in own.tolist())}), dtype=object)

    @cached_property
    def _ranks(self) -> Sequence[Places]:
        """For each part, where each of its texts stands among all."""
        place = {text: rank for rank, text in enumerate(self.texts.tolist())}
        return [np.array([place[text] for text in own.tolist()], np.int64) for own in self._own]

    def pieces(
        self, source: Source, take: Take, spans: Places, texts: npt.NDArray[np.object_] | None
    ) -> Iterator[FactFigures]:
        for part in self.parts:
            table = self.reader.table(f"{self.by}/{part}/{source.table}")
            rows = self._rows(part, table, take)
            periods = spans[table["p"][rows]]
            wanted = periods != NOWHERE
            if self.by != ACCOUNTS:
                wanted &= table["level"][rows] == take.level
            rows, periods = rows[wanted], periods[wanted]
            values = np.empty((len(source.columns), len(rows)))
            for row, column in zip(values, source.columns, strict=True):
                row[:] = table[column][rows]
            dims = [] if texts is None else [Dimension(self._numbers(part, table, rows, take, texts), texts, True)]
            yield FactFigures(periods, np.full(len(rows), take.becomes), dims, values)

    def _rows(self, part: int, table: Mapping[str, Column], take: Take) -> Places:
        group = table["group"]
        if take.accounts is None:
            return np.arange(len(group))
        places = self._places[part]
        mine = [places[text] for text in take.accounts if text in places]
        numbers = np.array(mine, np.int64).astype(group.dtype)  # of another type the whole column would be converted
        first, last = np.searchsorted(group, numbers), np.searchsorted(group, numbers, "right")
        return _ranges(first, last)

    def _numbers(
        self, part: int, table: Mapping[str, Column], rows: Places, take: Take, texts: npt.NDArray[np.object_]
    ) -> Places:
        """Each row's place among the texts."""
        if not take.named:
            return np.zeros(len(rows), np.int64)  # the total's text is the first
        own = table["group"][rows]
        if take.accounts is None:
            return self._ranks[part][own]
        known = {text: number for number, text in enumerate(texts.tolist())}
        rank = np.zeros(len(self._own[part]), np.int64)
        for text in take.accounts:
            if (place := self._places[part].get(text)) is not None:
                rank[place] = known[text]
        return rank[own]


def _ranges(first: Places, last: Places) -> Places:
    """All whole numbers of several ranges, one range after the other."""
    if len(first) == 1:
        return np.arange(first[0], last[0])
    lengths = last - first
    starts = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(first) else first
    return starts + np.arange(lengths.sum())


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
