"""Words of schedules, and a year of them in seconds: both changes of the clock, fiscal years, leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountlens.language.recurrence import instant_of, parse_recurrence

BERLIN = ZoneInfo("Europe/Berlin")


def times(text: str, since: str, count: int, zone: str = "Europe/Berlin", year_starts: int = 1) -> list[str]:
    """As the clocks there show them."""
    on = ZoneInfo(zone)
    found = parse_recurrence(text).after(datetime.fromisoformat(since), on, year_starts)
    shown = parse_recurrence(text).zone or on
    return [f"{one.replace(tzinfo=UTC).astimezone(shown):%Y-%m-%d %H:%M}" for one in islice(found, count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every Monday 08:00", ["2026-03-30 08:00", "2026-04-06 08:00"]),
        ("Mondays and Thursdays at 9:30", ["2026-03-30 09:30", "2026-04-02 09:30"]),
        ("every Monday, Wednesday, and Friday 08:00", ["2026-03-30 08:00", "2026-04-01 08:00"]),
        ("weekly on Tuesday 07:00", ["2026-03-31 07:00", "2026-04-07 07:00"]),
        ("every weekday 08:00", ["2026-03-30 08:00", "2026-03-31 08:00"]),
        ("daily 08:00", ["2026-03-29 08:00", "2026-03-30 08:00"]),
        ("06:00", ["2026-03-29 06:00", "2026-03-30 06:00"]),
        ("first working day of the month 07:30", ["2026-04-01 07:30", "2026-05-01 07:30"]),
        ("last working day of the quarter 17:00", ["2026-03-31 17:00", "2026-06-30 17:00"]),
        ("third working day of the year 08:00", ["2027-01-05 08:00", "2028-01-05 08:00"]),
        ("last Friday of the month 16:00", ["2026-04-24 16:00", "2026-05-29 16:00"]),
        ("first Monday of the month 09:00", ["2026-04-06 09:00", "2026-05-04 09:00"]),
        ("31st of the month 08:00", ["2026-03-31 08:00", "2026-04-30 08:00"]),
        ("day 15 of the month 08:00", ["2026-04-15 08:00", "2026-05-15 08:00"]),
        ("every 15 minutes", ["2026-03-28 13:15", "2026-03-28 13:30"]),
        ("every 12 hours", ["2026-03-29 00:00", "2026-03-29 12:00"]),
        ("0 8 * * MON", ["2026-03-30 08:00", "2026-04-06 08:00"]),
        ("0,30 8-9 1 * *", ["2026-04-01 08:00", "2026-04-01 08:30"]),
        ("@monthly", ["2026-04-01 00:00", "2026-05-01 00:00"]),
        ("every Monday 08:00 America/New_York", ["2026-03-30 08:00", "2026-04-06 08:00"]),
        ("0 8 * * MON Asia/Tokyo", ["2026-03-30 08:00", "2026-04-06 08:00"]),
    ],
)
def test_words_mean_what_they_say(text: str, expected: list[str]) -> None:
    assert times(text, "2026-03-28 12:00", 2) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("every Monday", "says no time of day"),
        ("", "says no time of day"),
        ("every day 25:00", "'25:00' is no time of day"),
        ("every blue moon 08:00", "is not understood"),
        ("fifth Monday of the month 08:00", "is not understood"),
        ("32nd of the month 08:00", "not every month has a day number 32; 'last' is the last one"),
        ("5th Monday of the month 08:00", "not every month has a monday number 5"),
        ("every 7 minutes", "7 minutes do not fit evenly into 60"),
        ("every 0 hours", "0 hours do not fit"),
        ("99 8 * * *", "is no cron line"),
        ("0 0 30 2 *", "is no cron line"),
        ("every Monday 08:00 Europe/Berln", "'Europe/Berln' is no time zone"),
    ],
)
def test_words_that_mean_nothing_are_refused_with_what_to_write(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_recurrence(text)


def test_a_time_the_clock_skips_is_the_next_there_is_and_one_it_shows_twice_comes_once() -> None:
    assert times("every day 02:30", "2026-03-28 00:00", 3) == [
        "2026-03-28 02:30",
        "2026-03-29 03:00",
        "2026-03-30 02:30",
    ]
    assert times("every day 02:30", "2026-10-24 00:00", 3) == [
        "2026-10-24 02:30",
        "2026-10-25 02:30",
        "2026-10-26 02:30",
    ]
    skipped = parse_recurrence("*/20 2 * * *").between(datetime(2026, 3, 28, 12), datetime(2026, 3, 29, 12), BERLIN)
    assert skipped == [datetime(2026, 3, 29, 1)], "three times that are one instant come once"
    twice = parse_recurrence("*/30 * * * *").between(datetime(2026, 10, 24, 23, 59), datetime(2026, 10, 25, 2), BERLIN)
    assert [f"{one:%H:%M}" for one in twice] == ["00:00", "00:30", "02:00"], "the second 02:00 and 02:30 do not come"
    assert instant_of(datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia")) == datetime(2011, 12, 30, 10), (
        "a day left out"
    )
    assert instant_of(datetime(2026, 4, 5, 1, 45), ZoneInfo("Australia/Lord_Howe")) == datetime(2026, 4, 4, 14, 45)


def test_quarters_and_years_are_fiscal_ones() -> None:
    assert times("first day of the quarter 08:00", "2026-01-15", 3, year_starts=2) == [
        "2026-02-01 08:00", "2026-05-01 08:00", "2026-08-01 08:00",
    ]  # fmt: skip
    assert times("last working day of the fiscal year 12:00", "2026-01-15", 2, year_starts=4) == [
        "2026-03-31 12:00", "2027-03-31 12:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo"]
)
@pytest.mark.parametrize("clock", ["02:30", "00:00", "01:30", "23:59"])
def test_every_day_of_four_years_has_its_time_once(zone: str, clock: str) -> None:
    on = ZoneInfo(zone)
    since = instant_of(datetime(2024, 1, 1), on) - timedelta(seconds=1)
    found = parse_recurrence(f"every day {clock}").between(since, since + timedelta(days=4 * 365 + 1), on)
    days = [one.replace(tzinfo=UTC).astimezone(on).date() for one in found]
    assert days == [date(2024, 1, 1) + timedelta(days=count) for count in range(4 * 365 + 1)]


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["*/7 * * * *", "30 2 * * *", "every weekday 01:15", "last day of the month 02:59", "0 0 29 2 *"]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_what_comes_after_does_not_hang_on_where_one_begins_to_look(since: datetime, text: str, zone: str) -> None:
    on, wanted = ZoneInfo(zone), parse_recurrence(text)
    first, second, third = islice(wanted.after(since, on), 3)
    assert since < first < second < third
    assert next(wanted.after(first, on)) == second
    assert next(wanted.after(second - timedelta(seconds=1), on)) == second
