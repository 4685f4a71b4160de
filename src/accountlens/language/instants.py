"""Instants as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from accountlens.errors import AccountlensError


def parse_instant(text: str, time_zone: str, where: str | None = None) -> datetime:
    """`2026-06-30` (local midnight), `2026-06-30T12:00` (UTC) or `2026-06-30T12:00+02:00` as UTC without zone."""
    try:
        if len(text) == len("2026-06-30"):
            moment = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(time_zone))
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        mend = "Write 2026-06-30 or 2026-06-30T12:00."
        raise AccountlensError(f"'{text}' is no date or time.", where, mend) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
