"""The period of a target: one month, quarter or year, by calendar or fiscal words."""

from __future__ import annotations

import itertools
from datetime import date

from accountlens.errors import AccountlensError
from accountlens.language.periods import MONTHS_OF, Range, add_months, floor_to, label, parse_range
from accountlens.targets.target import GRAINS, Span

_FIRST, _LAST = 1950, 2200
_MEND = "Write 2026-11, 2026-Q4, 2026, FY2027-Q1 or FY2027."


def read_span(text: str, today: date, fiscal_starts: int) -> Span:
    """`2026-Q4`, `FY2027`, `this-quarter` …; refused where that is not one month, quarter or year."""
    asked = read_range(text, today, fiscal_starts)
    found = span_of(asked.start, asked.end, fiscal_starts, asked.fiscal)
    if found is None:
        raise AccountlensError(f"A target is for one month, quarter or year, and '{text}' is none.", mend=_MEND)
    return found


def read_range(text: str, today: date, fiscal_starts: int) -> Range:
    """Days of our time, in any words for a period."""
    try:
        found = parse_range(text, today, fiscal_starts)
    except AccountlensError as error:
        raise AccountlensError(error.what, mend=_MEND) from None
    except (ValueError, OverflowError):
        raise AccountlensError(f"'{text}' is no period.", mend=_MEND) from None
    if not _FIRST <= found.start.year < found.end.year + 1 <= _LAST:
        raise AccountlensError(f"'{text}' is not a period of our time.", mend=_MEND)
    return found


def span_of(start: date, end: date, fiscal_starts: int, fiscal: bool = False) -> Span | None:
    """The month, quarter or year of these days, of the calendar's wherever it is one of that too."""
    for starts in (fiscal_starts,) if fiscal else dict.fromkeys((1, fiscal_starts)):
        for grain in GRAINS:
            if floor_to(start, grain, starts) == start and add_months(start, MONTHS_OF[grain]) == end:
                return Span(start, end, label(start, grain, starts, fiscal or starts != 1))
    return None


def grain_of(span: Span) -> str:
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
    return next(grain for grain, count in MONTHS_OF.items() if count == months)


def back(span: Span, months: int) -> Range:
    """The same so many months before, as a question asks for it."""
    return Range(add_months(span.start, -months), add_months(span.end, -months))


def months_in(span: Span, grain: str) -> list[tuple[date, date]]:
    """The months, or quarters, a longer span consists of."""
    days, step = [span.start], MONTHS_OF[grain]
    while days[-1] < span.end:
        days.append(add_months(days[-1], step))
    return list(itertools.pairwise(days))
