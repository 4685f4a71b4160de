"""Maven CRM: 8,800 deals, in total and by agent, manager, office, product, sector and parent company."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.real.against import (
    UNMATCHED,
    Example,
    Figures,
    Measure,
    assert_agree,
    assert_all_agree,
    figures,
    groups_of,
    ratio,
    spans,
)

QUARTERS = spans("2017Q1", "2017Q4", "Q")
YEAR = {"2017": (pd.Timestamp(2017, 1, 1), pd.Timestamp(2018, 1, 1))}
DIMENSIONS = {  # how it is asked → the column counted by
    "owner_id": "sales_agent",
    "owner.manager_id": "manager",
    "owner.region": "regional_office",
    "product_id": "product",
    "industry": "sector",
}


@pytest.fixture(scope="module")
def deals(maven: Example) -> pd.DataFrame:
    """The pipeline as it stands in the files, with what the README decides put right by hand."""
    pipeline = pd.read_csv(maven.data / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    accounts = pd.read_csv(maven.data / "accounts.csv")
    prices = pd.read_csv(maven.data / "products.csv").set_index("product")["sales_price"]
    teams = pd.read_csv(maven.data / "sales_teams.csv").set_index("sales_agent")
    pipeline["product"] = pipeline["product"].replace({"GTXPro": "GTX Pro"})
    sector = accounts.set_index("account")["sector"].replace({"technolgy": "technology"})
    parent = accounts["subsidiary_of"].fillna(accounts["account"]).set_axis(accounts["account"])
    pipeline["sector"] = pipeline["account"].map(sector).fillna(UNMATCHED)
    pipeline["parent"] = pipeline["account"].map(parent).fillna(UNMATCHED)
    pipeline["manager"] = pipeline["sales_agent"].map(teams["manager"])
    pipeline["regional_office"] = pipeline["sales_agent"].map(teams["regional_office"])
    pipeline["amount"] = pipeline["close_value"].where(pipeline["deal_stage"] == "Won", pipeline["product"].map(prices))
    assert pipeline["amount"].notna().all()
    return pipeline


def closed(rows: pd.DataFrame, stage: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows["deal_stage"] == stage) & (rows["close_date"] >= start) & (rows["close_date"] < end)]


def open_at(rows: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows["engage_date"] < end) & (rows["close_date"].isna() | (rows["close_date"] >= end))]


def win_rate(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    won = len(closed(rows, "Won", start, end))
    return ratio(won, won + len(closed(rows, "Lost", start, end)))


def win_rate_by_value(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    won = closed(rows, "Won", start, end)["amount"].sum()
    return ratio(won, won + closed(rows, "Lost", start, end)["amount"].sum())


def avg_deal_size(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    won = closed(rows, "Won", start, end)
    return ratio(won["close_value"].sum(), len(won))


def sales_cycle_days(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    won = closed(rows, "Won", start, end)
    return ratio((won["close_date"] - won["engage_date"]).dt.days.sum(), len(won))


def sales_revenue(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return float(closed(rows, "Won", start, end)["close_value"].sum())


def opportunities_created(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return int(((rows["engage_date"] >= start) & (rows["engage_date"] < end)).sum())


def pipeline_value_open(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return float(open_at(rows, end)["amount"].sum())


def pipeline_velocity(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    year = end - pd.Timedelta(days=365)
    size, rate = avg_deal_size(rows, year, end), win_rate(rows, year, end)
    days = sales_cycle_days(rows, year, end)
    if size is None or rate is None or not days:
        return None
    return len(open_at(rows, end)) * size * rate / days


MEASURES: dict[str, Measure] = {
    "win_rate": win_rate,
    "avg_deal_size": avg_deal_size,
    "sales_cycle_days": sales_cycle_days,
    "sales_revenue": sales_revenue,
    "opportunities_created": opportunities_created,
    "pipeline_value_open": pipeline_value_open,
    "pipeline_velocity": pipeline_velocity,
}


def counted_by(deals: pd.DataFrame, column: str | None) -> dict[str, Figures]:
    return {kpi: figures(deals, column, QUARTERS, measure) for kpi, measure in MEASURES.items()}


def test_every_row_of_the_four_files_is_accepted(maven: Example) -> None:
    balance = maven.report.balance
    assert {name: (found.taken_in, found.accepted) for name, found in balance.items()} == {
        "accounts": (85, 85),
        "employees": (35 + 6, 35 + 6),
        "opportunities": (8800, 8800),
        "products": (7, 7),
    }


def test_the_sales_figures_of_each_quarter_are_those_of_the_files(maven: Example, deals: pd.DataFrame) -> None:
    answered = maven.ask(*MEASURES, period="2017", grain="quarter")
    assert_all_agree(answered, counted_by(deals, None), "in total")


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_sales_figures_are_those_of_the_files_in_every_group(
    maven: Example, deals: pd.DataFrame, dimension: str
) -> None:
    answered = maven.ask(*MEASURES, by=dimension, period="2017", grain="quarter")
    assert_all_agree(answered, counted_by(deals, DIMENSIONS[dimension]), f"by {dimension}")


def test_a_year_is_counted_anew_and_not_added_up_of_its_quarters(maven: Example, deals: pd.DataFrame) -> None:
    answered = maven.ask(*MEASURES, by="owner.region", period="2017")
    counted = {kpi: figures(deals, "regional_office", YEAR, measure) for kpi, measure in MEASURES.items()}
    assert_all_agree(answered, counted, "by owner.region")


def test_the_win_rate_by_value_sets_closing_values_against_list_prices(maven: Example, deals: pd.DataFrame) -> None:
    rows = maven.workspace.ask("win_rate(basis=value)", by="owner_id", period="2017", grain="quarter").rows()
    answered = {(row["period"], row["by"]["owner_id"]): row["value"] for row in rows}
    assert_agree(answered, figures(deals, "sales_agent", QUARTERS, win_rate_by_value), "win_rate by value")


def test_the_1425_open_deals_without_an_account_are_unmatched_and_in_the_total(
    maven: Example, deals: pd.DataFrame
) -> None:
    nameless = deals[deals["account"].isna()]
    assert len(nameless) == 1425
    assert maven.report.unmatched["opportunities"] == len(nameless)
    found = maven.ask("open_deals", by="account_id", period="2017-Q4")["open_deals"]
    assert found["2017-Q4", UNMATCHED] == len(nameless)
    assert found["2017-Q4", None] == deals["close_date"].isna().sum() == 2089
    value = maven.ask("pipeline_value_open", by="industry", period="2017-Q4")["pipeline_value_open"]
    dated = nameless[nameless["engage_date"].notna()]
    assert len(dated) == 1088
    assert value["2017-Q4", UNMATCHED] == dated["amount"].sum()
    assert value["2017-Q4", None] == sum(v or 0 for (_, group), v in value.items() if group is not None)


def test_the_500_prospects_without_a_date_are_created_in_no_period_but_exist(
    maven: Example, deals: pd.DataFrame
) -> None:
    prospects = deals[deals["engage_date"].isna()]
    assert len(prospects) == 500
    assert set(prospects["deal_stage"]) == {"Prospecting"}
    created = maven.ask("opportunities_created", period="2016-01..2017-12")["opportunities_created"]
    assert list(created.values()) == [8800 - 500]
    existing = maven.ask("open_deals", by="stage", period="2017-Q4")["open_deals"]
    assert existing["2017-Q4", "Prospecting"] == 500


def test_a_product_spelled_two_ways_is_one_product(maven: Example, deals: pd.DataFrame) -> None:
    raw = pd.read_csv(maven.data / "sales_pipeline.csv")["product"]
    assert (raw == "GTXPro").sum() == 1480
    won = maven.ask("sales_revenue", by="product_id", period="2017", part="won")["sales_revenue"]
    assert groups_of(won) == set(pd.read_csv(maven.data / "products.csv")["product"]) | {None}
    assert won["2017", "GTX Pro"] == ((deals["product"] == "GTX Pro") & (deals["deal_stage"] == "Won")).sum()
    series = maven.ask("sales_revenue", by="product.category", period="2017")["sales_revenue"]
    lines = pd.read_csv(maven.data / "products.csv").set_index("product")["series"]
    sold = deals[deals["deal_stage"] == "Won"].assign(series=lambda rows: rows["product"].map(lines))
    assert_agree(series, figures(sold, "series", YEAR, sales_revenue), "sales_revenue by series")


def test_subsidiaries_are_counted_with_their_ultimate_parent(maven: Example, deals: pd.DataFrame) -> None:
    accounts = pd.read_csv(maven.data / "accounts.csv")
    assert accounts["subsidiary_of"].notna().sum() == 15
    answered = maven.ask("sales_revenue", "win_rate", "pipeline_value_open", by="ultimate_parent_id", period="2017")
    found = answered["sales_revenue"]
    assert not groups_of(found) & set(accounts.loc[accounts["subsidiary_of"].notna(), "account"])
    assert len(groups_of(found) - {None, UNMATCHED}) == 85 - 15
    counted = {kpi: figures(deals, "parent", YEAR, MEASURES[kpi]) for kpi in answered}
    assert_all_agree(answered, counted, "by ultimate_parent_id")


def test_what_the_pipeline_does_not_tell_is_unknown_and_not_nothing(maven: Example) -> None:
    """No deal has a type, a source or a probability."""
    untold = ("upsell_revenue", "cross_sell_revenue", "opportunity_spotting", "pipeline_value_weighted")
    assert {kpi: list(found.values()) for kpi, found in maven.ask(*untold, period="2017-Q4").items()} == {
        kpi: [None] for kpi in untold
    }
    (row,) = maven.workspace.ask("pipeline_value_weighted", period="2017-Q4").rows()
    assert row["parts"]["unweighted_count"] == 1589
