"""Rules that are no KPI of their own: the interval of a share, and sums over a trailing window."""

from __future__ import annotations

import re
from typing import Any

from tests.golden.adapters.deals import opportunity
from tests.golden.adapters.shapes import AGGREGATES, MOMENT, finished, frame, moments, timed
from tests.golden.cases import Case
from tests.golden.reading import GRAINS, LOWER, UPPER, Reading, along
from tests.golden.words import Given, NotRunError, length
from tests.golden.world import Desk, Row, Rows, Scenario

HITS = "k successes x wins won hits numerator"
TRIALS = "n trials total size denominator"
WHEN = f"created_at ds day ordered_at {MOMENT}"
AMOUNT = "revenue amount value sum sales"
SUMMED = "revenue orders transactions events values sales amounts rows"
LEVELS = {"1.644854": 0.9, "1.645": 0.9, "2.575829": 0.99, "2.576": 0.99}  # of a normal z
TRAILING = """label: Trailing sum
asks: What was ordered in the time before the end of each period?
unit: money
good: up
leads: lagging
review: weekly
formula: ordered
measures:
  ordered: {{fact: orders, at: ordered_at, {window}sum: amount}}
"""


def shares(case: Case) -> list[Scenario]:
    """k of n, each as deals won and lost of one owner: the win rate carries the interval."""
    rows, groups = Rows(), case.need("proportions shares samples", AGGREGATES)
    owners = [f"owner{number}" for number in range(len(groups))]
    for owner, row in zip(owners, groups, strict=True):
        hits, trials = row.whole(HITS), row.whole(TRIALS)
        for status, count in (("won", hits), ("lost", trials - hits)):
            opportunity(rows, Given({"status": status, "n": count, "owner": owner}), frame(case))
    scenario = timed(case, Scenario(rows))
    level = case.option("level confidence", default=LEVELS.get(str(case.option("z"))))
    for field, expected in case.expected.items():
        nested = isinstance(expected, list) and bool(expected) and isinstance(expected[0], list)
        scenario.fields[field] = _interval(field, owners, level, alone=len(groups) == 1 and not nested)
    return finished(case, [scenario], {})


def _interval(field: str, owners: list[str], level: float | None, alone: bool) -> Reading:
    """`wilson_95`: both bounds; `lower`, `upper`, `value` by themselves."""
    if found := re.fullmatch(r"(?:wilson|ci|interval|lower|upper)_(\d\d)", field):
        level = int(found[1]) / 100

    def read(desk: Desk) -> Any:
        own: Row = {} if level in (None, 0.95) else {"level": level}
        rows = {row["by"]["owner_id"]: row for row in desk.rows("win_rate", by="owner_id", **own)}
        values = [_of(field, rows.get(owner)) for owner in owners]
        return values[0] if alone else values

    return read


def _of(field: str, row: Row | None) -> Any:
    bounds = field.startswith(("wilson", "ci_9", "interval")) or field == "ci"
    if row is None:  # nobody has closed anything: there is no share
        return [None, None] if bounds else None
    if bounds:
        return [row["lower"], row["upper"]]
    if field in LOWER or field.startswith("lower"):
        return row["lower"]
    if field in UPPER or field.startswith("upper"):
        return row["upper"]
    if field in ("value", "values", "p", "proportion", "proportions", "share", "rate"):
        return row["value"]
    raise LookupError(f"no adapter knows how to read '{field}' from a share")


def trailing(case: Case) -> list[Scenario]:
    """Sums of orders over a window, by a KPI of the workspace's own."""
    rows, groups = Rows(), case.need(SUMMED)
    for row in groups:
        rows.add(
            "orders",
            order_id=row.text("id order_id") or rows.fresh("order"),
            account_id=rows.account(row.text("user_id account_id account customer_id user customer") or "account1"),
            ordered_at=row.when(WHEN),
            amount=row.number(AMOUNT, default=1),
        )
    to_date = case.option("grain_to_date to_date cumulative_to")
    case.option("grain")
    window = length(case.option("window trailing window_size"))
    role = "" if to_date else f"trailing: {'ever' if window is None else f'{window[0]} {window[1]}'}, "
    scenario = timed(case, Scenario(rows), *moments(groups, WHEN))
    scenario.kpis = {"trailing_window_sum": TRAILING.format(window=role)}
    for field, grain in GRAINS.items():
        scenario.fields[field] = _to_date(to_date, case, field) if to_date else along("trailing_window_sum", grain)
    return finished(case, [scenario], {})


def _to_date(grain: str, case: Case, field: str) -> Reading:
    """From the first day of the month (quarter, year) to the day, day by day."""
    firsts = {
        "month": lambda day: f"{day[:7]}-01",
        "quarter": lambda day: f"{day[:4]}-{(int(day[5:7]) - 1) // 3 * 3 + 1:02d}-01",
        "year": lambda day: f"{day[:4]}-01-01",
    }
    if grain not in firsts:
        raise NotRunError(f"no adapter knows a sum to date by {grain}")
    days = list(case.expected.get(field, {}))
    return lambda desk: {
        day: desk.during(f"{firsts[grain](day)}..{day}").row("trailing_window_sum")["value"] for day in days
    }
