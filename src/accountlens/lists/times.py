"""Dates of lists: as written in their files, and as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from accountlens.errors import AccountlensError


def read_instant(text: str, zone: str, where: str | None = None) -> datetime:
    """`2026-03-01` (local midnight) or an ISO time (without offset: UTC) as UTC without zone."""
    try:
        if len(text) == len("2026-03-01"):
            moment = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise AccountlensError(f"'{text}' is no date.", where, "Write 2026-03-01.") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def write_instant(moment: datetime, zone: str) -> str:
    """The day alone where it is local midnight, else the time in UTC: what `read_instant` reads back."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{moment.isoformat()}Z"


def today(zone: str) -> datetime:
    """The beginning of this day on the workspace's calendar, as UTC without zone."""
    return read_instant(f"{datetime.now(ZoneInfo(zone)):%Y-%m-%d}", zone)
