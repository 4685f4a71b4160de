"""How sure a mean or a median is, recomputed from rows with scipy's distributions; how often intervals hold the truth."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest
import sqlglot
from scipy import stats
from tests.engine.messy import Rows, company, open_session
from tests.engine.oracle import Oracle
from tests.engine.test_questions import ACCOUNTS, Company, deal, small

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.engine.planner import make_plan
from accountlens.engine.quantiles import RANKED, order_ranks, t_quantiles
from accountlens.engine.run import Backdrop, ask
from accountlens.engine.sql import plan_sql
from accountlens.errors import ProblemsError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.warehouses.translate import translate

MONTHS = [datetime(2024, month, 1) for month in range(1, 7)]
Bounds = tuple[float, float] | tuple[None, None]


def t_interval(values: Sequence[float], level: float = 0.95) -> Bounds:
    if len(values) < 2:
        return None, None
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return mean(values) - half, mean(values) + half


def order_interval(values: Sequence[float], share: float, level: float = 0.95) -> Bounds:
    """Between the closest ordered values that leave at most half of the rest outside at either end."""
    n, tail = len(values), (1 - level) / 2
    below = stats.binom.cdf(range(n), n, share)  # the chance that a rank's value, and all before it, lie below
    low, high = int((below <= tail).sum()), int((below < 1 - tail).sum()) + 1
    return (sorted(values)[low - 1], sorted(values)[high - 1]) if low >= 1 and high <= n else (None, None)


def of_median(values: Sequence[float]) -> Bounds:
    return order_interval(values, 0.5)


def won(tables: dict[str, Rows], start: datetime, end: datetime) -> Rows:
    return [row for row in tables["opportunities"] if row["status"] == "won" and start <= row["closed_at"] < end]


def sizes(deals: Rows) -> list[float]:
    return [row["amount"] for row in deals if row["amount"] is not None]


def cycles(deals: Rows) -> list[float]:
    known = [row for row in deals if row["created_at"] and row["closed_at"] >= row["created_at"]]
    return [(row["closed_at"] - row["created_at"]) / timedelta(days=1) for row in known]


def bounds(row: dict[str, Any]) -> list[float | None]:
    return [row["lower"], row["upper"]]


def near(expected: Sequence[float | None]) -> list[Any]:
    """To compare with, unknown only with unknown."""
    return [pytest.approx(value, rel=1e-8) if value is not None else None for value in expected]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_students_t_is_that_of_scipy(level: float) -> None:
    for freedom, found in enumerate(t_quantiles(level), start=1):
        assert found == pytest.approx(stats.t.ppf((1 + level) / 2, freedom), rel=1e-12)


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("level", [1e-9, 0.5, 0.9, 0.95, 0.99])
def test_ranks_are_those_of_the_binomial_and_hold_as_often_as_they_say(share: float, level: float) -> None:
    ranks = order_ranks(share, level)
    for n in [*range(1, RANKED + 100), 1000, 9999, 100_000]:
        usual = [n * share + ranks.middle + sign * ranks.reach * math.sqrt(n) for sign in (-1, 1)]
        low, high = ranks.lower.get(n, math.floor(usual[0])), ranks.upper.get(n, math.ceil(usual[1]))
        if n <= RANKED:
            exact = order_interval(range(1, n + 1), share, level)
            assert exact == ((low, high) if n >= ranks.least else (None, None))
        missed = stats.binom.cdf(low - 1, n, share), stats.binom.sf(high - 1, n, share)
        assert n < ranks.least or max(missed) <= (1 - level) / 2 + 1e-12


@pytest.mark.parametrize(
    ("kpi", "values", "interval"), [
    ("avg_deal_size", sizes, t_interval), ("sales_cycle_days", cycles, t_interval),
    ("avg_deal_size(level=0.8)", sizes, lambda found: t_interval(found, 0.8)),
    ("sales_cycle_days(stat=median)", cycles, of_median),
    ("avg_deal_size(stat=median, level=0.5)", sizes, lambda found: order_interval(found, 0.5, 0.5)),
    ("avg_deal_size(stat=p90, level=0.5)", sizes, lambda found: order_interval(found, 0.9, 0.5)),
])  # fmt: skip
@pytest.mark.parametrize("seed", [2, 7])
def test_intervals_are_those_of_the_rows(
    kpi: str,
    values: Callable[[Rows], list[float]],
    interval: Callable[[list[float]], Bounds],
    seed: int,
    tmp_path: Path,
) -> None:
    tables = company(seed, scale=3)
    question: dict[str, Any] = {
        "by": ("tier",),
        "period": "2024-01..2024-05",
        "grain": "month",
        "compare": ("previous",),
    }
    rows = Company(tables, tmp_path).ask(kpi, **question)
    assert len({row["by"]["tier"] for row in rows}) > 3
    for row in rows:
        start, end = (datetime.fromisoformat(row[key]) for key in ("period_start", "period_end"))
        oracle, tier = Oracle(tables, start, end), row["by"]["tier"]
        deals = [
            deal for deal in won(tables, start, end)
            if tier in (None, oracle.tier(deal["account_id"], deal["closed_at"], event=True))
        ]  # fmt: skip
        assert bounds(row) == near(interval(values(deals))), row
        assert row["n"] == len(values(deals))


@pytest.mark.parametrize("kpi", ["nps(weighting=account)", "mean_gap_days", "max_gap_days", "interaction_gap_days"])
def test_means_over_accounts_are_as_sure_as_their_accounts(kpi: str, tmp_path: Path) -> None:
    asked = Company(company(4, scale=3), tmp_path)
    values = defaultdict(list)
    for row in asked.ask(kpi, by=("account_id",), period="2024-01..2024-04", grain="month", totals="none"):
        if row["value"] is not None and row["by"]["account_id"] != "(unmatched)":
            values[row["period"]].append(row["value"])
    rows = asked.ask(kpi, period="2024-01..2024-04", grain="month")
    assert all(len(found) > 2 for found in values.values())
    for row in rows:
        assert bounds(row) == near(t_interval(values[row["period"]]))


@pytest.mark.parametrize(
    ("survey", "kpi"), [("csat", "csat(method=mean)"), ("ces", "ces"), ("esat", "esat(method=mean)")]
)
def test_mean_marks_come_with_their_interval(survey: str, kpi: str, tmp_path: Path) -> None:
    scores = [5.0, 4, 4, 2, 5, 1]
    answers = [{"response_id": f"r{n}", "survey": survey, "answered_at": datetime(2024, 1, 5), "score": score,
                "account_id": "a1", "employee_id": f"e{n}"} for n, score in enumerate(scores)]  # fmt: skip
    (row,) = small(tmp_path, [], survey_responses=answers).ask(kpi, period="2024-01")
    assert [row["value"], *bounds(row)] == near([mean(scores), *t_interval(scores)])


def test_far_sums_do_not_drown_the_spread(tmp_path: Path) -> None:
    """Sums of squares would lose all of it: 1e9 squared leaves no place for 1."""
    deals = [deal(n, "2024-01-10", amount=1e9 + n) for n in range(3)]
    (row,) = small(tmp_path, deals).ask("avg_deal_size", period="2024-01")
    assert row["upper"] - row["lower"] == pytest.approx(2 * stats.t.ppf(0.975, 2) / math.sqrt(3), rel=1e-6)


@pytest.mark.parametrize("kpi", ["avg_deal_size", "avg_deal_size(stat=median)"])
def test_nothing_or_one_case_leaves_it_open_how_sure_a_number_is(kpi: str, tmp_path: Path) -> None:
    asked = small(tmp_path, [deal(1, "2024-01-10"), deal(2, "2024-02-10", amount=None)])
    rows = asked.ask(kpi, period="2024-01..2024-02", grain="month")
    assert [(row["value"], row["n"], *bounds(row)) for row in rows] == [(100, 1, None, None), (None, 0, None, None)]


def test_equal_values_leave_no_spread(tmp_path: Path) -> None:
    deals = [deal(n, "2024-01-10", amount=0.1) for n in range(7)]
    (row,) = small(tmp_path, deals).ask("avg_deal_size", period="2024-01")
    assert bounds(row) == near((0.1, 0.1))


def held(folder: Path, kpi: str, draw: Callable[[random.Random], float], size: int, truth: float) -> float:
    """The share of 2,000 samples whose interval holds the truth: accounts with so many deals each, in one question."""
    dice = random.Random(20)
    deals = [
        deal(2000 * n + a, "2024-01-10", account_id=f"a{a}", amount=draw(dice))
        for n in range(size)
        for a in range(2000)
    ]
    accounts = [{**ACCOUNTS[0], "account_id": f"a{a}"} for a in range(2000)]
    asked = Company({"accounts": accounts, "opportunities": deals}, folder)
    rows = asked.ask(kpi, by=("account_id",), period="2024-01", totals="none")
    assert len(rows) == 2000
    return mean(row["lower"] <= truth <= row["upper"] for row in rows)


# Of 2,000 intervals with a chance of 0.95 each, the share that holds has a standard deviation of 0.0049: 3 of them.
def test_95_of_100_intervals_hold_the_mean(tmp_path: Path) -> None:
    assert held(tmp_path, "avg_deal_size", lambda dice: dice.gauss(1000, 300), 4, 1000) == pytest.approx(
        0.95, abs=0.015
    )


@pytest.mark.parametrize(("stat", "truth", "size"), [("median", math.exp(1), 15), ("p90", math.exp(1 + 1.281552), 40)])
def test_intervals_of_medians_hold_them_as_often_as_the_binomial_says(
    stat: str, truth: float, size: int, tmp_path: Path
) -> None:
    """Of a skewed distribution, with ranks so discrete that more than 95 of 100 hold."""
    share = {"median": 0.5, "p90": 0.9}[stat]
    low, high = order_interval(range(1, size + 1), share)
    assert low is not None
    assert high is not None
    chance = stats.binom.cdf(high - 1, size, share) - stats.binom.cdf(low - 1, size, share)
    found = held(tmp_path, f"avg_deal_size(stat={stat})", lambda dice: dice.lognormvariate(1, 1), size, truth)
    assert found == pytest.approx(chance, abs=3 * math.sqrt(chance * (1 - chance) / 2000))


def test_the_median_lies_in_its_interval_also_among_ties(tmp_path: Path) -> None:
    deals = [deal(n, "2024-01-10", amount=float(n // 4)) for n in range(40)]
    (row,) = small(tmp_path, deals).ask("avg_deal_size(stat=median)", period="2024-01")
    assert [row["value"], *bounds(row)] == near([4.5, *of_median([n // 4 for n in range(40)])])


@pytest.mark.parametrize("engine", ["postgres", "spark", "snowflake", "bigquery", "databricks"])
def test_intervals_can_be_written_for_every_engine(engine: str, tmp_path: Path) -> None:
    asked = small(tmp_path, [])
    for kpi in ("avg_deal_size(stat=p90, level=0.99)", "csat(rollup=mean_of_accounts)", "target_lift_did(outcome=mrr)"):
        plan = make_plan(Query((parse_asked(kpi),), period="2024-01"), asked.ground)
        written = translate(plan_sql(plan, asked.ground.catalog, asked.ground.clock).statement(), engine)
        assert "KPI_" not in written
        sqlglot.parse_one(written, read=engine)


def write_kpi(folder: Path, name: str, formula: str, measures: str, interval: str) -> None:
    head = "label: X\nasks: Y?\nunit: count\ngood: up\nleads: leading\nreview: weekly\n"
    (folder / "kpis").mkdir(exist_ok=True)
    text = f"{head}formula: {formula}\nmeasures: {measures}\ninterval: {interval}\n"
    (folder / "kpis" / f"{name}.yaml").write_text(text)


def test_windows_that_overlap_are_as_sure_as_their_own_rows(tmp_path: Path) -> None:
    """Means of a window are made of sums of its stretches; how far the rows lie apart is not."""
    won = "fact: opportunities, at: closed_at, trailing: 90 days, where: status = 'won' AND amount IS NOT NULL"
    write_kpi(tmp_path, "recent_size", "amount", f"{{amount: {{{won}, mean: amount}}}}", "student_t")
    write_kpi(tmp_path, "recent_median", "amount", f"{{amount: {{{won}, median: amount}}}}", "order_statistics")
    tables = company(5, scale=3)
    session, ground = open_session(load_catalog(Settings(), tmp_path), tables, tmp_path)
    query = Query((parse_asked("recent_size"), parse_asked("recent_median")), period="2024-01..2024-05", grain="month")
    for row in ask(query, ground, session, Backdrop("s", "EUR")).rows():
        end = datetime.fromisoformat(row["period_end"])
        found = sizes([deal for deal in tables["opportunities"] if deal["status"] == "won"
                       and end - timedelta(days=90) <= deal["closed_at"] < end])  # fmt: skip
        assert bounds(row) == near(t_interval(found) if row["kpi"] == "recent_size" else of_median(found))


MISFITS = {
    "order_statistics": ("a", "needs a formula that is one measure with median or p90"),
    "student_t": ("a / b", "needs a formula that is one measure with mean"),
    "wilson": ("a", "form a / b"),
    "trinomial": ("a", "promoters, detractors and responses"),
    "{standard_error: c, degrees_of_freedom: b}": ("a", "names 'c', which is no measure"),
}


def test_an_interval_that_does_not_fit_is_told(tmp_path: Path) -> None:
    measures = "{a: {fact: tickets, at: created_at, count: rows}, b: {fact: tickets, at: solved_at, count: rows}}"
    for number, (interval, (formula, _)) in enumerate(MISFITS.items()):
        write_kpi(tmp_path, f"mine_{number}", formula, measures, interval)
    with pytest.raises(ProblemsError) as told:
        load_catalog(Settings(), tmp_path)
    for number, (_, fault) in enumerate(MISFITS.values()):
        assert any(f"mine_{number}" in str(problem) and fault in str(problem) for problem in told.value.problems)
