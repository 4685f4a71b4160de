"""Pipeline and sales: deals, their states, what was won and how long it took."""

from __future__ import annotations

from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio


def closed(g: Ground, period: Period, group: Group, *statuses: str) -> list[Row]:
    """Deals decided that way in the period, of accounts that belonged to the group at the close."""
    return [
        row
        for row in g.rows("opportunities")
        if row["status"] in statuses
        and period.has(row["closed_at"])
        and group.event(row["account_id"], row["closed_at"])
    ]


@oracle("win_rate")
def win_rate(g: Ground, period: Period, group: Group) -> float | None:
    won, lost = closed(g, period, group, "won"), closed(g, period, group, "lost")
    return ratio(len(won), len(won) + len(lost))


@oracle("win_rate(basis=value)")
def win_rate_by_value(g: Ground, period: Period, group: Group) -> float | None:
    won = sum(row["amount"] or 0 for row in closed(g, period, group, "won"))
    return ratio(won, won + sum(row["amount"] or 0 for row in closed(g, period, group, "lost")))


@oracle("avg_deal_size")
def avg_deal_size(g: Ground, period: Period, group: Group) -> float | None:
    return mean([row["amount"] for row in closed(g, period, group, "won") if row["amount"] is not None])


@oracle("sales_revenue")
def sales_revenue(g: Ground, period: Period, group: Group) -> float | None:
    return sum(row["amount"] or 0 for row in closed(g, period, group, "won"))
