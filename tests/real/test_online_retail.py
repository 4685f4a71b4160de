"""Online Retail: a year of real invoices, whose customers have no contracts; orders are counted, not their lines."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.real.against import UNMATCHED, Example, Figures, assert_agree, figures, ratio, spans

MONTHS = spans("2010-01", "2010-11", "M")
QUARTERS = spans("2010Q1", "2010Q3", "Q")


@pytest.fixture(scope="module")
def raw(retail: Example) -> pd.DataFrame:
    rows = pd.read_parquet(retail.data / "online_retail_2009_2010.parquet")
    rows["at"] = pd.to_datetime(rows["InvoiceDate"])
    return rows


@pytest.fixture(scope="module")
def lines(raw: pd.DataFrame) -> pd.DataFrame:
    """Each line once, without bad debts; what a cancelling invoice says is taken off, whatever its sign."""
    rows = raw.drop_duplicates()
    rows = rows[~rows["Invoice"].str.startswith("A")].copy()
    rows["returned"] = rows["Invoice"].str.startswith("C") | (rows["Quantity"] < 0)
    amount = rows["Quantity"] * rows["Price"]
    rows["revenue"] = amount.where(~rows["returned"], -amount.abs())
    latest = raw.sort_values("at", kind="stable").groupby("Customer ID")["Country"].last()
    rows["home"] = rows["Customer ID"].map(latest).fillna(UNMATCHED)
    return rows


@pytest.fixture(scope="module")
def orders(lines: pd.DataFrame) -> pd.DataFrame:
    """One row for each invoice that sold something, with its number in the sequence of its customer."""
    sold = lines[~lines["returned"]]
    found = sold.groupby("Invoice").agg(
        customer=("Customer ID", "first"), home=("home", "first"), at=("at", "min"), amount=("revenue", "sum")
    )
    found = found.reset_index().sort_values(["at", "Invoice"])
    found["number"] = found.groupby("customer").cumcount().add(1).where(found["customer"].notna())
    return found


def inside(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows["at"] >= start) & (rows["at"] < end)]


def revenue(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return float(inside(rows, start, end)["revenue"].sum())


def growth(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    before = round(revenue(rows, start - pd.DateOffset(months=1), start) or 0, 6)
    return ((revenue(rows, start, end) or 0) - before) / before if before > 0 else None


def repeat_customer_share(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    customers = set(inside(rows, start, end)["customer"].dropna())
    to_date = rows[rows["at"] < end].groupby("customer").size()
    return ratio(sum(int(to_date[customer]) >= 2 for customer in customers), len(customers))


def repeat_customer_share_within(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    placed = inside(rows, start, end).groupby("customer").size()
    return ratio(int((placed >= 2).sum()), len(placed))


def new_to_repeat_ratio(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    now = inside(rows, start, end)
    return ratio(now.loc[now["number"] == 1, "amount"].sum(), now.loc[now["number"] >= 2, "amount"].sum())


def of_customers(found: Figures) -> Figures:
    """Without the total and the orders of nobody: those have a test of their own."""
    return {place: value for place, value in found.items() if place[1] not in (None, UNMATCHED)}


def test_rows_that_repeat_another_in_full_are_duplicates_and_nothing_else_is_lost(
    retail: Example, raw: pd.DataFrame
) -> None:
    columns = [name for name in raw.columns if name != "at"]
    bad_debts = raw["Invoice"].str.startswith("A")
    repeated = raw.duplicated(columns)
    balance = retail.report.balance["orders"]
    assert not (repeated & bad_debts).any()
    assert (balance.taken_in, balance.duplicates, balance.quarantined) == (525461 - 3, 6865, 0)
    assert balance.taken_in == (~bad_debts).sum()
    assert balance.duplicates == repeated.sum()
    assert balance.whole
    assert retail.report.balance["bad_debts"].accepted == bad_debts.sum() == 3
    assert retail.report.balance["accounts"].accepted == raw["Customer ID"].nunique()


def test_lines_without_a_customer_are_unmatched_and_in_the_total(retail: Example, lines: pd.DataFrame) -> None:
    nobody = int(lines["Customer ID"].isna().sum())
    assert retail.report.unmatched["orders"] == nobody
    found = retail.ask("order_lines", by="account.country", period="2009-12..2010-12")["order_lines"]
    counted: dict[str | None, int] = lines.groupby("home").size().to_dict()
    assert counted[UNMATCHED] == nobody
    assert {group: value for (_, group), value in found.items()} == counted | {None: len(lines)}


@pytest.mark.parametrize(("dimension", "column"), [("country", "Country"), ("account.country", "home")])
def test_revenue_and_its_growth_are_net_of_returns_by_country_and_month(
    retail: Example, lines: pd.DataFrame, dimension: str, column: str
) -> None:
    answer = retail.workspace.ask("revenue_growth_rate", by=dimension, period="2010-01..2010-11", grain="month").rows()
    ordered: Figures = {(row["period"], row["by"][dimension]): row["parts"]["ordered"] for row in answer}
    grown: Figures = {(row["period"], row["by"][dimension]): row["value"] for row in answer}
    daily = lines.groupby([column, lines["at"].dt.normalize()])["revenue"].sum().reset_index()
    assert_agree(ordered, figures(daily, column, MONTHS, revenue), f"revenue by {dimension}")
    assert_agree(grown, figures(daily, column, MONTHS, growth), f"growth by {dimension}")


def test_the_days_of_december_are_set_beside_as_many_of_november(retail: Example, lines: pd.DataFrame) -> None:
    (row,) = retail.workspace.ask("revenue_growth_rate", period="2010-12").rows()
    assert "partial_period" in row["flags"]
    now = revenue(lines, pd.Timestamp(2010, 12, 1), pd.Timestamp(2010, 12, 10))
    before = revenue(lines, pd.Timestamp(2010, 11, 1), pd.Timestamp(2010, 11, 10))
    assert now is not None
    assert before is not None
    assert row["value"] == pytest.approx((now - before) / before)


@pytest.mark.parametrize(
    ("grain", "period", "periods"), [("month", "2010-01..2010-11", MONTHS), ("quarter", "2010-Q1..2010-Q3", QUARTERS)]
)
def test_repeat_customers_are_those_with_two_orders_by_the_end_of_the_period(
    retail: Example,
    orders: pd.DataFrame,
    grain: str,
    period: str,
    periods: dict[str, tuple[pd.Timestamp, pd.Timestamp]],
) -> None:
    found = retail.ask("repeat_customer_share", by="country", period=period, grain=grain)["repeat_customer_share"]
    assert_agree(found, figures(orders, "home", periods, repeat_customer_share), "repeat_customer_share")


def test_repeat_customers_within_a_month_placed_both_orders_in_it(retail: Example, orders: pd.DataFrame) -> None:
    rows = retail.workspace.ask(
        "repeat_customer_share(basis=period)", by="country", period="2010-01..2010-11", grain="month"
    ).rows()
    found: Figures = {(row["period"], row["by"]["country"]): row["value"] for row in rows}
    assert_agree(found, figures(orders, "home", MONTHS, repeat_customer_share_within), "repeat_customer_share")


def test_first_orders_are_set_against_later_ones_in_each_country_and_month(
    retail: Example, orders: pd.DataFrame
) -> None:
    found = retail.ask("new_to_repeat_ratio", by="country", period="2010-01..2010-11", grain="month")
    counted = figures(orders, "home", MONTHS, new_to_repeat_ratio)
    assert_agree(of_customers(found["new_to_repeat_ratio"]), of_customers(counted), "new_to_repeat_ratio")


def test_orders_are_counted_and_not_their_lines(retail: Example, orders: pd.DataFrame, lines: pd.DataFrame) -> None:
    rows = retail.workspace.ask("new_to_repeat_ratio(basis=count)", by="country", period="2009-12..2010-12").rows()
    by_group = {row["by"]["country"]: row["parts"] for row in rows}
    placed = orders.groupby("home").size()
    for country, parts in by_group.items():
        if country not in (None, UNMATCHED):
            assert parts["first"] + parts["later"] == placed[country], country
    assert sum(by_group[country]["first"] for country in placed.index if country != UNMATCHED) == (
        orders["customer"].nunique()
    )
    assert len(orders) < len(lines) / 20


def test_where_orders_came_from_is_unknown(retail: Example) -> None:
    assert list(retail.ask("reference_sales_share", period="2010-Q3")["reference_sales_share"].values()) == [None]
