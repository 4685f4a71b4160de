"""The words of a case: names with their variants, instants, spans, and what was left unread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

# Columns that only tell a reader something; leaving them unread changes no number.
TELLING = frozenset("note notes comment description label seq title".split())
UNITS = {
    "day": (1, "days"),
    "week": (7, "days"),
    "month": (1, "months"),
    "quarter": (3, "months"),
    "year": (12, "months"),
}


class NotRunError(Exception):
    """A case that cannot be run (yet), with the reason. It is listed, and never counted as passed."""


class Given(Mapping[str, Any]):
    """One row of a case's inputs. It remembers what was read, so that nothing given is passed over silently.

    Names are written as texts of words: the first word that is there is meant.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __contains__(self, name: object) -> bool:
        return name in self.data

    def has(self, *names: str) -> bool:
        return any(name in self.data for name in split(*names))

    def take(self, *names: str, default: Any = None) -> Any:
        """The value of the first of these names that is there."""
        found = next((name for name in split(*names) if name in self.data), None)
        return default if found is None else self[found]

    def skim(self, *names: str) -> None:
        """What is told here follows from the rest."""
        self.read |= set(split(*names))

    def number(self, *names: str, default: float | None = None) -> float | None:
        found = self.take(*names)
        return default if found is None else float(found)

    def need(self, *names: str) -> float:
        found = self.number(*names)
        if found is None:
            raise NotRunError(f"a row without {split(*names)[0]}: {self.data}")
        return found

    def whole(self, *names: str, default: float = 0) -> int:
        """A count of things. Half a thing is a shape nobody knows."""
        found = self.number(*names, default=default)
        if found is None or found != int(found) or found < 0:
            raise NotRunError(f"{split(*names)[0]} is no number of things: {self.data}")
        return int(found)

    def text(self, *names: str) -> str | None:
        found = self.take(*names)
        return None if found is None else str(found)

    def when(self, *names: str) -> datetime | None:
        return instant(self.take(*names))

    def some(self, *names: str) -> dict[str, Any]:
        """Those of these columns that are there, under their own names."""
        return {name: self[name] for name in split(*names) if name in self.data}

    def unread(self) -> set[str]:
        return set(self.data) - self.read - TELLING


def split(*names: str) -> list[str]:
    return [word for text in names for word in text.split()]


def instant(text: Any) -> datetime | None:
    """An instant in naive UTC. A bare date is its midnight, a month or a year its first day."""
    if text is None or text == "":
        return None
    if isinstance(text, datetime):
        return text
    if isinstance(text, date):
        return datetime(text.year, text.month, text.day)
    written = str(text).strip()
    if re.fullmatch(r"\d{4}(-\d{2}){0,2}", written):
        return datetime.fromisoformat((written + "-01-01")[:10])
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise NotRunError(f"{text!r} is no instant") from None
    offset = found.utcoffset()
    return (found - offset).replace(tzinfo=None) if offset is not None else found


def plain(text: str) -> tuple[datetime, datetime]:
    """`2024`, `2024-Q1`, `2024-01`, `2024-01-31` as a half-open span."""
    if match := re.fullmatch(r"(\d{4})-?Q([1-4])", text):
        year = datetime(int(match[1]), 1, 1)
        return months_on(year, 3 * int(match[2]) - 3), months_on(year, 3 * int(match[2]))
    start = instant(text)
    if start is None:
        raise NotRunError(f"{text!r} is no period")
    if len(text) == 10:
        return start, start + timedelta(days=1)
    return start, months_on(start, 12 if len(text) == 4 else 1)


def months_on(start: datetime, months: int) -> datetime:
    """The first of the month that many months later."""
    index = start.year * 12 + start.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1)


def length(text: Any) -> tuple[int, str] | None:
    """`1 month`, `30 days`, `7d`; a bare number is days. None is without bound."""
    if text is None:
        return None
    written = str(text).strip().lower().replace("_", " ")
    match = re.fullmatch(r"(\d+)\s*(day|week|month|quarter|year|d|w|m|y)?s?", written)
    if match is None:
        raise NotRunError(f"{text!r} is no length of time")
    unit = {"d": "day", "w": "week", "m": "month", "y": "year"}.get(match[2], match[2]) or "day"
    factor, base = UNITS[unit]
    return int(match[1]) * factor, base


def ratio(value: float, most: int = 100_000) -> tuple[int, int]:
    """A share as whole numbers, k of n, so that rows can have exactly that share."""
    found = Fraction(value).limit_denominator(most)
    if abs(float(found) - value) > 1e-12:
        raise NotRunError(f"{value} is the share of no reasonable number of rows")
    return found.numerator, found.denominator
