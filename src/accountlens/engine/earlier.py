"""The period a measure sets beside its own, for the same accounts: `earlier: previous`, a year ago, or a named one."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from accountlens.language.calendar import Clock, Slice
from accountlens.language.periods import Period, parse_range

Earlier: TypeAlias = str | Period  # previous | previous_year | a period that is named
SHIFTS = ("previous", "previous_year")
NEAR_DAYS = 3  # months, quarters and years may differ by so many days and still be called as long


def read_earlier(text: str, clock: Clock, fiscal_starts: int) -> Earlier:
    """`AccountlensError` where the text is neither a shift nor a period."""
    if text in SHIFTS:
        return text
    found = parse_range(text, clock.today, fiscal_starts)
    return Period(found.start, found.end, text)


def earlier_instants(earlier: Earlier, piece: Slice, clock: Clock) -> tuple[datetime | None, ...]:
    """`EARLIER_COLUMNS`: start and as-of of the period set beside, then of the one as long before that.

    All unknown where a named period is not before this one, or not as long.
    """
    if isinstance(earlier, Period):
        found, shift = clock.beside(piece, earlier), "previous"
        if found.end > piece.start or abs(earlier.days - piece.period.days) > NEAR_DAYS:
            return None, None, None, None
    else:
        found, shift = clock.before(piece, earlier), earlier
    before = clock.before(found, shift)
    return found.start, found.as_of, before.start, before.as_of
