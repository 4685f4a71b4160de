"""When something is to be done again: every so often, or at times of day on the workspace's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
WORDS = {"sec": "s", "second": "s", "min": "m", "minute": "m", "hour": "h", "day": "d", "week": "w"}
LEAST = timedelta(minutes=1)  # between two times that something is due
SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.IGNORECASE)


def parse_span(text: str) -> timedelta:
    """`30m`, `1h`, `2 days`, `1w`; ValueError where it is none."""
    found = SPAN.fullmatch(text)
    word = found[2].lower() if found else ""
    unit = UNITS.get(word) or UNITS.get(WORDS.get(word.removesuffix("s"), ""))
    if found is None or unit is None:
        raise ValueError(f"'{text}' is no span of time; write one like 30m, 1h or 2d")
    return float(found[1]) * unit


def parse_time(text: str) -> time:
    """`06:00`; ValueError where it is none."""
    if not re.fullmatch(r"\d{1,2}:\d{2}", text) or not (int(text[:-3]) < 24 and int(text[-2:]) < 60):
        raise ValueError(f"'{text}' is no time of day; write one like 06:00")
    return time(int(text[:-3]), int(text[-2:]))


@dataclass(frozen=True)
class Schedule:
    """Every so often, or at times of day; instants are UTC without zone."""

    every: timedelta | None = None
    at: tuple[time, ...] = ()

    def next_after(self, done: datetime, zone: ZoneInfo) -> datetime:
        """When it is due next, having been done at an instant.

        A time of day that the clock skips is taken by the clock of before (02:30 as 03:30); one that comes twice is
        taken the first time.
        """
        if self.every is not None:
            return done + self.every
        day = done.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        moments = (
            datetime.combine(day + timedelta(days=days), at, zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
            for days in (-1, 0, 1, 2)
            for at in self.at
        )
        return min(moment for moment in moments if moment > done)
