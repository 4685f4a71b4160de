"""Instants as typed and as shown. A bare date is local midnight, a time without offset is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from accountlens.errors import AccountlensError


def parse_moment(text: str, time_zone: str) -> datetime:
    """`2026-06-30`, `2026-06-30T12:00` or `2026-06-30T12:00+02:00` as UTC without zone."""
    try:
        if len(text) == len("2026-06-30"):
            moment = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(time_zone))
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        raise AccountlensError(f"'{text}' is no date or time.", mend="Write 2026-06-30 or 2026-06-30T12:00.") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def read_as_of(text: str | None, time_zone: str) -> datetime | Literal["end"] | None:
    """What a question takes: nothing, the word `end`, or an instant."""
    if text is None:
        return None
    return "end" if text == "end" else parse_moment(text, time_zone)


def read_instant(text: str | None, time_zone: str) -> datetime | None:
    return None if text is None else parse_moment(text, time_zone)


def show_moment(moment: datetime, time_zone: str) -> str:
    """A UTC instant on the workspace's clock: the day alone at midnight, else to the minute."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"
