"""When something comes again, in cron words or plain ones: `0 8 * * MON`, `first working day of the month 07:30`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accountlens.language.periods import add_months, floor_to

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST = {"month": 31, "quarter": 92, "year": 366}  # days
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * SUN",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
EXAMPLES = "every Monday 08:00, first working day of the month 07:30, or 0 8 * * MON"
_TIME = re.compile(r"(?:^|\s)(\d{1,2}):(\d{2})$")
_CRON = re.compile(r"[\d*][\d*/,\-]*\s+[\d*][\d*/,\-]*\s+\S+\s+\S+\s+\S+", re.IGNORECASE)
_STEP = re.compile(r"every (?:(\d+) )?(minute|hour)s?|(hourly)")
_NTH = re.compile(
    r"(?:every )?(?:the )?(?:(first|second|third|fourth|last|\d+(?:st|nd|rd|th)?)(?: (.+?))?|day (\d+))"
    r" of (?:the |every |each )?(?:fiscal )?(month|quarter|year)"
)


@dataclass(frozen=True)
class Cron:
    """Five fields of cron, also with `L`, `LW` and `MON#1`."""

    fields: str

    def walls(self, after: datetime, year_starts: int) -> Iterator[datetime]:
        from cronsim import CronSim

        yield from CronSim(self.fields, after)


@dataclass(frozen=True)
class Within:
    """The nth day, working day (Monday to Friday) or weekday of each month, quarter or year; -1 is the last.

    Quarters and years are fiscal ones. A day that a month is too short for is its last.
    """

    nth: int
    day: str  # day | working day | monday …
    of: str  # month | quarter | year
    at: time

    def walls(self, after: datetime, year_starts: int) -> Iterator[datetime]:
        start = floor_to(after.date(), self.of, year_starts)
        while True:
            following = add_months(start, MONTHS[self.of])
            wall = datetime.combine(self._in(start, following), self.at)
            if wall > after:
                yield wall
            start = following

    def _in(self, start: date, end: date) -> date:
        """The day meant between a first day and the first one after."""
        days = [start + timedelta(days=days) for days in range((end - start).days)]
        fit = [one for one in days if self._fits(one)]
        return fit[-1] if self.nth < 0 else fit[min(self.nth, len(fit)) - 1]

    def _fits(self, day: date) -> bool:
        if self.day == "working day":
            return day.weekday() < 5
        return self.day == "day" or DAYS[day.weekday()] == self.day


Rule: TypeAlias = Cron | Within


@dataclass(frozen=True)
class Recurrence:
    """Times of day again and again on a zone's calendar; without one, on that of whoever asks."""

    rule: Rule
    zone: ZoneInfo | None = None

    def after(self, moment: datetime, zone: ZoneInfo, year_starts: int = 1) -> Iterator[datetime]:
        """Its instants after one, in order, without end; UTC without zone. ValueError where the calendar ends."""
        on = self.zone or zone
        last = moment
        wall = moment.replace(tzinfo=UTC).astimezone(on).replace(tzinfo=None)
        for found in self.rule.walls(wall, year_starts):
            if (instant := instant_of(found, on)) > last:
                last = instant
                yield instant

    def between(self, after: datetime, until: datetime, zone: ZoneInfo, year_starts: int = 1) -> list[datetime]:
        """Its instants after one, up to another and with it."""
        return list(takewhile(lambda one: one <= until, self.after(after, zone, year_starts)))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock of that zone shows it, UTC without zone: what is shown twice, the first time.

    What the clock skips is the next instant there is: 02:30 is 03:00 in the night that it goes forward.
    """
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late.replace(tzinfo=None)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late.replace(tzinfo=None, microsecond=0)


def parse_recurrence(text: str) -> Recurrence:
    """Cron words or plain ones, perhaps with a time zone behind; ValueError says what is wrong."""
    words, zone = _zone(" ".join(text.replace(",", ", ").split()) if not _CRON.match(text) else text.strip())
    cron = NICKNAMES.get(words.lower(), words)
    if _CRON.fullmatch(cron):
        return Recurrence(_cron(cron), zone)
    plain = re.sub(r"\b(?:at|on) ", "", words.lower()).replace("each ", "every ")
    if step := _STEP.fullmatch(plain):
        return Recurrence(_steps(int(step[1] or 1), step[2] or "hour"), zone)
    at = _TIME.search(plain)
    if at and (int(at[1]) > 23 or int(at[2]) > 59):
        raise ValueError(f"'{at[0].strip()}' is no time of day; write one like 06:00")
    if at is None:
        raise ValueError(f"'{text}' says no time of day to come again at; write, for example, {EXAMPLES}")
    rule = _rule(plain[: at.start()].strip(), time(int(at[1]), int(at[2])))
    if rule is None:
        raise ValueError(f"'{text}' is not understood; write, for example, {EXAMPLES}")
    return Recurrence(rule, zone)


def in_words(text: str) -> str:
    """A schedule as people say it: what cron's fields mean, other words as they were written."""
    words, zone = _zone(text.strip())
    if not (_CRON.fullmatch(words) or words.lower() in NICKNAMES):
        return f"every day {text}" if _TIME.fullmatch(words) else text
    from cronsim import CronSim

    told = CronSim(NICKNAMES.get(words.lower(), words), datetime(2026, 1, 1)).explain()
    return f"{told[:1].lower()}{told[1:]}{f' {zone.key}' if zone else ''}"


