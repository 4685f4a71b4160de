"""What deals, quotas and costs keep to, whatever the books say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.laws.books import Books, as_workspace, books, same, shuffled

YEAR = "2023-06..2024-05"
OF_DEALS = (
    "pipeline_value_open", "pipeline_value_weighted", "pipeline_velocity", "pipeline_velocity(count=created)", "win_rate",
    "win_rate(basis=value)", "win_rate(broad=true)", "win_rate(cohort=created)", "avg_deal_size", "avg_deal_size(stat=median)",
    "sales_cycle_days", "sales_cycle_days(start=first_touch)", "sales_cycle_days(include_lost=true)", "sales_revenue",
    "time_in_stage_days", "time_in_stage_days(visits=latest)", "touches_to_closure", "touches_to_closure(link=account)",
    "sales_growth_rate", "sales_growth_rate(comparison=previous_year)", "revenue_growth_rate", "opportunities_created",
    "clv_simple(lifespan_years=3)",
)  # fmt: skip
OF_PEOPLE = ("quota_attainment", "pipeline_coverage")
OF_THE_COMPANY = (
    "cac",
    "cac(costs=program)",
    "cac(lag_months=2)",
    "cac_payback_months",
    "ltv",
    "ltv_cac_ratio",
    "clv_simple",
)


@pytest.fixture(scope="module", params=[(10, "UTC"), (11, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(books(seed), tmp_path_factory.mktemp("books"), zone)
    yield opened
    opened.session.close()


@pytest.mark.parametrize("by", ["account_id", "tier", "stage", "owner_id"])
def test_weighted_pipeline_is_not_above_the_open_one(company: Books, by: str) -> None:
    for row in company.ask("pipeline_value_weighted", by=(by,), period=YEAR, grain="month"):
        parts = row["parts"]
        assert 0 <= parts["weighted"] <= parts["open_amount"] + 1e-9
    some = company.values("pipeline_value_weighted", by=by, period=YEAR, grain="month")
    more = company.values(
        "pipeline_value_weighted(stage_probabilities={Proposal: 0.5})", by=by, period=YEAR, grain="month"
    )
    for (_, period, group), value in some.items():
        other = next(found for key, found in more.items() if key[1:] == (period, group))
        assert value is not None
        assert other is not None
        assert other >= value - 1e-9


def test_the_open_pipeline_is_what_is_weighted_and_what_cannot_be(company: Books) -> None:
    for weighted, opened in both(company, "pipeline_value_weighted", "pipeline_value_open", by="account_id"):
        parts, others = weighted["parts"], opened["parts"]
        assert parts["weighted_count"] + parts["unweighted_count"] <= others["open_count"]
        assert others["open_count"] <= parts["weighted_count"] + parts["unweighted_count"] + parts["without_amount"]


def test_won_and_lost_add_up_however_time_is_sliced(company: Books) -> None:
    (whole,) = company.ask("win_rate", period=YEAR)
    for grain in ("day", "week", "month", "quarter"):
        slices = company.ask("win_rate", period=YEAR, grain=grain)
        for part in ("won", "lost", "decided"):
            assert sum(row["parts"][part] for row in slices) == whole["parts"][part]
        assert all(row["value"] is None or 0 <= row["value"] <= 1 for row in slices)


def test_a_broader_denominator_wins_less(company: Books) -> None:
    for plain, broad in both(company, "win_rate", "win_rate(broad=true)", by="tier"):
        assert broad["parts"]["decided"] >= plain["parts"]["decided"]
        assert plain["value"] is None or broad["value"] <= plain["value"] + 1e-12


def test_sales_are_deals_times_their_mean_size(company: Books) -> None:
    for size, revenue in both(company, "avg_deal_size", "sales_revenue", by="account_id"):
        assert same((size["value"] or 0) * size["parts"]["won"], revenue["value"])
        assert size["parts"]["won"] + size["parts"]["without_amount"] == revenue["parts"]["won"]


def test_velocity_is_the_product_of_its_parts(company: Books) -> None:
    for row in company.ask("pipeline_velocity", by=("tier",), period=YEAR, grain="quarter"):
        part = row["parts"]
        if row["value"] is not None:
            rate, size = part["won"] / (part["won"] + part["lost"]), part["won_amount"] / part["won_with_amount"]
            assert same(row["value"], part["opportunities"] * size * rate / part["cycle_days"])


def test_growth_leads_from_the_period_before_to_this_one(company: Books) -> None:
    known = 0
    for comparison, compare in (("previous", "previous"), ("previous_year", "year-ago")):
        growth = company.ask(f"sales_growth_rate(comparison={comparison})", by=("tier",), period=YEAR, grain="month")
        sales = company.ask("sales_revenue", by=("tier",), period=YEAR, grain="month", compare=(compare,))
        told = {(row["period"], row["by"]["tier"]): row for row in sales}
        for row in growth:
            if row["value"] is not None and (found := told.get((row["period"], row["by"]["tier"]))):
                assert same(found["compare"][compare]["value"] * (1 + row["value"]), found["value"])
                known += 1
    assert known > 5


def test_growth_per_year_over_two_years_is_that_of_the_second_over_the_first(company: Books) -> None:
    cagr, span = "sales_growth_rate(comparison=cagr)", "2022-05..2024-04"
    two = company.values(cagr, by="tier", period=span)
    year = company.values("sales_growth_rate", by="tier", period="2023-05..2024-04")
    assert any(value is not None for value in year.values())
    for (_, _, group), value in year.items():
        assert same(value, two[(cagr, span, group)]), group


def test_a_team_attains_its_sum_over_its_sum(company: Books) -> None:
    for kpi in OF_PEOPLE:
        rows = company.ask(kpi, by=("owner_id",), period="2024-Q1")
        total = next(row for row in rows if row["by"]["owner_id"] is None)
        for part in ("won", "quota"):
            assert same(sum(row["parts"][part] for row in rows if row is not total), total["parts"][part])


def test_only_quotas_inside_the_period_count(company: Books) -> None:
    found = {
        (row["period"], row["by"]["owner_id"]): row["parts"]["quotas"]
        for period in ("2023-Q4", "2024-Q1", "2024-03", "2024", "2024-05", "2024-04")
        for row in company.ask("quota_attainment", by=("owner_id",), period=period)
    }
    if company.zone == "UTC":  # elsewhere a day of the books is no local day
        expected = {"2023-Q4": 1, "2024-Q1": 1, "2024-03": 0, "2024": 4, "2024-05": 1, "2024-04": 0}
        for (period, owner), quotas in found.items():
            assert quotas == expected[period] * (3 if owner is None else owner in ("e1", "e2", "e3")), (period, owner)


def test_all_stays_of_a_stage_last_no_less_than_the_latest(company: Books) -> None:
    for whole, latest in both(company, "time_in_stage_days", "time_in_stage_days(visits=latest)", by="stage"):
        assert whole["parts"]["stays"] == latest["parts"]["stays"]
        assert whole["value"] is None or whole["value"] >= latest["value"] >= 0


def test_an_opportunity_leaves_a_stage_once_in_a_period(company: Books) -> None:
    for row in company.ask("time_in_stage_days", by=("stage",), period=YEAR, grain="quarter"):
        if row["by"]["stage"] is not None:
            assert row["parts"]["stays"] == row["parts"]["opportunities"]


def test_touches_either_way_are_among_all_touches(company: Books) -> None:
    for link in ("opportunity", "account"):
        found = {}
        for direction in ("both", "inbound", "outbound"):
            rows = company.ask(f"touches_to_closure(direction={direction}, link={link})", by=("tier",), period=YEAR)
            found[direction] = {row["by"]["tier"]: row["parts"] for row in rows}
        for tier, parts in found["both"].items():
            assert (
                found["inbound"][tier]["all_touches"] + found["outbound"][tier]["all_touches"] <= parts["all_touches"]
            )
            assert found["inbound"][tier]["won"] == parts["won"]


def test_costs_of_a_month_before_are_those_of_the_month_before(company: Books) -> None:
    now = company.ask("cac", period="2023-02..2024-04", grain="month")
    lagged = company.ask("cac(lag_months=1)", period="2023-03..2024-05", grain="month")
    for row, later in zip(now, lagged, strict=True):
        assert same(row["parts"]["cost"], later["parts"]["cost"])


def test_an_account_is_a_new_customer_once(company: Books) -> None:
    ever = company.ask("cac", period="2022-01..2024-05", grain="week")
    won = {row["account_id"] for row in company.tables["opportunities"] if row["status"] == "won" and row["account_id"]}
    assert sum(row["parts"]["new_customers"] for row in ever) <= len(won)


def test_value_over_cost_is_their_ratio(company: Books) -> None:
    options = "(gross_margin=0.7)"
    found = company.values(f"ltv{options}", "cac", f"ltv_cac_ratio{options}", period="2023-01..2024-05")
    value, cost, ratio = found.values()
    assert ratio is None if not value or not cost else ratio is not None and same(ratio * cost, value)


def test_a_longest_lifetime_bounds_the_value_of_a_customer(company: Books) -> None:
    for months in (1, 24, 600):
        for row in company.ask(f"ltv(max_lifetime_months={months})", by=("tier",), period=YEAR, grain="quarter"):
            if row["value"] is not None:
                assert row["value"] <= row["parts"]["mrr"] / row["parts"]["accounts"] * months + 1e-6


def test_a_total_is_what_is_found_without_asking_for_groups(company: Books) -> None:
    for by, kpis in (("tier", OF_DEALS), ("owner_id", OF_PEOPLE)):
        grouped = company.values(*kpis, by=by, period="2023-09-11..2024-04-19", grain="quarter")
        alone = company.values(*kpis, period="2023-09-11..2024-04-19", grain="quarter")
        for (kpi, period, group), value in alone.items():
            assert same(value, grouped[(kpi, period, group)]), (kpi, period)


def test_the_order_of_rows_does_not_matter(company: Books, tmp_path: Path) -> None:
    mixed = Books(shuffled(company.tables), tmp_path, company.zone)
    for by, kpis in (("account_id", OF_DEALS), ("owner_id", OF_PEOPLE), (None, OF_THE_COMPANY)):
        one = company.values(*kpis, by=by, period=YEAR, grain="quarter")
        other = mixed.values(*kpis, by=by, period=YEAR, grain="quarter")
        assert one.keys() == other.keys()
        for key, value in one.items():
            assert same(value, other[key]), key


def test_a_row_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in books(14).items() if name != "account_attributes"}  # made by the refresh
    clean = as_workspace(tables, tmp_path / "clean")
    doubled = as_workspace(shuffled(tables, twice=0.3), tmp_path / "doubled")
    for kpis in (OF_DEALS, OF_PEOPLE, OF_THE_COMPANY):
        one = clean.ask(*kpis, period=YEAR, grain="quarter").rows()
        other = doubled.ask(*kpis, period=YEAR, grain="quarter").rows()
        assert [(row["kpi"], row["period"]) for row in one] == [(row["kpi"], row["period"]) for row in other]
        assert all(same(row["value"], twin["value"]) for row, twin in zip(one, other, strict=True))


def both(company: Books, one: str, other: str, by: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of two KPIs side by side, by group and month."""
    first = company.ask(one, by=(by,), period=YEAR, grain="month")
    second = {(row["period"], row["by"][by]): row for row in company.ask(other, by=(by,), period=YEAR, grain="month")}
    for row in first:
        yield row, second[(row["period"], row["by"][by])]
