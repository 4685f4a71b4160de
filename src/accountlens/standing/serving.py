"""Which facts of a question need no scan, because their figures stand ready; and these, as the question has them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from accountlens.catalog.catalog import Catalog
from accountlens.engine.fact_figures import Dimension, FactFigures
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.engine.where import accounts_in
from accountlens.standing.narrowing import narrowed, strangers
from accountlens.standing.questions import ACCOUNTS
from accountlens.standing.shelf import NOWHERE, TOTAL, Rows, Selection, Shelf, Take, Texts
from accountlens.standing.signatures import signatures, span_of
from accountlens.store.figures import Column, FiguresReader

Wanted: TypeAlias = tuple[str, str, set[int]]  # a column, what it is, the kept spans it is wanted for
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
    spans: Column
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
        spans = np.full(len(kept), NOWHERE, np.int32)
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
        self, sources: Mapping[str, Source], spans: Column, selections: Sequence[Selection], texts: Texts | None
    ) -> FactFigures:
        found = [
            rows
            for one in selections
            for source in [sources[one.take.by]]
            for rows in self.shelves[one.take.by].rows(source.table, source.columns, one, spans)
        ]
        return _together(found, len(next(iter(sources.values())).columns), texts)


def _together(found: Sequence[Rows], columns: int, texts: Texts | None) -> FactFigures:
    """The rows of all parts as one fact's figures."""
    count = sum(len(one.p) for one in found)
    p, level, text = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    values, start = np.empty((columns, count)), 0
    for one in found:
        here = slice(start, start := start + len(one.p))
        p[here], level[here], text[here] = one.p, one.take.becomes, one.text
        for row, column in zip(values[:, here], one.columns, strict=True):
            row[:] = one.table[column][one.at]
    return FactFigures(p, level, [] if texts is None else [Dimension(text, texts, True)], values)


def _kept(told: Mapping[str, Any], wanted: Sequence[Wanted]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Of the columns wanted those whose figures are kept for all their spans: their table and name there."""
    reach = [set(spans) for spans in told["reach"]]
    for column, signature, spans in wanted:
        figure = told["figures"].get(signature)
        if figure and spans <= reach[figure[2]]:
            yield column, (figure[0], figure[1])
