"""How answers look in a terminal: numbers, marks and the shape that fits, from plain rows alone."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from accountlens.language import numbers
from accountlens.surfaces.cli.grid import lay_out
from accountlens.surfaces.cli.marks import marks_for
from accountlens.surfaces.cli.messages import Page
from accountlens.surfaces.cli.tables import arrange, render

DEFINITIONS = [
    SimpleNamespace(name="win_rate", label="Win rate", good="up"),
    SimpleNamespace(name="mrr", label="Monthly recurring revenue", good="up"),
    SimpleNamespace(name="sales_cycle_days", label="Sales cycle", good="down"),
]
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def row(kpi: str = "win_rate", value: float | None = 0.25, **more: Any) -> dict[str, Any]:
    units = {"win_rate": "fraction", "mrr": "money", "sales_cycle_days": "days"}
    period = more.pop("period", "2026-Q2")
    start = f"{period}-01" if period in MONTHS else "2026-04-01"
    days = {"period": period, "period_start": start, "period_end": "2026-07-01"}
    base = {"kpi": kpi, "by": {}, "value": value, "unit": units[kpi]} | days
    return base | {"n": None, "lower": None, "upper": None, "compare": {}, "flags": []} | more


def moved(value: float, base: float) -> dict[str, Any]:
    return {"previous": {"value": base, "change": value - base}}


def page(rows: Sequence[Mapping[str, Any]], width: int = 80) -> str:
    out = io.StringIO()
    console = Page(out, width=width)
    for part in render(lay_out(rows, DEFINITIONS, "EUR"), width):
        console.print(part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("levels", "title"),
    [([], "95 % range"), ([0.9, 0.9], "90 % range"), ([0.999], "99.9 % range"), ([0.9, 0.95], "  range")],
)
def test_the_range_says_how_sure_it_is(levels: list[float], title: str) -> None:
    out = io.StringIO()
    grid = lay_out([row(lower=0.2, upper=0.3), row("mrr", 7.0)], DEFINITIONS, "EUR", levels)
    for part in render(grid, 80):
        Page(out, width=80).print(part)
    assert title in out.getvalue()


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.2743, "fraction", "27.4 %"),
        (0, "fraction", "0.0 %"),
        (0.00042, "fraction", "0.042 %"),
        (12.5, "fraction", "1,250 %"),
        (1234567.4, "money", "1,234,567 EUR"),
        (12.5, "money", "12.50 EUR"),
        (1200, "money_per_day", "1,200 EUR/day"),
        (1234, "count", "1,234"),
        (2.5, "count", "2.5"),
        (12.34, "days", "12.3 days"),
        (0.5, "hours", "30.0 min"),
        (2.5, "hours", "2.5 h"),
        (-16.7, "points", "-16.7 pts"),
        (3.207, "ratio", "3.21"),
        (None, "count", "–"),
        (float("nan"), "fraction", "–"),
    ],
)
def test_a_number_is_written_by_its_unit(value: float | None, unit: str, text: str) -> None:
    assert numbers.show(value, unit, "EUR") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(999, "999 EUR"), (45_600, "45.6k EUR"), (1_234_567, "1.23M EUR"), (-2e9, "-2.00B EUR")],
)
def test_short_numbers_keep_three_digits(value: float, text: str) -> None:
    assert numbers.show(value, "money", "EUR", short=True) == text


@pytest.mark.parametrize(
    ("now", "base", "unit", "text"),
    [
        (0.25, 0.5, "fraction", "-25.0 pp"),
        (110, 100, "money", "+10.0 %"),
        (110, 0, "count", "+110"),
        (40.0, 35.0, "points", "+5.0"),
        (5, 5, "count", "="),
    ],
)
def test_a_change_is_told_the_way_one_says_it(now: float, base: float, unit: str, text: str) -> None:
    assert numbers.change(now, base, now - base, unit) == text


def test_a_change_against_the_unknown_is_unknown() -> None:
    assert numbers.change(5, None, None, "count") == ""
    assert "–" in page([row(compare={"previous": {"value": None, "change": None}})])


def test_one_kpi_shows_its_value_range_sample_and_change() -> None:
    text = page([row(lower=0.046, upper=0.699, n=4, compare=moved(0.25, 0.5))])
    assert "25.0 %" in text
    assert "(4.6–69.9)" in text
    assert "▼ -25.0 pp" in text
    assert "50.0 %" in text


def test_several_kpis_without_groups_are_a_row_each() -> None:
    lines = page([row(), row("mrr", 5000.0), row("sales_cycle_days", 40.0)]).splitlines()
    assert [line.split("  ")[0] for line in lines[3:6]] == [
        "Win rate",
        "Monthly recurring revenue",
        "Sales cycle",
    ]


def test_the_same_kpi_with_other_options_is_a_row_of_its_own() -> None:
    text = page([row(), row(value=0.5, options={"basis": "value", "broad": True})])
    assert "Win rate (basis=value, broad=true)" in text


def test_the_total_comes_last_behind_a_rule_and_groups_stand_in_natural_order() -> None:
    rows = [row(by={"tier": tier}) for tier in (None, "(unknown)", "T10", "T2")]
    body = page(rows).splitlines()[3:]
    assert [line.split()[0] for line in body if "─" not in line] == ["T2", "T10", "(unknown)", "Total"]
    assert set(body[3]) == {"─"}


def test_subtotals_stand_below_what_they_sum_up() -> None:
    keys = [(None, None), ("A", None), ("A", "north"), ("B", "north"), ("B", None), ("B", "east"), (None, "north")]
    grid = lay_out([row(by={"tier": tier, "region": region}) for tier, region in keys])
    assert [group.key for group in grid.groups] == [
        ("A", "north"), ("A", None), ("B", "east"), ("B", "north"), ("B", None), (None, "north"), (None, None),
    ]  # fmt: skip


def test_a_period_in_words_is_told_with_its_days() -> None:
    assert page([row(period="last-quarter"), row("mrr", period="last-quarter")]).startswith(
        "last-quarter (2026-04-01 to 2026-06-30)\n"
    )
    assert page([row(), row("mrr")]).startswith("2026-Q2\n")


def test_a_readable_name_stands_before_its_id() -> None:
    assert "Anna Berg e-17" in page([row(by={"owner_id": "e-17"}, names={"owner_id": "Anna Berg"})])


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("compare", [False, True])
def test_nothing_is_wider_than_the_terminal(width: int, compare: bool) -> None:
    kpis = ("win_rate", "mrr", "sales_cycle_days")
    pairs = moved(1234567.0, 1.0) if compare else {}
    names = [f"A group with quite a long name {letter}" for letter in "ABC"]
    alone = [row(kpi, 1234567.0, period=month, compare=pairs) for kpi in kpis for month in MONTHS]
    grouped = [{**one, "by": {"name": name}} for one in alone for name in names]
    single = [one for one in grouped if one["period"] == "2026-12"]
    for rows in (alone, grouped, single):
        lines = page(rows, width).splitlines()
        assert max(map(len, lines)) <= width


def test_periods_that_do_not_fit_are_left_out_with_a_word() -> None:
    rows = [row("mrr", 1234567.0, period=month, by={"tier": tier}) for month in MONTHS for tier in "AB"]
    text = page(rows, 60)
    assert "2026-12" in text
    assert "2026-01" not in text
    assert "of 12 periods" in text
    assert "of 12 periods" not in page(rows, 140)


def test_kpis_side_by_side_show_the_same_periods() -> None:
    rows = [
        row(kpi, value, period=month, by={"tier": "A"})
        for kpi, value in (("win_rate", 0.5), ("mrr", 123456789.0))
        for month in MONTHS
    ]
    heads = [line.split()[1:] for line in page(rows, 70).splitlines() if line.startswith("tier")]
    assert len(heads) == 2
    assert heads[0] == heads[1]


def test_flags_become_marks_with_a_legend() -> None:
    text = page([row(by={"tier": "A"}, flags=["small_sample"]), row(by={"tier": "B"})])
    assert "25.0 %°" in text
    assert "° a small sample" in text


def test_what_all_figures_share_is_said_once() -> None:
    marks = marks_for([row(flags=["immature_cohort"]), row("mrr", flags=["immature_cohort", "odd_thing"])])
    assert marks.legend == ("¹ odd thing", "all figures: the cohort is still young, the figure will move")


def test_what_a_period_shares_marks_its_name() -> None:
    rows = [
        row(period=month, by={"tier": tier}, flags=["partial_period"] if month == "2026-02" else [])
        for month in MONTHS[:2]
        for tier in "AB"
    ]
    text = page(rows)
    assert "2026-02*" in text
    assert text.count("*") == 2  # the heading and the legend


def test_an_arrow_is_green_when_the_move_is_good_for_this_kpi() -> None:
    from accountlens.surfaces.cli import cells

    grid = lay_out(
        [row(compare=moved(0.5, 0.4)), row("sales_cycle_days", 50.0, compare=moved(50.0, 40.0))], DEFINITIONS
    )
    tones = {
        series.kpi: cells.change(grid.row(series, grid.groups[0], "2026-Q2"), series, "previous").style
        for series in grid.series
    }
    assert tones == {"win_rate": "green", "sales_cycle_days": "red"}


def test_an_empty_answer_says_so() -> None:
    assert arrange(lay_out([]), 80).notes == ("The answer has no rows.",)
