"""Dates of lists: as written in their files, and as instants."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from accountlens.language.instants import parse_instant


def write_instant(moment: datetime, zone: str) -> str:
    """The day alone where it is local midnight, else the time in UTC: what `parse_instant` reads back."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{moment.isoformat()}Z"


def today(zone: str) -> datetime:
    """The beginning of this day on the workspace's calendar, as UTC without zone."""
    return parse_instant(f"{datetime.now(ZoneInfo(zone)):%Y-%m-%d}", zone)
