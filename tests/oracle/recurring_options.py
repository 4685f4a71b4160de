"""Recurring revenue and customers by other options than the default ones (sheet 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.oracle.ground import DAY, Ground, Group, Period, Row, oracle, ratio
from tests.oracle.paying import customers, movements, moves_of, payers, pays
from tests.oracle.recurring import gross, net

JUST_AFTER = timedelta(microseconds=1)  # the state at an instant itself is the one just before the next


def ending_when_cancelled(g: Ground) -> dict[tuple[str | None, str], list[Row]]:
    """Who pays what, where a subscription ends when it is cancelled; before it began, it never ran."""
    found = {}
    for payer, rows in g.once(payers).items():
        ends = [{**row, "ended_on": row.get("cancelled_at") or row["ended_on"]} for row in rows]
        found[payer] = [row for row in ends if row["ended_on"] is None or row["ended_on"] > row["started_on"]]
    return found


@oracle("churn_mrr(churn_date=cancelled)")
def churn_at_cancellation(g: Ground, period: Period, group: Group) -> float | None:
    return sum(
        m.amount
        for (account, who), rows in g.once(ending_when_cancelled).items()
        for m in moves_of(g, account, who, rows)
        if m.kind == "churn" and period.has(m.at) and group.event(m.account, m.at)
    )


@oracle("mrr(churn_date=cancelled)")
def mrr_but_cancelled(g: Ground, period: Period, group: Group) -> float | None:
    of_group = [
        rows for (account, _), rows in g.once(ending_when_cancelled).items() if group.state(account, period.as_of)
    ]
    return sum(pays(rows, period.as_of) for rows in of_group)


def kept_at(g: Ground, period: Period, group: Group) -> list[tuple[float, float]]:
    """As `kept`, with what begins or ends at the very boundary before it; the tier is still that just before."""
    opening, closing = period.start + JUST_AFTER, period.as_of + JUST_AFTER
    return [
        (pays(rows, opening), pays(rows, closing))
        for (account, _), rows in g.once(payers).items()
        if pays(rows, opening) > 0 and group.state(account, period.start)
    ]


@oracle("nrr(snapshot=at_boundary)")
def nrr_at_the_boundary(g: Ground, period: Period, group: Group) -> float | None:
    return net(kept_at(g, period, group))


@oracle("grr(snapshot=at_boundary)")
def grr_at_the_boundary(g: Ground, period: Period, group: Group) -> float | None:
    return gross(kept_at(g, period, group))


@oracle("nrr(count_reactivation=true)")
def nrr_with_returned(g: Ground, period: Period, group: Group) -> float | None:
    """The closing also of those that had paid at some time before the opening, and not at it."""
    opening = closing = 0.0
    for (account, _), rows in g.once(payers).items():
        if group.state(account, period.start):
            before = pays(rows, period.start)
            paid_earlier = any(row["started_on"] < period.start for row in rows)
            opening += before
            closing += pays(rows, period.as_of) if before or paid_earlier else 0.0
    return ratio(closing, opening)


@oracle("grr(method=movements, count_reactivation=true)")
def grr_with_returned(g: Ground, period: Period, group: Group) -> float | None:
    """What came back in the period makes up for what its payer had lost in it, and for no more."""
    opening = left = 0.0
    for (account, who), rows in g.once(payers).items():
        before = pays(rows, period.start)
        if before > 0 and group.state(account, period.start):
            kinds = ("contraction", "churn", "reactivation")
            moved = sum(
                m.amount
                for m in g.once(movements)
                if (m.account, m.who) == (account, who) and m.kind in kinds and period.has(m.at)
            )
            opening, left = opening + before, left + before + min(0.0, moved)
    return ratio(left, opening)


def days_of(g: Ground, period: Period) -> list[tuple[datetime, datetime]]:
    """The local days of the period as UTC instants, the last one cut by the as-of instant."""
    found, day = [], period.first
    while g.utc(day) < period.as_of:
        found.append((g.utc(day), min(g.utc(day + DAY), period.as_of)))
        day += DAY
    return found


def daily(g: Ground, period: Period, kinds: tuple[str, ...]) -> float | None:
    """The sum over days of what was lost net of some gains, over the revenue at the day's start; days without any say nothing."""
    shares, known = 0.0, False
    for start, end in days_of(g, period):
        revenue = sum(pays(rows, start) for rows in g.once(payers).values())
        if revenue:
            known = True
            shares -= sum(m.amount for m in g.once(movements) if m.kind in kinds and start <= m.at < end) / revenue
    return shares if known else None


@oracle("gross_mrr_churn_rate(method=daily_sum)", by=None)
def gross_churn_day_by_day(g: Ground, period: Period, group: Group) -> float | None:
    return daily(g, period, ("contraction", "churn"))


@oracle("net_mrr_churn_rate(method=daily_sum)", by=None)
def net_churn_day_by_day(g: Ground, period: Period, group: Group) -> float | None:
    return daily(g, period, ("contraction", "churn", "expansion", "reactivation"))


@oracle("logo_churn_rate(annualise=true)")
def logo_churn_of_a_year(g: Ground, period: Period, group: Group) -> float | None:
    opening = customers(g, period.start, group)
    lost = ratio(len(opening - customers(g, period.as_of, Group(g, None))), len(opening))
    elapsed = (g.local(period.as_of) - g.local(period.start)) / DAY
    return None if lost is None else 1 - (1 - lost) ** (365 / elapsed)


@oracle("retention_rate(snapshot=at_boundary)")
def retention_at_the_boundary(g: Ground, period: Period, group: Group) -> float | None:
    everybody = Group(g, None)
    opening = {a for a in customers(g, period.start + JUST_AFTER, everybody) if group.state(a, period.start)}
    return ratio(len(opening & customers(g, period.as_of + JUST_AFTER, everybody)), len(opening))


@oracle("saas_quick_ratio(include_reactivation=true)")
def quick_ratio_with_returned(g: Ground, period: Period, group: Group) -> float | None:
    def of(*kinds: str) -> float:
        return sum(
            m.amount for m in g.once(movements) if m.kind in kinds and period.has(m.at) and group.event(m.account, m.at)
        )

    return ratio(of("new", "expansion", "reactivation"), -of("churn", "contraction"))
