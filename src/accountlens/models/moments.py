"""The moments models are fitted for: ends of calendar months, and now."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MONTH_ENDS = 13  # so that a year's course can be seen, and the month before it


def month_ends(as_of: datetime, zone: str, count: int = MONTH_ENDS) -> list[datetime]:
    """The ends of the last calendar months of the workspace and `as_of`, ascending, UTC without zone."""
    here = ZoneInfo(zone)
    local = as_of.replace(tzinfo=UTC).astimezone(here)
    month = local.year * 12 + local.month - 1
    months = range(month - count + 1, month + 1)
    starts = [datetime(number // 12, number % 12 + 1, 1, tzinfo=here) for number in months]
    ends = [start.astimezone(UTC).replace(tzinfo=None) for start in starts]
    return [*(end for end in ends if end < as_of), as_of]
