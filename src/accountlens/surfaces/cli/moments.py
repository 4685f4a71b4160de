"""Instants as typed: a bare date is local midnight, a time without offset is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from accountlens.errors import AccountlensError


def parse_moment(text: str, time_zone: str) -> datetime:
    """`2026-06-30`, `2026-06-30T12:00` or `2026-06-30T12:00+02:00` as UTC without zone."""
    try:
        if len(text) == len("2026-06-30"):
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), ZoneInfo(time_zone))
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise AccountlensError(
            f"'{text}' is no date or time.", mend="Write 2026-06-30 or 2026-06-30T12:00."
        ) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def show_moment(moment: datetime) -> str:
    """A UTC instant for a reader: the day alone at midnight, else to the minute."""
    return f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M} UTC"
