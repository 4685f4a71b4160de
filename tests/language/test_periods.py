"""Periods as people write them, and the calendar behind them."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked, read_value, write_value
from accountlens.language.calendar import Clock
from accountlens.language.measures import Window, parse_window
from accountlens.language.periods import GRAINS, Period, Range, add_months, cut, parse_range, previous, previous_year

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"), ("2026-Q2", "2026-04-01", "2026-07-01"), ("2026-05", "2026-05-01", "2026-06-01"),
        ("2026-05-17", "2026-05-17", "2026-05-18"), ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-01..2026-06", "2026-01-01", "2026-07-01"), ("2024-01-17..2024-03-04", "2024-01-17", "2024-03-05"),
        ("FY2026", "2025-04-01", "2026-04-01"), ("FY2026-Q2", "2025-07-01", "2025-10-01"),
        ("last-90-days", "2026-08-23", "2026-11-21"), ("last-12-months", "2025-11-01", "2026-11-01"),
        ("last-4-quarters", "2025-10-01", "2026-10-01"), ("this-quarter", "2026-10-01", "2027-01-01"),
        ("last-quarter", "2026-07-01", "2026-10-01"), ("last-month", "2026-10-01", "2026-11-01"),
        ("this-year", "2026-01-01", "2027-01-01"), ("this-fiscal-year", "2026-04-01", "2027-04-01"),
        ("year-to-date", "2026-01-01", "2026-11-22"), ("yesterday", "2026-11-20", "2026-11-21"), ("last-1-week", "2026-11-09", "2026-11-16"),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text: str, start: str, end: str) -> None:
    found = parse_range(text, TODAY, fiscal_starts=4)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "Q2", "last-0-days", "2026-06..2026-01", "lst-90-days", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(AccountlensError, match="period"):
        parse_range(text, TODAY)


spans = st.tuples(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 800))


@given(spans, st.sampled_from(GRAINS), st.integers(1, 12), st.booleans())
def test_the_pieces_of_a_range_cover_it_without_gap_or_overlap(
    span: tuple[date, int], grain: str, starts: int, fiscal: bool
) -> None:
    start = span[0]
    end = date.fromordinal(start.toordinal() + span[1])
    pieces = cut(Range(start, end, fiscal), grain, starts)
    assert pieces[0].start == start
    assert pieces[-1].end == end
    assert all(one.end == other.start for one, other in pairwise(pieces))


def test_the_period_before_whole_months_is_as_many_months() -> None:
    assert previous(Period(date(2026, 3, 1), date(2026, 4, 1))) == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert previous(Period(date(2026, 1, 17), date(2026, 3, 5))) == Period(date(2025, 12, 1), date(2026, 1, 17))


def test_a_year_before_the_leap_day_is_the_28th() -> None:
    assert previous_year(Period(date(2024, 2, 29), date(2024, 3, 1))).start == date(2023, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


def test_windows_of_days_are_elapsed_time_and_of_months_calendar_steps() -> None:
    clock = Clock(ZoneInfo("Europe/Berlin"), datetime(2026, 1, 1))
    first_of_april = clock.midnight(date(2024, 4, 1))
    assert clock.back(first_of_april, Window(2, "months")) == clock.midnight(date(2024, 2, 1))
    assert (first_of_april - clock.back(first_of_april, Window(90, "days"))).days == 90
    assert parse_window("3 months") == Window(3, "months")
    with pytest.raises(AccountlensError, match="no window"):
        parse_window("soon")


words = st.text(
    st.characters(whitelist_categories=("Ll", "Lu", "Nd"), max_codepoint=0x7F) | st.sampled_from(" :-_"), max_size=12
)
values = st.recursive(
    st.one_of(
        st.integers(-99, 99), st.booleans(), st.none(), words, st.floats(-9, 9).map(lambda number: round(number, 3))
    ),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(values)
@example(["TRUE", "null", 'a "quoted" word', "it's"])
def test_an_option_value_is_read_back_as_it_was_written(value: object) -> None:
    again = read_value(write_value(value))
    if isinstance(value, str) and value.lower() in ("true", "false", "null"):
        return  # such a text must be quoted by hand
    assert again == value


def test_a_question_with_options_is_read() -> None:
    asked = parse_asked('first_response_time(hours=business, schedule="Mon-Fri 09:00-17:00", weights=[0.3, 0, 0.7])')
    assert asked.name == "first_response_time"
    assert asked.options == {"hours": "business", "schedule": "Mon-Fri 09:00-17:00", "weights": [0.3, 0, 0.7]}
    for faulty in ("win rate", "win_rate(basis)", "win_rate(basis=value", "Win_Rate"):
        with pytest.raises(AccountlensError, match="is no"):
            parse_asked(faulty)
