"""Periods: how a span of time is written, cut by grain, and set beside an earlier one. All dates are local."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from accountlens.errors import AccountlensError, suggest

GRAINS: Final = ("day", "week", "month", "quarter", "year", "total")
MONTHS_OF: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """Half-open span of local days, `[start, end)`."""

    start: date
    end: date  # first day not in the period
    label: str = field(default="", compare=False)  # the same days are the same period, whatever it is called

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def add_months(day: date, months: int) -> date:
    """Step by calendar month, clipping to the month's end (31 January + 1 month = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def floor_to(day: date, grain: str, year_starts: int = 1) -> date:
    """The first day of the week (Monday), month, quarter or year that the day lies in."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    first = day.replace(day=1)
    return add_months(first, -((first.month - year_starts) % MONTHS_OF[grain]))


def step(day: date, grain: str, count: int = 1) -> date:
    if grain in MONTHS_OF:
        return add_months(day, MONTHS_OF[grain] * count)
    return day + timedelta(days=count * (7 if grain == "week" else 1))


def label(start: date, grain: str, year_starts: int = 1, fiscal: bool = False) -> str:
    """`2026-05-17`, `2026-W20`, `2026-05`, `2026-Q2`, `2026`; fiscal: `FY2026-Q2` (named by the year it ends in)."""
    if grain == "week":
        iso = start.isocalendar()
        return f"{iso.year}-W{iso.week:02d}"
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain in ("quarter", "year"):
        first = floor_to(start, "year", year_starts)
        year = add_months(first, 11).year if fiscal else start.year
        quarter = ((start.month - year_starts) % 12) // 3 + 1
        name = f"{'FY' if fiscal else ''}{year}"
        return name if grain == "year" else f"{name}-Q{quarter}"
    return start.isoformat()


@dataclass(frozen=True)
class Range:
    """What was asked: a span, and whether it was written in fiscal words."""

    start: date
    end: date
    fiscal: bool = False
    text: str = ""


def cut(asked: Range, grain: str, fiscal_starts: int = 1) -> list[Period]:
    """The periods of a range; the first and last may be cut short by the range itself."""
    if grain == "total":
        return [Period(asked.start, asked.end, asked.text or range_text(asked))]
    starts = fiscal_starts if asked.fiscal else 1
    day, periods = floor_to(asked.start, grain, starts), []
    while day < asked.end:
        after = step(day, grain)
        name = label(day, grain, starts, asked.fiscal)
        periods.append(Period(max(day, asked.start), min(after, asked.end), name))
        day = after
    return periods


def range_text(asked: Range) -> str:
    return f"{asked.start}..{asked.end - timedelta(days=1)}"


def previous(period: Period) -> Period:
    """The period of equal length just before: whole months step by months, other spans by days."""
    if months := _whole_months(period):
        return Period(add_months(period.start, -months), period.start)
    return Period(period.start - timedelta(days=period.days), period.start)


def previous_year(period: Period) -> Period:
    """The same calendar dates a year before."""
    return Period(add_months(period.start, -12), add_months(period.end, -12))


def _whole_months(period: Period) -> int:
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def parse_range(text: str, today: date, fiscal_starts: int = 1) -> Range:
    """Read `2026-05`, `2026-01..2026-06`, `FY2026-Q2`, `last-90-days`, `this-quarter` …

    `today` is the first day that is not over: the local date of the question's instant.
    """
    words = text.strip()
    if ".." in words:
        first, _, last = words.partition("..")
        start, end = (parse_range(part, today, fiscal_starts) for part in (first, last))
        if end.end <= start.start:
            raise AccountlensError(f"The period '{text}' ends before it starts.")
        return Range(start.start, end.end, start.fiscal or end.fiscal, words)
    found = _written(words, fiscal_starts) or _spoken(words.lower(), today, fiscal_starts)
    if found is None:
        known = ["last-90-days", "last-12-months", "last-4-quarters", "this-month", "this-quarter", "this-year",
                 "last-month", "last-quarter", "last-year", "year-to-date", "today", "yesterday"]  # fmt: skip
        hint = suggest(words.lower(), known) or "Write 2026-05, 2026-Q2, FY2026, 2026-01..2026-06 or last-90-days."
        raise AccountlensError(f"'{text}' is no period.", mend=hint)
    return found


def _written(text: str, fiscal_starts: int) -> Range | None:
    match = re.fullmatch(
        r"(?P<fy>FY)?(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>\d\d?)|(?P<month>\d\d?)(?:-(?P<day>\d\d?))?))?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    part = {key: int(value) for key, value in match.groupdict().items() if value and key != "fy"}
    fiscal, year = bool(match["fy"]), part["year"]
    try:
        if "day" in part:
            start = date(year, part["month"], part["day"])
            return Range(start, start + timedelta(days=1), text=text)
        if "week" in part:
            start = date.fromisocalendar(year, part["week"], 1)
            return Range(start, start + timedelta(days=7), text=text)
        if "month" in part:
            start = date(year, part["month"], 1)
            return Range(start, add_months(start, 1), text=text)
        first = date(year, 1, 1) if not fiscal else _fiscal_year(year, fiscal_starts)
    except ValueError as error:
        raise AccountlensError(f"'{text}' is no period: {error}.") from None
    if "quarter" in part:
        first = add_months(first, 3 * part["quarter"] - 3)
        return Range(first, add_months(first, 3), fiscal, text)
    return Range(first, add_months(first, 12), fiscal, text)


def _fiscal_year(year: int, starts: int) -> date:
    """The fiscal year is named by the calendar year it ends in."""
    return date(year if starts == 1 else year - 1, starts, 1)


def _spoken(text: str, today: date, fiscal_starts: int) -> Range | None:
    if match := re.fullmatch(r"last-(\d+)-(day|week|month|quarter|year)s?", text):
        count, grain = int(match[1]), match[2]
        end = floor_to(today, grain)
        return Range(step(end, grain, -count), end, text=text) if count else None
    if match := re.fullmatch(r"(this|last)-(fiscal-)?(week|month|quarter|year)", text):
        starts = fiscal_starts if match[2] else 1
        start = floor_to(today, match[3], starts)
        start = start if match[1] == "this" else step(start, match[3], -1)
        return Range(start, step(start, match[3]), bool(match[2]), text)
    spans: dict[str, Callable[[], tuple[date, date]]] = {
        "today": lambda: (today, today + timedelta(days=1)),
        "yesterday": lambda: (today - timedelta(days=1), today),
        "month-to-date": lambda: (today.replace(day=1), today + timedelta(days=1)),
        "quarter-to-date": lambda: (floor_to(today, "quarter"), today + timedelta(days=1)),
        "year-to-date": lambda: (floor_to(today, "year"), today + timedelta(days=1)),
    }
    return Range(*spans[text](), text=text) if text in spans else None
