"""When something is to be done again: every so often, or at times that come again on the workspace's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accountlens.language.recurrence import Recurrence

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


@dataclass(frozen=True)
class Schedule:
    """Every so often, or at times that come again; instants are UTC without zone."""

    every: timedelta | None = None
    at: tuple[Recurrence, ...] = ()

    def next_after(self, done: datetime, zone: ZoneInfo, year_starts: int = 1) -> datetime:
        """When it is due next, having been done at an instant; quarters and years begin with the fiscal one's month."""
        if self.every is not None:
            return done + self.every
        return min(next(one.after(done, zone, year_starts)) for one in self.at)
