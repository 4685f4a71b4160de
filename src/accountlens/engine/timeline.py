"""The periods of a question: those asked, those they are compared with, and those that lend a measure to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from accountlens.language.calendar import Clock, Slice
from accountlens.language.kpi import Kpi
from accountlens.language.periods import cut, parse_range
from accountlens.language.query import Query

SHIFT_OF = {"previous": "previous", "year-ago": "previous_year"}


@dataclass(frozen=True)
class Timeline:
    """`slices[:asked]` are the question's own; `valued` those whose KPIs are computed; others lend measures."""

    slices: tuple[Slice, ...]
    asked: int
    valued: tuple[int, ...]
    partners: Mapping[str, tuple[int | None, ...]]  # previous / previous_year → slice index per slice

    def read_by(self, shifts: Collection[str | None]) -> tuple[int, ...]:
        """The periods in which measures with these shifts are needed; in their own, rows make a group present."""
        found = set(self.valued)
        for shift in filter(None, shifts):
            found |= {at for index in self.valued if (at := self.partners[shift][index]) is not None}
        return tuple(sorted(found))


def timeline_of(query: Query, kpis: Sequence[Kpi], clock: Clock, fiscal_starts: int) -> Timeline:
    """The asked periods, then those they are compared with, then those these need in turn."""
    asked = parse_range(query.period or "last-12-months", clock.today, fiscal_starts)
    slices = [clock.slice(period) for period in cut(asked, query.grain, fiscal_starts)]
    count = len(slices)
    compared = [SHIFT_OF[word] for word in query.earlier]
    needed = list(dict.fromkeys(m.shift for kpi in kpis for m in kpi.measures.values() if m.shift))
    partners: dict[str, dict[int, int]] = {shift: {} for shift in (*compared, *needed)}
    places = {slice_: index for index, slice_ in enumerate(slices)}

    def link(index: int, shift: str) -> int:
        earlier = clock.before(slices[index], shift)
        if earlier not in places:
            places[earlier] = len(slices)
            slices.append(earlier)
        partners[shift][index] = places[earlier]
        return places[earlier]

    valued = dict.fromkeys([*range(count), *(link(index, shift) for shift in compared for index in range(count))])
    for shift in needed:
        for index in valued:
            link(index, shift)
    whole = {shift: tuple(found.get(index) for index in range(len(slices))) for shift, found in partners.items()}
    return Timeline(tuple(slices), count, tuple(valued), whole)
