"""Pipeline and sales by other options than the default ones (sheet 3)."""

from __future__ import annotations

from collections import Counter

from tests.oracle.deals import amount_at, as_it_stood, closed, cycles, duration, probability_at
from tests.oracle.ground import Ground, Group, Period, mean, oracle, ratio
from tests.oracle.pipeline import aligned, growth, opened, ordered, pipeline_velocity, velocity
from tests.oracle.touches import touches


def quantile(values: list[float], share: float) -> float | None:
    """Linear interpolation between the ordered values (type 7)."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@oracle("avg_deal_size(stat=p90)")
def large_deal_size(g: Ground, period: Period, group: Group) -> float | None:
    return quantile([row["amount"] for row in closed(g, period, group, "won") if row["amount"] is not None], 0.9)


@oracle("sales_cycle_days(stat=p90)")
def long_sales_cycle(g: Ground, period: Period, group: Group) -> float | None:
    return quantile(cycles(g, closed(g, period, group, "won"), "created_at"), 0.9)


@oracle("sales_cycle_days(censor_open=true)")
def censored_sales_cycle(g: Ground, period: Period, group: Group) -> float | None:
    """Kaplan-Meier: the shortest time after which half of all deals are won; those not won leave when they close, or now."""
    won, left = Counter[float](), Counter[float]()
    for row in g.rows("opportunities"):
        if (
            row["created_at"] is None
            or row["created_at"] >= period.as_of
            or not group.state(row["account_id"], period.as_of)
        ):
            continue
        decided = row["status"] != "open" and row["closed_at"] < period.as_of
        until = row["closed_at"] if decided else period.as_of
        if until >= row["created_at"]:
            (won if decided and row["status"] == "won" else left)[duration(g, row["created_at"], until)] += 1
    at_risk, share = won.total() + left.total(), 1.0
    for days in sorted({*won, *left}):
        share *= 1 - won[days] / at_risk
        if share <= 0.5:
            return days
        at_risk -= won[days] + left[days]
    return None


@oracle("pipeline_velocity(per=month)")
def velocity_of_a_month(g: Ground, period: Period, group: Group) -> float | None:
    of_a_day = pipeline_velocity(g, period, group)
    return None if of_a_day is None else 30.4375 * of_a_day


@oracle("pipeline_value_weighted(stage_probabilities={Proposal: 0.5})")
def weighted_by_stage(g: Ground, period: Period, group: Group) -> float | None:
    total = 0.0
    for row in opened(g, period, group):
        amount, chance = amount_at(g, row, period.as_of), probability_at(g, row, period.as_of)
        if chance is None and as_it_stood(g, row, "stage", period.as_of) == "Proposal":
            chance = 0.5
        total += (amount or 0.0) * (chance or 0.0)
    return total


@oracle("touches_to_closure(link=account)")
def touches_of_the_account(g: Ground, period: Period, group: Group) -> float | None:
    """All touches of the account while the deal was open, whichever deal they name."""
    counts = []
    for deal in closed(g, period, group, "won"):
        start, end, account = deal["created_at"], deal["closed_at"], deal["account_id"]
        mine = [row for row in g.once(touches) if start and account and row["account_id"] == account]
        counts.append(float(sum(start <= row["occurred_at"] <= end for row in mine)))
    return mean(counts)


@oracle("revenue_growth_rate(comparison=previous_year)", looks_back=True)
def revenue_growth_of_the_year(g: Ground, period: Period, group: Group) -> float | None:
    base = aligned(g, period, g.earlier(period, months=12))
    return growth(ordered(g, period, group), ordered(g, base, group))


@oracle("win_rate(basis=value, broad=true)")
def broad_win_rate_by_value(g: Ground, period: Period, group: Group) -> float | None:
    decided = closed(g, period, group, "won", "lost", "disqualified")
    won = sum(row["amount"] or 0 for row in decided if row["status"] == "won")
    return ratio(won, sum(row["amount"] or 0 for row in decided))


@oracle("pipeline_velocity(trailing_days=90, count=created)")
def velocity_of_a_quarter(g: Ground, period: Period, group: Group) -> float | None:
    created = [row for row in g.rows("opportunities") if period.has(row["created_at"])]
    count = sum(group.event(row["account_id"], row["created_at"]) for row in created)
    return velocity(g, period, group, count, days=90)