def _zone(text: str) -> tuple[str, ZoneInfo | None]:
    head, _, tail = text.rpartition(" ")
    if not head or not (("/" in tail and tail[0].isalpha()) or tail == "UTC"):
        return text, None
    try:
        return head, ZoneInfo(tail)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"'{tail}' is no time zone; write one like Europe/Berlin") from None


def _cron(fields: str) -> Cron:
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(fields, datetime(2026, 1, 1)))
    except CronSimError as error:
        raise ValueError(f"'{fields}' is no cron line: {str(error).lower()}; see 'man 5 crontab'") from None
    except StopIteration:
        raise ValueError(f"'{fields}' never comes") from None
    return Cron(fields)


def _steps(count: int, unit: str) -> Cron:
    whole = 60 if unit == "minute" else 24
    if not count or whole % count:
        raise ValueError(f"{count} {unit}s do not fit evenly into {whole}; write a number that does")
    if unit == "minute":
        return _cron(f"*/{count} * * * *" if count < whole else "0 * * * *")
    return _cron(f"0 */{count} * * *" if count < whole else "0 0 * * *")


def _rule(head: str, at: time) -> Rule | None:
    """The words before the time of day; None where they are not understood."""
    clock = f"{at.minute} {at.hour}"
    if head in ("", "every day", "daily"):
        return _cron(f"{clock} * * *")
    if head in ("every weekday", "every working day", "weekdays", "working days", "every business day"):
        return _cron(f"{clock} * * MON-FRI")
    if found := _NTH.fullmatch(head):
        return _within(found, at)
    named = re.split(r", and |, | and ", re.sub(r"^(every|weekly) ", "", head))
    days = [one.removesuffix("s") for one in named]
    if all(one in DAYS for one in days):
        return _cron(f"{clock} * * {','.join(one[:3].upper() for one in days)}")
    return None


def _within(found: re.Match[str], at: time) -> Within | None:
    place, day, number, of = found.groups()
    nth = PLACES.get(place) or int(re.sub(r"\D", "", number or place))
    day = {"weekday": "working day", "business day": "working day", None: "day"}.get(day, day)
    if day not in ("day", "working day", *DAYS):
        return None
    most = 4 if day in DAYS and of == "month" else MOST[of]
    if not nth or nth > most:
        raise ValueError(f"not every {of} has a {day} number {nth}; 'last' is the last one")
    return Within(nth, day, of, at)
