"""What winning costs, what customers are worth, what programs return (sheet 4)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from tests.oracle.buying import sales_and_returns
from tests.oracle.deals import closed
from tests.oracle.ground import DAY, Ground, Group, Period, mean, oracle, ratio
from tests.oracle.paying import customers, mrr_at, payers, pays
from tests.oracle.touches import SENT

LOOKBACK = 90 * DAY


def spent(g: Ground, period: Period, program_only: bool = False) -> float:
    """Sales and marketing costs of the period, and those of nobody said whose; customer success is none of it."""
    return sum(
        row["amount"]
        for row in g.rows("costs")
        if period.has(row["spent_on"])
        and row["function"] != "success"
        and (not program_only or row["campaign_id"] or row["program"])
    )


def first_won(g: Ground) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for row in g.rows("opportunities"):
        if row["status"] == "won" and row["account_id"]:
            found[row["account_id"]] = min(row["closed_at"], found.get(row["account_id"], row["closed_at"]))
    return found


def new_customers(g: Ground, period: Period) -> set[str]:
    return {account for account, won in g.once(first_won).items() if period.has(won)}


@oracle("cac", by=None)
def cac(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(spent(g, period), len(new_customers(g, period)))


@oracle("cac(costs=program)", by=None)
def cac_of_programs(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(spent(g, period, program_only=True), len(new_customers(g, period)))


@oracle("cac(lag_months=2)", by=None)
def cac_of_earlier_costs(g: Ground, period: Period, group: Group) -> float | None:
    start, end = g.add_months(period.start, -2), g.add_months(period.as_of, -2)
    costs = sum(
        row["amount"] for row in g.rows("costs") if start <= row["spent_on"] < end and row["function"] != "success"
    )
    return ratio(costs, len(new_customers(g, period)))


@oracle("cac_payback_months", by=None)
def cac_payback_months(g: Ground, period: Period, group: Group) -> float | None:
    won, paid = new_customers(g, period), {}
    for (account, _), rows in g.once(payers).items():
        if account in won and pays(rows, period.as_of) > 0:
            paid[account] = pays(rows, period.as_of)
    cost, each = cac(g, period, group), mean(list(paid.values()))
    return None if cost is None or not each else cost / each


def monthly_churn(g: Ground, period: Period, group: Group) -> float | None:
    """The share of customers lost, brought to one month where the period is none."""
    opening = customers(g, period.start, group)
    lost = ratio(len(opening - customers(g, period.as_of, Group(g, None))), len(opening))
    months = (period.after.year - period.first.year) * 12 + period.after.month - period.first.month
    elapsed = (g.local(period.as_of) - g.local(period.start)) / DAY
    return lost if lost is None or months == 1 else 1 - (1 - lost) ** (365 / 12 / elapsed)


@oracle("ltv")
def ltv(g: Ground, period: Period, group: Group) -> float | None:
    churn = monthly_churn(g, period, group)
    live = len(customers(g, period.as_of, group))
    arpa = ratio(mrr_at(g, period.as_of, group), live)
    return None if arpa is None or not churn else arpa / churn


@oracle("ltv_cac_ratio", by=None)
def ltv_cac_ratio(g: Ground, period: Period, group: Group) -> float | None:
    value, cost = ltv(g, period, group), cac(g, period, group)
    return None if value is None or not cost else value / cost


@oracle("clv_simple")
def clv_simple(g: Ground, period: Period, group: Group) -> float | None:
    start = g.add_months(period.as_of, -12)
    opening = customers(g, start, group)
    lost = ratio(len(opening - customers(g, period.as_of, Group(g, None))), len(opening))
    yearly = sales_a_year(g, period, group)
    return None if yearly is None or not lost else yearly / lost


@oracle("clv_simple(lifespan_years=3)")
def clv_of_three_years(g: Ground, period: Period, group: Group) -> float | None:
    yearly = sales_a_year(g, period, group)
    return None if yearly is None else 3 * yearly


def sales_a_year(g: Ground, period: Period, group: Group) -> float | None:
    """What customers ordered in the twelve months before the end less what they returned, per customer who ordered."""
    start = g.add_months(period.as_of, -12)
    revenue, bought = 0.0, set()
    for order in g.once(sales_and_returns):
        if order.account and start <= order.at < period.as_of and group.state(order.account, period.as_of):
            revenue += order.amount
            if order.lines[0]["kind"] != "return":
                bought.add(order.account)
    return ratio(revenue, len(bought))


def credited(g: Ground, period: Period) -> float:
    """What won deals of the period owe to touches of campaigns; linear: all of it where there is one such touch."""
    touched: dict[str, list[datetime]] = defaultdict(list)
    for row in g.rows("activities"):
        by_them = row["account_id"] and row["kind"] not in SENT and not g.is_internal(row["contact_id"])
        if by_them and row.get("campaign_id") and not row.get("is_bot"):
            touched[row["account_id"]].append(row["occurred_at"])
    total = 0.0
    for deal in closed(g, period, Group(g, None), "won"):
        close = deal["closed_at"]
        if any(close - LOOKBACK <= at <= close for at in touched.get(deal["account_id"], [])):
            total += deal["amount"] or 0
    return total


def program_cost(g: Ground, period: Period) -> float:
    return sum(
        row["amount"]
        for row in g.rows("costs")
        if period.has(row["spent_on"]) and (row["campaign_id"] or row["program"])
    )


@oracle("roi", by=None)
def roi(g: Ground, period: Period, group: Group) -> float | None:
    cost = program_cost(g, period)
    return ratio(credited(g, period) - cost, cost)


@oracle("return_multiple", by=None)
def return_multiple(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(credited(g, period), program_cost(g, period))
