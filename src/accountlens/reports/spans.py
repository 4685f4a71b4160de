"""The period of a review: one whole week, month, quarter or year, what it is called, and those before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from accountlens.errors import AccountlensError
from accountlens.language.calendar import Slice
from accountlens.language.periods import Period, Range, cut, floor_to, label, parse_range, step
from accountlens.pages.stand import Stand
from accountlens.reports.content import Cadence

GRAINS: Mapping[Cadence, str] = {"weekly": "week", "monthly": "month", "quarterly": "quarter", "annual": "year"}
SHOWN: Mapping[str, int] = {"week": 13, "month": 13, "quarter": 9, "year": 5}  # periods of a chart


@dataclass(frozen=True)
class Span:
    """`text` as a question takes it; `series` the periods up to it, as one range."""

    grain: str
    text: str
    series: str
    piece: Slice
    fiscal: bool
    starts: int

    @property
    def name(self) -> str:
        return called(self.piece.period, self.grain, self.fiscal, self.starts)

    @property
    def before(self) -> str:
        """What the period before is called; of a period that lasts, as much of it as has gone."""
        start = step(self.piece.period.start, self.grain, -1)
        name = called(Period(start, self.piece.period.start), self.grain, self.fiscal, self.starts)
        return f"the same days of {name}" if self.piece.partial else name


def span_of(here: Stand, cadence: Cadence, period: str | None) -> Span:
    """The last whole one, or the one named, which must be one of its grain."""
    grain, starts = GRAINS[cadence], here.ground.fiscal_starts
    fiscal = starts != 1 and grain in ("quarter", "year")
    asked = period or f"last-{'fiscal-' if fiscal else ''}{grain}"
    found = parse_range(asked, here.ground.clock.today, starts)
    start = floor_to(found.start, grain, starts if found.fiscal else 1)
    if (start, step(start, grain)) != (found.start, found.end):
        text = label(floor_to(here.ground.clock.today, grain), grain)
        raise AccountlensError(
            f"'{asked}' is no {grain}, and the review is {cadence}.", mend=f"Write one, such as {text}."
        )
    written = label(start, grain, starts, found.fiscal)
    first = label(step(start, grain, 1 - SHOWN[grain]), grain, starts, found.fiscal)
    return Span(grain, written, f"{first}..{written}", here.span(written), found.fiscal, starts)


@dataclass(frozen=True)
class Offered:
    """A period a review can be of. `over`: it does not run any more."""

    period: str
    name: str
    over: bool


def offered(here: Stand, cadence: Cadence) -> list[Offered]:
    """The one that runs, and those before it as far as a chart shows them; the latest first."""
    grain, starts = GRAINS[cadence], here.ground.fiscal_starts
    fiscal = starts != 1 and grain in ("quarter", "year")
    clock, found = here.ground.clock, list[Offered]()
    running = floor_to(clock.today, grain, starts if fiscal else 1)
    for back in range(SHOWN[grain] + 1):
        first = step(running, grain, -back)
        period = Period(first, step(first, grain), label(first, grain, starts, fiscal))
        if clock.slice(period).start < here.now:
            found.append(Offered(period.label, called(period, grain, fiscal, starts), back > 0))
    return found


def called(period: Period, grain: str, fiscal: bool = False, starts: int = 1) -> str:
    """`September 2026`, `Q3 2026`, `2026`, `FY2026-Q2`, `21 to 27 September 2026`."""
    start = period.start
    if grain == "month":
        return f"{start:%B %Y}"
    if grain == "week":
        return between(start, step(start, "week"))
    if fiscal:
        return label(start, grain, starts, fiscal)
    return f"Q{(start.month - 1) // 3 + 1} {start.year}" if grain == "quarter" else f"{start.year}"


def between(start: date, end: date) -> str:
    """Days in words, the second one not included."""
    last = end - timedelta(days=1)
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day} to {day(last)}"
    return f"{day(start)} to {day(last)}"


def day(one: date) -> str:
    return f"{one.day} {one:%B %Y}"


def short(period: Period, grain: str) -> str:
    """For an axis: `Sep 26`, `21 Sep`, `Q3 26`, `2026`."""
    start = period.start
    if grain == "month":
        return f"{start:%b %y}"
    if grain == "week":
        return f"{start.day} {start:%b}"
    return f"{period.label[-2:]} {start:%y}" if grain == "quarter" else period.label


def periods_of(text: str, grain: str, here: Stand) -> list[Period]:
    """The periods of a series."""
    asked: Range = parse_range(text, here.ground.clock.today, here.ground.fiscal_starts)
    return cut(asked, grain, here.ground.fiscal_starts)
