"""Instants as typed and as shown. A bare date is local midnight, a time without offset is UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from accountlens.language.instants import parse_instant


def read_as_of(text: str | None, time_zone: str) -> datetime | Literal["end"] | None:
    """What a question takes: nothing, the word `end`, or an instant."""
    if text is None:
        return None
    return "end" if text == "end" else parse_instant(text, time_zone)


def read_instant(text: str | None, time_zone: str) -> datetime | None:
    return None if text is None else parse_instant(text, time_zone)


def show_fresh(moment: datetime | None, time_zone: str) -> list[str]:
    """Up to when all sources of an answer were read, where that is known."""
    return [f"fresh as of {show_moment(moment, time_zone)}"] if moment else []


def show_moment(moment: datetime, time_zone: str) -> str:
    """A UTC instant on the workspace's clock: the day alone at midnight, else to the minute."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))
    return f"{local:%Y-%m-%d}" if local.time() == time() else f"{local:%Y-%m-%d %H:%M}"
