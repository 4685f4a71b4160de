"""Recurring revenue: what runs, what moved, what the opening kept (sheet 5)."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.ground import Ground, Group, Period, oracle, ratio
from tests.oracle.paying import moved, movements, mrr_at, payers, pays

ALL = ("new", "reactivation", "expansion", "contraction", "churn")


@oracle("mrr")
def mrr(g: Ground, period: Period, group: Group) -> float | None:
    return mrr_at(g, period.as_of, group)


@oracle("arr")
def arr(g: Ground, period: Period, group: Group) -> float | None:
    return 12 * mrr_at(g, period.as_of, group)


@oracle("new_mrr")
def new_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "new")


@oracle("reactivation_mrr")
def reactivation_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "reactivation")


@oracle("expansion_mrr")
def expansion_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "expansion")


@oracle("contraction_mrr")
def contraction_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "contraction")


@oracle("churn_mrr")
def churn_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "churn")


@oracle("net_new_mrr")
def net_new_mrr(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, *ALL)


@oracle("saas_quick_ratio")
def saas_quick_ratio(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(moved(g, period, group, "new", "expansion"), -moved(g, period, group, "churn", "contraction"))


@oracle("gross_mrr_churn_rate")
def gross_mrr_churn_rate(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(-moved(g, period, group, "churn", "contraction"), mrr_at(g, period.start, group))


@oracle("net_mrr_churn_rate")
def net_mrr_churn_rate(g: Ground, period: Period, group: Group) -> float | None:
    gained = moved(g, period, group, "expansion", "reactivation")
    return ratio(-moved(g, period, group, "churn", "contraction") - gained, mrr_at(g, period.start, group))


def kept(g: Ground, opening: datetime, closing: datetime, group: Group) -> list[tuple[float, float]]:
    """Per payer of the opening what it paid then, and what it pays at the closing."""
    return [
        (pays(rows, opening), pays(rows, closing))
        for (account, _), rows in g.once(payers).items()
        if pays(rows, opening) > 0 and group.state(account, opening)
    ]


def net(pairs: list[tuple[float, float]]) -> float | None:
    return ratio(sum(after for _, after in pairs), sum(before for before, _ in pairs))


def gross(pairs: list[tuple[float, float]]) -> float | None:
    return ratio(sum(map(min, pairs)), sum(before for before, _ in pairs))


@oracle("nrr")
def nrr(g: Ground, period: Period, group: Group) -> float | None:
    return net(kept(g, period.start, period.as_of, group))


@oracle("grr")
def grr(g: Ground, period: Period, group: Group) -> float | None:
    return gross(kept(g, period.start, period.as_of, group))


@oracle("nrr_12m")
def nrr_12m(g: Ground, period: Period, group: Group) -> float | None:
    return net(kept(g, g.add_months(period.as_of, -12), period.as_of, group))


@oracle("grr_12m")
def grr_12m(g: Ground, period: Period, group: Group) -> float | None:
    return gross(kept(g, g.add_months(period.as_of, -12), period.as_of, group))


@oracle("gross_mrr_churn_rate(method=cohort_snapshot)")
def gross_churn_of_the_cohort(g: Ground, period: Period, group: Group) -> float | None:
    kept_share = grr(g, period, group)
    return None if kept_share is None else 1 - kept_share


@oracle("nrr(method=movements)")
def nrr_by_movements(g: Ground, period: Period, group: Group) -> float | None:
    return by_movements(g, period, group, "expansion", "contraction", "churn")


@oracle("grr(method=movements)")
def grr_by_movements(g: Ground, period: Period, group: Group) -> float | None:
    return by_movements(g, period, group, "contraction", "churn")


def by_movements(g: Ground, period: Period, group: Group, *kinds: str) -> float | None:
    """The opening and what its payers moved in the period, over the opening."""
    opening = {
        who: pays(rows, period.start)
        for (account, who), rows in g.once(payers).items()
        if pays(rows, period.start) > 0 and group.state(account, period.start)
    }
    change = sum(m.amount for m in g.once(movements) if m.who in opening and m.kind in kinds and period.has(m.at))
    return ratio(sum(opening.values()) + change, sum(opening.values()))
