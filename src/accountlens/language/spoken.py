"""Periods, grains and comparisons as people say them: `last 4 quarters`, `May 2026`, `compared with last year`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from accountlens.errors import AccountlensError
from accountlens.language.periods import parse_range

UNITS = ("day", "week", "month", "quarter", "year")
GRAINS: Mapping[str, str] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year",
}  # fmt: skip
NUMBERS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
MONTHS = {name.lower(): place for place, name in enumerate(calendar.month_name) if name} | {
    name.lower(): place for place, name in enumerate(calendar.month_abbr) if name
}
COMPARISONS: Mapping[str, str] = {
    "last year": "year-ago", "a year ago": "year-ago", "year ago": "year-ago", "the year before": "year-ago",
    "previous year": "year-ago", "the previous year": "year-ago", "prior year": "year-ago",
    "the period before": "previous", "period before": "previous", "previous": "previous",
    "last period": "previous", "before": "previous",
    "target": "target", "targets": "target", "the target": "target", "the targets": "target",
    **{f"{word} {unit}": "previous"
       for word in ("previous", "the previous", "prior") for unit in ("period", "day", "week", "month", "quarter")},
}  # fmt: skip
AGAINST = ("compared with", "compared to", "in comparison with", "versus", "vs", "against", "over")
SHORT: Mapping[str, str] = {
    "year over year": "year-ago", "yoy": "year-ago", "month over month": "previous", "mom": "previous",
    "quarter over quarter": "previous", "qoq": "previous", "week over week": "previous",
}  # fmt: skip
ANY_DAY = date(2000, 1, 1)  # only whether a period can be read is asked


@dataclass(frozen=True)
class Span:
    """So many words mean this; `grain` is the one that goes with it."""

    words: int
    value: str
    grain: str | None = None


def period_at(words: Sequence[str]) -> Span | None:
    """A period that the words begin with."""
    return _range(words) or _single(words)


def _range(words: Sequence[str]) -> Span | None:
    """`from May 2026 to July 2026`, `2026-01 to 2026-06`, `between … and …`."""
    start = 1 if words[:1] in (["from"], ["between"]) else 0
    first = _single(words[start:])
    if first is None:
        return None
    at = start + first.words
    if at < len(words) and words[at] in ("to", "until", "through", "and"):
        second = _single(words[at + 1 :])
        if second is not None and (start or words[at] != "and"):
            return Span(at + 1 + second.words, f"{first.value}..{second.value}")
    return first if not start else None


def _single(words: Sequence[str]) -> Span | None:
    if not words:
        return None
    return _last(words) or _named(words) or _written(words[0])


def _last(words: Sequence[str]) -> Span | None:
    """`last 4 quarters`, `the past year`, `this month`, `year to date`."""
    text = " ".join(words[:3])
    for said, value in (("year to date", "year-to-date"), ("quarter to date", "quarter-to-date"),
                        ("month to date", "month-to-date")):  # fmt: skip
        if text == said:
            return Span(3, value)
    if words[0] in ("ytd", "qtd", "mtd"):
        return Span(1, {"y": "year", "q": "quarter", "m": "month"}[words[0][0]] + "-to-date")
    at = 1 if words[0] == "the" else 0
    if len(words) <= at + 1 or words[at] not in ("last", "past", "this", "previous", "current"):
        return None
    which = "this" if words[at] in ("this", "current") else "last"
    count = words[at + 1]
    number = NUMBERS.get(count) or (int(count) if count.isdigit() and len(count) < 4 else None)
    if number and len(words) > at + 2 and (unit := _unit(words[at + 2])) and which == "last":
        return Span(at + 3, f"last-{number}-{unit}s", unit if number > 1 else None)
    unit = _unit(count)
    return Span(at + 2, f"{which}-{unit}") if unit and unit != "day" else None


def _named(words: Sequence[str]) -> Span | None:
    """`May 2026`, `Q2 2026`, `2026 Q2`."""
    if len(words) < 2:
        return None
    first, second = words[0], words[1]
    if first in MONTHS and re.fullmatch(r"\d{4}", second):
        return Span(2, f"{second}-{MONTHS[first]:02d}")
    for quarter, year in ((first, second), (second, first)):
        if re.fullmatch(r"q[1-4]", quarter) and re.fullmatch(r"(fy)?\d{4}", year):
            return Span(2, f"{year.upper()}-{quarter.upper()}")
    return None


def _written(word: str) -> Span | None:
    if not re.match(r"(fy)?\d{4}|last-|this-|today|yesterday|\w+-to-date", word):
        return None
    for text in (word, word.upper()):
        with suppress(AccountlensError):
            parse_range(text, ANY_DAY)
            return Span(1, text)
    return None


def _unit(word: str) -> str | None:
    unit = word[:-1] if word.endswith("s") else word
    return unit if unit in UNITS else None


def grain_at(words: Sequence[str]) -> Span | None:
    """`by month`, `per quarter`, `each week`, `monthly`."""
    if words and words[0] in GRAINS:
        return Span(1, GRAINS[words[0]])
    if len(words) > 1 and words[0] in ("by", "per", "each", "every") and (unit := _unit(words[1])):
        return Span(2, unit)
    return None


def comparison_at(words: Sequence[str]) -> Span | None:
    """`compared with last year`, `vs previous quarter`, `year over year`."""
    for said, value in SHORT.items():
        if words[: said.count(" ") + 1] == said.split():
            return Span(said.count(" ") + 1, value)
    for begin in AGAINST:
        length = begin.count(" ") + 1
        if list(words[:length]) == begin.split():
            for said, value in sorted(COMPARISONS.items(), key=lambda one: -len(one[0])):
                rest = list(words[length : length + said.count(" ") + 1])
                if rest == said.split():
                    return Span(length + len(rest), value)
    return None
