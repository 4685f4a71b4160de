"""Periods and grains as people say them: `last 4 quarters`, `May 2026`, `since January`, `h1`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from accountlens.errors import AccountlensError
from accountlens.language.periods import add_months, floor_to, label, parse_range, step

UNITS = ("day", "week", "month", "quarter", "year")
SHORT_UNITS = {unit[0]: unit for unit in UNITS}
GRAINS: Mapping[str, str] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year",
}  # fmt: skip
NUMBERS: Mapping[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
MONTHS = {name.lower(): place for names in (calendar.month_name, calendar.month_abbr)
          for place, name in enumerate(names) if name} | {"sept": 9}  # fmt: skip
WHICH: Mapping[str, str] = {
    "last": "last", "past": "last", "previous": "last", "prior": "last", "this": "this", "current": "this",
    "next": "next", "coming": "next",
}  # fmt: skip
TO_DATE: Mapping[str, str] = {"ytd": "year-to-date", "qtd": "quarter-to-date", "mtd": "month-to-date"}
MOST = 999  # units of a span
# Words of this language besides, so that no other word is thought to be misspelt for want of them.
WORDS = (
    *UNITS,
    *GRAINS,
    *NUMBERS,
    *MONTHS,
    *WHICH,
    "today",
    "yesterday",
    "since",
    "until",
    "between",
    "fiscal",
    "date",
)


@dataclass(frozen=True)
class Span:
    """So many words mean this; `grain` is the one that goes with it."""

    words: int
    value: str
    grain: str | None = None


def period_at(words: Sequence[str], today: date) -> Span | None:
    """A period that the words begin with. `today` is the first day that is not over: `march` is the last one before."""
    return _range(words, today) or _single(words, today)


def since_at(words: Sequence[str], today: date) -> Span | None:
    """`since January`, `since last year`."""
    if words[:1] != ["since"] or (span := _single(words[1:], today)) is None:
        return None
    return Span(span.words + 1, f"{span.value.partition('..')[0]}..today")


def _range(words: Sequence[str], today: date) -> Span | None:
    """`from May 2026 to July 2026`, `jan to mar`, `2026-01 to 2026-06`, `between … and …`."""
    start = 1 if words[:1] in (["from"], ["between"]) else 0
    first = _single(words[start:], today)
    if first is None:
        return None
    at = start + first.words
    if at < len(words) and words[at] in ("to", "until", "till", "through", "and", "-", "–"):
        second = _single(words[at + 1 :], today)
        if second is not None and (start or words[at] != "and"):
            return _joined(words[start:], Span(at + 1 + second.words, second.value), today)
    return first if not start else None


def _joined(words: Sequence[str], last: Span, today: date) -> Span:
    """From what the words begin with to `last`: a month without a year is the one before that."""
    first = _single(words, min(today, _end(last.value, today)))
    assert first is not None
    begins, ends = first.value.partition("..")[0], last.value.rpartition("..")[2]
    return Span(last.words, f"{begins}..{ends}")


def _end(value: str, today: date) -> date:
    with suppress(AccountlensError):
        return parse_range(value, today).end
    return today


def _single(words: Sequence[str], today: date) -> Span | None:
    if not words:
        return None
    return _relative(words, today) or _named(words, today) or _written(words[0], today)


def _relative(words: Sequence[str], today: date) -> Span | None:
    """`last 4 quarters`, `the past year`, `this month`, `year to date`, `next quarter`, `3 months ago`."""
    if words[0] in TO_DATE:
        return Span(1, TO_DATE[words[0]])
    at = 1 if words[0] in ("the", "this") and len(words) > 1 else 0
    if list(words[at + 1 : at + 3]) == ["to", "date"] and words[at] in ("year", "quarter", "month"):
        return Span(at + 3, f"{words[at]}-to-date")
    if words[0] == "the":
        rest = _relative(words[1:], today) if at else None
        return Span(rest.words + 1, rest.value, rest.grain) if rest else None
    return _ago(words, today) or _counted(words, today) or _next_to(words, today)


def _ago(words: Sequence[str], today: date) -> Span | None:
    """`a year ago`, `3 months ago`: the whole one."""
    if len(words) < 3 or words[2] != "ago" or (unit := _unit(words[1])) is None:
        return None
    number = 1 if words[0] in ("a", "an") else _number(words[0])
    return Span(3, _label(today, unit, -number)) if number else None


def _counted(words: Sequence[str], today: date) -> Span | None:
    """`last 4 quarters`, `past 12m`, `next two months`."""
    which = WHICH.get(words[0])
    if len(words) < 2 or which not in ("last", "next"):
        return None
    if short := re.fullmatch(r"(\d{1,3})([dwmqy])", words[1]):
        number, unit, taken = int(short[1]), SHORT_UNITS[short[2]], 2
    elif len(words) > 2 and (known := _unit(words[2])):
        number, unit, taken = _number(words[1]), known, 3
    else:
        return None
    if not number:
        return None
    grain = unit if number > 1 else None
    if which == "last":
        return Span(taken, f"last-{number}-{unit}s", grain)
    begins = step(floor_to(today, unit), unit)
    return Span(taken, f"{begins}..{step(begins, unit, number) - timedelta(days=1)}", grain)


def _next_to(words: Sequence[str], today: date) -> Span | None:
    """`last year`, `this fiscal quarter`, `next month`."""
    which = WHICH.get(words[0])
    fiscal = words[1:2] == ["fiscal"]
    at = 2 if fiscal else 1
    unit = _unit(words[at]) if which and len(words) > at else None
    if unit is None or (unit == "day" and not fiscal) or (fiscal and which == "next"):
        return None
    value = _label(today, unit, 1) if which == "next" else f"{which}-{'fiscal-' if fiscal else ''}{unit}"
    return Span(at + 1, value)


def _label(today: date, unit: str, steps: int) -> str:
    return label(step(floor_to(today, unit), unit, steps), unit)


def _named(words: Sequence[str], today: date) -> Span | None:
    """`May 2026`, `Q2`, `2026 Q2`, `H1 last year`; without a year the last that has begun."""
    if len(words) > 1 and _part(words[1]) and re.fullmatch(r"(fy)?\d{4}", words[0]) and words[1][0] in "qh":
        return Span(2, _of_year(words[1], words[0].upper(), today))
    if _part(words[0]) is None:
        return None
    for skip in (1, 2):  # "march of 2026"
        if skip == 2 and words[1:2] != ["of"]:
            break
        if found := _year(words[skip:], today):
            return Span(skip + found.words, _of_year(words[0], found.value, today))
    return Span(1, _of_year(words[0], None, today))


def _part(word: str) -> tuple[int, int] | None:
    """The first month of what is part of a year, and how many months it has."""
    if word in MONTHS:
        return MONTHS[word], 1
    for letter, months in (("q", 3), ("h", 6)):
        if re.fullmatch(rf"{letter}[1-{12 // months}]", word):
            return (int(word[1]) - 1) * months + 1, months
    return None


def _year(words: Sequence[str], today: date) -> Span | None:
    if words and (written := re.fullmatch(r"(fy)?(\d{4})|'(\d\d)", words[0])):
        return Span(1, f"20{written[3]}" if written[3] else words[0].upper())
    if len(words) > 1 and words[1] == "year" and words[0] in WHICH:
        return Span(2, _label(today, "year", {"last": -1, "this": 0, "next": 1}[WHICH[words[0]]]))
    return None


def _of_year(word: str, year: str | None, today: date) -> str:
    """Part of a year as periods are written."""
    first, months = _part(word) or (1, 12)
    if year is None:
        year = str(today.year if date(today.year, first, 1) < today else today.year - 1)
    if word in MONTHS:
        return f"{year.removeprefix('FY')}-{first:02d}"
    if months == 3:
        return f"{year}-{word.upper()}"
    if year.startswith("FY"):
        return f"{year}-Q{first // 3 + 1}..{year}-Q{first // 3 + 2}"
    return f"{year}-{first:02d}..{add_months(date(int(year), first, 1), months - 1):%Y-%m}"


def _written(word: str, today: date) -> Span | None:
    if not re.match(r"(fy)?\d{4}|last-|this-|today|yesterday|\w+-to-date", word):
        return None
    for text in (word, word.upper()):
        with suppress(AccountlensError):
            parse_range(text, today)
            return Span(1, text)
    return None


def _number(word: str) -> int:
    """0: it is none."""
    return NUMBERS.get(word) or (int(word) if re.fullmatch(r"\d{1,3}", word) else 0)


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
