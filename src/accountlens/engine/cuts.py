"""Time cut into stretches at every edge of the asked periods and windows: rows find their periods by an equality.

A row's stretch is a column of its fact's scan, found by a search tree over the edges: no join, and any instant can be
an edge. A stretch is named by its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from accountlens.engine.moments import EARLIEST, LATEST
from accountlens.engine.plan import Branch, FactUse, Plan
from accountlens.language.calendar import BEGINNING, Clock, Slice
from accountlens.language.measures import Across, At, During, TimeRole, Trailing
from accountlens.warehouses.expand import literal, quoted

STRETCH_END = "stretch_end"
NEVER = datetime(9999, 12, 31)
Span: TypeAlias = tuple[datetime, datetime]
Place: TypeAlias = tuple[FactUse, str]  # a time column of a fact


def edge_of(column: str) -> str:
    """The name of the first edge after a time that is not the one by which rows meet periods."""
    return f"edge_of_{column}"


@dataclass(frozen=True)
class Bounds:
    """The time outside which no row of a fact can matter: the spans of each time column, or pair of columns."""

    spans: Mapping[tuple[str, ...], Sequence[Span]]

    def sql(self) -> str:
        pieces = [_meets(columns, span) for columns, found in self.spans.items() for span in found]
        return " OR ".join(f"({piece})" for piece in pieces)

    def within(self, cut: Cut) -> bool:
        """Whether every row lies between the first edge of a cut and its last."""
        found = self.spans.get((cut.column,), ())
        inside = all(cut.edges[0] <= lo and hi <= cut.edges[-1] for lo, hi in found)
        return inside and len(self.spans) == 1 and not cut.endless and bool(found)


@dataclass(frozen=True)
class Cut:
    """The stretches of one time column. `edges` ascend; `used` are the ends of stretches that some period takes in."""

    name: str
    column: str
    edges: tuple[datetime, ...]
    used: frozenset[datetime]
    endless: bool = False  # a time after all edges is before `NEVER`

    @property
    def gapless(self) -> bool:
        """Whether a time between the first edge and the last is always in a stretch."""
        return len(self.used) == len(self.edges) - 1

    def sql(self, bounds: Bounds) -> str:
        """The end of a row's stretch; null outside all. The rows are within these bounds."""
        if not self.used:
            return "CAST(NULL AS TIMESTAMP)"
        t = quoted(self.column)
        if bounds.within(self):
            return self._tree(t, 0, len(self.edges) - 1)
        inside = between_sql(t, self.edges[0], self.edges[-1])
        beyond = f" WHEN {t} IS NOT NULL THEN {literal(NEVER)}" if self.endless else ""
        return f"CASE WHEN {inside} THEN {self._tree(t, 0, len(self.edges) - 1)}{beyond} END"

    def _tree(self, t: str, first: int, last: int) -> str:
        if last - first == 1:
            return literal(self.edges[last] if self.edges[last] in self.used else None)
        middle = (first + last) // 2
        earlier, later = self._tree(t, first, middle), self._tree(t, middle, last)
        return f"CASE WHEN {t} < {literal(self.edges[middle])} THEN {earlier} ELSE {later} END"


@dataclass(frozen=True)
class Cuts:
    """`stretches` by which rows meet periods; `edges` for other times that are compared with those of the periods."""

    stretches: Mapping[Place, Cut] = field(default_factory=dict)
    edges: Mapping[Place, Cut] = field(default_factory=dict)

    def of(self, use: FactUse) -> list[Cut]:
        every = (*self.stretches.items(), *self.edges.items())
        return [cut for (of_use, _), cut in every if of_use == use]


def cuts_of(plan: Plan, clock: Clock, compared: Collection[Place], edges: Collection[Place]) -> Cuts:
    """All cuts of a plan; the stretches of a time that is `compared` with the period's start end there too."""
    if len(plan.slices) == 1:
        return Cuts()
    spans: dict[Place, list[Span]] = {}
    for branch in plan.branches:
        if isinstance(branch.time, At | Trailing):
            found = spans.setdefault((branch.use, branch.time.column), [])
            found += [span_of(branch.time, plan.slices[index], clock) for index in branch.periods]
    for place in compared:
        spans[place] += _whole(plan, place[0])
    stretches = {place: _cut(f"cut_{number}", place[1], list(dict.fromkeys(found)))
                 for number, (place, found) in enumerate(spans.items())}  # fmt: skip
    return Cuts(stretches, {place: _endless(place[1], _whole(plan, place[0])) for place in edges})


def _whole(plan: Plan, use: FactUse) -> list[Span]:
    """The periods in which anything of a fact is needed."""
    needed = sorted({index for branch in plan.branches if branch.use == use for index in branch.periods})
    return [(plan.slices[index].start, plan.slices[index].as_of) for index in needed]


def _endless(column: str, spans: list[Span]) -> Cut:
    edges = sorted({edge for span in spans for edge in span})
    return Cut(edge_of(column), column, (BEGINNING, *edges), frozenset(edges), endless=True)


def _cut(name: str, column: str, spans: list[Span]) -> Cut:
    edges = sorted({edge for span in spans for edge in span})
    used = {hi for lo, hi in pairwise(edges) if any(first <= lo and hi <= last for first, last in spans)}
    return Cut(name, column, tuple(edges), frozenset(used))


def span_of(time: TimeRole, piece: Slice, clock: Clock) -> Span:
    """From when to when a period looks at its rows."""
    match time:
        case Trailing(_, window) if window.unit != "period":
            return clock.back(piece.as_of, window), piece.as_of
        case Across(window=window) if window is not None:
            return clock.back(piece.as_of, window), piece.as_of
        case During(read="opening"):
            return piece.start, piece.start
        case _:
            return piece.start, piece.as_of


def time_columns(time: TimeRole) -> tuple[str, ...]:
    """The columns a time role reads."""
    match time:
        case At(column) | Trailing(column, _):
            return (column,)
        case During(start, end) | Across(start, end):
            return start, end


def bounds_of(branches: Iterable[Branch], plan: Plan, clock: Clock) -> Bounds:
    """The bounds of the rows that matter to any of these branches of a fact."""
    spans: dict[tuple[str, ...], list[Span]] = {}
    for branch in branches:
        found = [span_of(branch.time, plan.slices[index], clock) for index in branch.periods]
        opening = min(hi if isinstance(branch.time, During) else lo for lo, hi in found)
        spans.setdefault(time_columns(branch.time), []).append((opening, max(hi for _, hi in found)))
    return Bounds({columns: merged(found) for columns, found in spans.items()})


def _meets(columns: tuple[str, ...], span: Span) -> str:
    """Rows whose one time lies in the span, or that last from the one to the other into it."""
    if len(columns) == 1:
        return between_sql(quoted(columns[0]), *span)
    start, end = map(quoted, columns)
    lasts = f"COALESCE({end}, {LATEST}) >= {literal(span[0])}"
    return f"COALESCE({start}, {EARLIEST}) <= {literal(span[1])} AND {lasts}"


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that do not touch: readers skip by one range what they cannot by several."""
    found: list[Span] = []
    for lo, hi in sorted(spans):
        if found and lo <= found[-1][1]:
            lo, hi = found[-1][0], max(hi, found.pop()[1])
        found.append((lo, hi))
    return found


def between_sql(column: str, low: datetime, high: datetime) -> str:
    lower = f"{column} >= {literal(low)} AND " if low > BEGINNING else ""
    return f"{lower}{column} < {literal(high)}"
