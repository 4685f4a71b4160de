"""Retention, renewals and growth by other options than the default ones (sheet 5)."""

from __future__ import annotations

from statistics import median

from tests.oracle.buying import eligible, owns, pairs, sales_and_returns
from tests.oracle.deals import closed, duration
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio
from tests.oracle.paying import monthly, runs
from tests.oracle.retention import account_disengagement_rate, due


@oracle("account_disengagement_rate(inactive_days=30)")
def disengagement_of_a_month(g: Ground, period: Period, group: Group) -> float | None:
    return account_disengagement_rate(g, period, group, days=30)


@oracle("cross_sell_rate(denominator=transactions)")
def cross_sells_among_deals(g: Ground, period: Period, group: Group) -> float | None:
    won = closed(g, period, group, "won")
    return ratio(sum(row.get("type") == "cross_sell" for row in won), len(won))


@oracle("logo_renewal_rate(midterm=out)")
def renewals_but_cancelled(g: Ground, period: Period, group: Group) -> float | None:
    """Without the contracts of which it was known before their end that they were lost."""
    outcomes = [
        what
        for row, what in due(g, period, group)
        if not (row["decision"] == "lost" and row["decided_at"] and row["decided_at"] < row["ends_on"])
    ]
    return ratio(outcomes.count("renewed"), len(outcomes))


@oracle("logo_renewal_rate(grace_days=0)")
def renewals_in_time(g: Ground, period: Period, group: Group) -> float | None:
    """Without a grace, whatever was not renewed by the end of its term is lost."""
    ended = [
        row
        for row in g.rows("contracts")
        if period.has(row["ends_on"]) and group.event(row["account_id"], row["ends_on"])
    ]
    renewed = [
        row
        for row in ended
        if row["decision"] == "renewed" and duration(g, row["ends_on"], row["decided_at"] or row["ends_on"]) <= 0
    ]
    return ratio(len(renewed), len(ended))


@oracle("whitespace(basis=value)")
def whitespace_value(g: Ground, period: Period, group: Group) -> float | None:
    """The account's own potential, else its segment's, else the median of what peers of the segment spent on the product."""
    total = 0.0
    for account, product in pairs(g, period, group):
        if not owns(g, account, product, period.as_of):
            rows = g.once(eligible)[account, product]
            known = [row["potential"] for row in rows if row["potential"] is not None]
            total += known[0] if known else peers(g, account, product) or 0.0
    return total


def peers(g: Ground, account: str, product: str) -> float | None:
    """The median, as of today, of what the accounts of the same segment spent on a product, where they did."""
    segment = g.accounts[account]["segment"]
    same = [id_ for id_, row in g.accounts.items() if segment and row["segment"] == segment]
    amounts = [amount for id_ in same if (amount := spend(g, id_, product)) > 0]
    return median(amounts) if amounts else None


def spend(g: Ground, account: str, product: str) -> float:
    """Orders of the product less returns, and twelve months of its running subscriptions."""

    def mine(row: Row) -> bool:
        return row["account_id"] == account and row.get("product_id") == product

    bought = [row for row in g.rows("orders") if mine(row) and row["ordered_at"] < g.now]
    yearly = [12 * monthly(row) for row in g.rows("subscriptions") if mine(row) and runs(row, g.now)]
    return sum(-abs(r["amount"]) if r["kind"] == "return" else r["amount"] for r in bought) + sum(yearly)


@oracle("reference_sales_share(sources=[web])")
def web_sales_share(g: Ground, period: Period, group: Group) -> float | None:
    sold = [o for o in g.once(sales_and_returns) if period.has(o.at) and group.event(o.account, o.at)]
    first = {}
    for order in sorted(g.once(sales_and_returns), key=lambda order: (order.at, order.order_id), reverse=True):
        if order.account and order.lines[0]["kind"] != "return":
            first[order.account] = order.source
    web = [o.amount for o in sold if (o.source or first.get(o.account or "")) == "web"]
    return ratio(sum(web), sum(order.amount for order in sold))
