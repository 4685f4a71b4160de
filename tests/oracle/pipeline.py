"""Pipeline and sales: deals, their states, what was won and how long it took (sheet 3)."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from tests.oracle.deals import (
    amount_at,
    closed,
    cycles,
    is_open,
    leavings,
    owner_at,
    probability_at,
    trailing,
    won_amounts,
)
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio
from tests.oracle.touches import first_touches, touches


@oracle("win_rate")
def win_rate(g: Ground, period: Period, group: Group) -> float | None:
    won, lost = closed(g, period, group, "won"), closed(g, period, group, "lost")
    return ratio(len(won), len(won) + len(lost))


@oracle("win_rate(basis=value)")
def win_rate_by_value(g: Ground, period: Period, group: Group) -> float | None:
    won = sum(row["amount"] or 0 for row in closed(g, period, group, "won"))
    return ratio(won, won + sum(row["amount"] or 0 for row in closed(g, period, group, "lost")))


@oracle("win_rate(broad=true)")
def win_rate_broad(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(len(closed(g, period, group, "won")), len(closed(g, period, group, "won", "lost", "disqualified")))


@oracle("win_rate(cohort=created)")
def win_rate_of_created(g: Ground, period: Period, group: Group) -> float | None:
    created = [
        row
        for row in g.rows("opportunities")
        if period.has(row["created_at"]) and group.event(row["account_id"], row["created_at"])
    ]
    won = [row for row in created if row["status"] == "won" and row["closed_at"] < period.now]
    return ratio(len(won), len(created))


@oracle("avg_deal_size")
def avg_deal_size(g: Ground, period: Period, group: Group) -> float | None:
    return mean([row["amount"] for row in closed(g, period, group, "won") if row["amount"] is not None])


@oracle("avg_deal_size(stat=median)")
def median_deal_size(g: Ground, period: Period, group: Group) -> float | None:
    amounts = [row["amount"] for row in closed(g, period, group, "won") if row["amount"] is not None]
    return median(amounts) if amounts else None


@oracle("sales_revenue")
def sales_revenue(g: Ground, period: Period, group: Group) -> float | None:
    return won_amounts(g, period, group)


def aligned(g: Ground, period: Period, base: Period) -> Period:
    """Of an earlier period, the span that has elapsed of a period that still runs (G10)."""
    if period.as_of == period.end:
        return base
    until = min(base.end, g.from_local(g.local(base.start) + (g.local(period.as_of) - g.local(period.start))))
    return Period(base.label, base.first, base.after, base.start, base.end, until, base.now)


def growth(now: float, before: float) -> float | None:
    return (now - before) / before if before > 0 else None


@oracle("sales_growth_rate", looks_back=True)
def sales_growth_rate(g: Ground, period: Period, group: Group) -> float | None:
    base = aligned(g, period, g.earlier(period))
    return growth(won_amounts(g, period, group), won_amounts(g, base, group))


@oracle("sales_growth_rate(comparison=previous_year)", looks_back=True)
def sales_growth_of_the_year(g: Ground, period: Period, group: Group) -> float | None:
    base = aligned(g, period, g.earlier(period, months=12))
    return growth(won_amounts(g, period, group), won_amounts(g, base, group))


@oracle("existing_account_growth", looks_back=True)
def existing_account_growth(g: Ground, period: Period, group: Group) -> float | None:
    base = aligned(g, period, g.earlier(period))
    first: dict[str, datetime] = {}
    for row in g.rows("opportunities"):
        if row["status"] == "won" and row["account_id"]:
            first[row["account_id"]] = min(row["closed_at"], first.get(row["account_id"], row["closed_at"]))
    known = {account for account, won in first.items() if won < base.start}

    def sales(span: Period) -> float:
        won = closed(g, span, group, "won")
        return sum(row["amount"] or 0 for row in won if row["account_id"] in known)

    return growth(sales(period), sales(base))


def ordered(g: Ground, period: Period, group: Group) -> float:
    """What was ordered in the period less what was returned, whatever sign returns are written with."""
    total = 0.0
    for row in g.rows("orders"):
        if period.has(row["ordered_at"]) and group.event(row["account_id"], row["ordered_at"]):
            total += -abs(row["amount"]) if row["kind"] == "return" else row["amount"]
    return total


@oracle("revenue_growth_rate", looks_back=True)
def revenue_growth_rate(g: Ground, period: Period, group: Group) -> float | None:
    base = aligned(g, period, g.earlier(period))
    return growth(ordered(g, period, group), ordered(g, base, group))


def opened(g: Ground, period: Period, group: Group) -> list[Row]:
    return [
        row
        for row in g.rows("opportunities")
        if is_open(row, period.as_of) and group.state(row["account_id"], period.as_of)
    ]


@oracle("pipeline_value_open")
def pipeline_value_open(g: Ground, period: Period, group: Group) -> float | None:
    return sum(amount_at(g, row, period.as_of) or 0 for row in opened(g, period, group))


@oracle("pipeline_value_weighted")
def pipeline_value_weighted(g: Ground, period: Period, group: Group) -> float | None:
    total = 0.0
    for row in opened(g, period, group):
        amount, chance = amount_at(g, row, period.as_of), probability_at(g, row, period.as_of)
        if amount is not None and chance is not None:
            total += amount * chance
    return total


def quotas(g: Ground, period: Period, group: Group) -> list[float]:
    return [
        row["amount"]
        for row in g.rows("quotas")
        if row["period_start"] >= period.start and row["period_end"] <= period.end and group.value(row["employee_id"])
    ]


def won_by_owner(g: Ground, period: Period, group: Group) -> float:
    return sum(row["amount"] or 0 for row in closed(g, period, Group(g, None), "won") if group.value(row["owner_id"]))


@oracle("quota_attainment", by="owner_id")
def quota_attainment(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(won_by_owner(g, period, group), sum(quotas(g, period, group)))


@oracle("pipeline_coverage", by="owner_id")
def pipeline_coverage(g: Ground, period: Period, group: Group) -> float | None:
    left = sum(quotas(g, period, group)) - won_by_owner(g, period, group)
    pipeline = sum(
        amount_at(g, row, period.as_of) or 0
        for row in opened(g, period, Group(g, None))
        if group.value(owner_at(g, row, period.as_of))
    )
    return pipeline / left if left > 0 else None


@oracle("pipeline_velocity")
def pipeline_velocity(g: Ground, period: Period, group: Group) -> float | None:
    qualified = [row for row in opened(g, period, group) if row["qualified_at"] and row["qualified_at"] < period.as_of]
    return velocity(g, period, group, len(qualified))


@oracle("pipeline_velocity(count=created)")
def velocity_of_created(g: Ground, period: Period, group: Group) -> float | None:
    created = [row for row in g.rows("opportunities") if period.has(row["created_at"])]
    return velocity(g, period, group, sum(group.event(row["account_id"], row["created_at"]) for row in created))


def velocity(g: Ground, period: Period, group: Group, count: int, days: int = 365) -> float | None:
    """n × s × w / L, the last three of deals closed in so many days before."""
    won, lost = trailing(g, period, group, "won", days), trailing(g, period, group, "lost", days)
    size = mean([row["amount"] for row in won if row["amount"] is not None])
    rate, cycle = ratio(len(won), len(won) + len(lost)), mean(cycles(g, won, "created_at"))
    return None if size is None or rate is None or not cycle else count * size * rate / cycle


@oracle("sales_cycle_days")
def sales_cycle_days(g: Ground, period: Period, group: Group) -> float | None:
    return mean(cycles(g, closed(g, period, group, "won"), "created_at"))


@oracle("sales_cycle_days(stat=median)")
def median_sales_cycle(g: Ground, period: Period, group: Group) -> float | None:
    days = cycles(g, closed(g, period, group, "won"), "created_at")
    return median(days) if days else None


@oracle("sales_cycle_days(include_lost=true)")
def cycle_of_decided(g: Ground, period: Period, group: Group) -> float | None:
    return mean(cycles(g, closed(g, period, group, "won", "lost"), "created_at"))


@oracle("sales_cycle_days(start=qualified)")
def cycle_from_qualified(g: Ground, period: Period, group: Group) -> float | None:
    return mean(cycles(g, closed(g, period, group, "won"), "qualified_at"))


@oracle("sales_cycle_days(start=first_touch)")
def cycle_from_first_touch(g: Ground, period: Period, group: Group) -> float | None:
    first = g.once(first_touches)
    won = [{**row, "met_at": first.get(row["account_id"])} for row in closed(g, period, group, "won")]
    return mean(cycles(g, won, "met_at"))


@oracle("time_in_stage_days")
def time_in_stage_days(g: Ground, period: Period, group: Group) -> float | None:
    return stage_days(g, period, group, latest=False)


@oracle("time_in_stage_days(visits=latest)")
def time_of_latest_visit(g: Ground, period: Period, group: Group) -> float | None:
    return stage_days(g, period, group, latest=True)


def stage_days(g: Ground, period: Period, group: Group, latest: bool) -> float | None:
    """Mean over the pairs of deal and stage left in the period of the time spent there until the last leaving in it.

    A pair is in one group: that of its last leaving.
    """
    spent = []
    for account, visits in g.once(leavings):
        ends = [end for end, _ in visits if period.has(end)]
        if ends and group.event(account, max(ends)):
            days = [days for end, days in visits if end <= max(ends)]
            spent.append(days[-1] if latest else sum(days))
    return mean(spent)


@oracle("touches_to_closure")
def touches_to_closure(g: Ground, period: Period, group: Group) -> float | None:
    return mean([float(n) for n in touches_of(g, period, group, ("inbound", "outbound", None))])


@oracle("touches_to_closure(direction=outbound)")
def outbound_touches_to_closure(g: Ground, period: Period, group: Group) -> float | None:
    return mean([float(n) for n in touches_of(g, period, group, ("outbound",))])


def touches_of(g: Ground, period: Period, group: Group, directions: tuple[str | None, ...]) -> list[int]:
    """Per deal won in the period the touches that name it, up to its close; where none does, its account's while it was open."""
    counts = []
    for deal in closed(g, period, group, "won"):
        mine = [row for row in g.once(touches) if row.get("opportunity_id") == deal["opportunity_id"]]
        if not mine and deal["account_id"] and deal["created_at"]:
            of_account = [row for row in g.once(touches) if row["account_id"] == deal["account_id"]]
            mine = [row for row in of_account if row["occurred_at"] >= deal["created_at"]]
        counts.append(sum(r["direction"] in directions and r["occurred_at"] <= deal["closed_at"] for r in mine))
    return counts
