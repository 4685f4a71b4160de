"""Retention: who stayed, who renewed, who bought again or more (sheet 5)."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.deals import closed, duration
from tests.oracle.ground import DAY, Ground, Group, Period, Row, oracle, ratio
from tests.oracle.paying import customers, moved, movements, mrr_at
from tests.oracle.touches import SENT

GRACE_DAYS = 30


@oracle("logo_churn_rate")
def logo_churn_rate(g: Ground, period: Period, group: Group) -> float | None:
    opening = customers(g, period.start, group)
    return ratio(len(opening - customers(g, period.as_of, Group(g, None))), len(opening))


@oracle("logo_churn_rate(method=movement)")
def logo_churn_by_movement(g: Ground, period: Period, group: Group) -> float | None:
    opening = customers(g, period.start, group)
    left = {m.account for m in g.once(movements) if m.kind == "churn" and period.has(m.at)}
    return ratio(len(opening & left), len(opening))


@oracle("retention_rate")
def retention_rate(g: Ground, period: Period, group: Group) -> float | None:
    opening = customers(g, period.start, group)
    return ratio(len(opening & customers(g, period.as_of, Group(g, None))), len(opening))


@oracle("retention_rate_plain")
def retention_rate_plain(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(len(customers(g, period.as_of, group)), len(customers(g, period.start, group)))


def deeds(g: Ground) -> list[tuple[str, datetime]]:
    """(account, when) of whatever a person of an account did, using the product included."""
    found = []
    for row in g.rows("activities"):
        if row["account_id"] is None or row.get("is_bot") or g.is_internal(row["contact_id"]):
            continue
        talked = row["kind"] in ("call", "meeting") and row.get("status") == "completed" and row["contact_id"]
        reached_out = row.get("direction") == "outbound" and not talked
        if row["kind"] not in SENT and not reached_out:
            found.append((row["account_id"], row["occurred_at"]))
    found += [
        (row["account_id"], row["occurred_at"])
        for row in g.rows("usage_events")
        if row["account_id"] and not g.is_internal(row["contact_id"])
    ]
    return found


@oracle("account_disengagement_rate")
def account_disengagement_rate(g: Ground, period: Period, group: Group, days: int = 90) -> float | None:
    def active(instant: datetime) -> set[str]:
        return {account for account, when in g.once(deeds) if instant - days * DAY <= when < instant}

    opening = {account for account in active(period.start) if group.state(account, period.start)}
    return ratio(len(opening - active(period.as_of)), len(opening))


@oracle("account_expansion_revenue")
def account_expansion_revenue(g: Ground, period: Period, group: Group) -> float | None:
    return moved(g, period, group, "expansion")


@oracle("account_expansion_revenue(basis=bookings)")
def expansion_bookings(g: Ground, period: Period, group: Group) -> float | None:
    return booked(g, period, group, "upsell") + booked(g, period, group, "cross_sell")


@oracle("account_expansion_rate")
def account_expansion_rate(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(moved(g, period, group, "expansion"), mrr_at(g, period.start, group))


def booked(g: Ground, period: Period, group: Group, kind: str) -> float:
    return sum(row["amount"] or 0 for row in closed(g, period, group, "won") if row.get("type") == kind)


@oracle("upsell_revenue")
def upsell_revenue(g: Ground, period: Period, group: Group) -> float | None:
    return booked(g, period, group, "upsell")


@oracle("cross_sell_revenue")
def cross_sell_revenue(g: Ground, period: Period, group: Group) -> float | None:
    return booked(g, period, group, "cross_sell")


def taken_share(g: Ground, period: Period, group: Group, kind: str) -> float | None:
    """Customers of the opening with such a deal won in the period, over customers of the opening."""
    opening = customers(g, period.start, group)
    won = closed(g, period, Group(g, None), "won")
    return ratio(len(opening & {row["account_id"] for row in won if row.get("type") == kind}), len(opening))


@oracle("upsell_rate")
def upsell_rate(g: Ground, period: Period, group: Group) -> float | None:
    return taken_share(g, period, group, "upsell")


@oracle("cross_sell_rate")
def cross_sell_rate(g: Ground, period: Period, group: Group) -> float | None:
    return taken_share(g, period, group, "cross_sell")


@oracle("upsell_rate(denominator=offers)")
def upsell_rate_of_offers(g: Ground, period: Period, group: Group) -> float | None:
    offers = [row for row in closed(g, period, group, "won", "lost") if row.get("type") == "upsell"]
    return ratio(sum(row["status"] == "won" for row in offers), len(offers))


def outcome(g: Ground, contract: Row, now: datetime) -> str:
    """What is known of a contract that ended: renewed (in time or within the grace), lost, or pending."""
    end = contract["ends_on"]
    decided = contract["decided_at"] or end
    if contract["decision"] in ("renewed", "lost") and decided < now:
        in_time = duration(g, end, decided) <= GRACE_DAYS
        return "renewed" if contract["decision"] == "renewed" and in_time else "lost"
    return "pending" if now <= end + GRACE_DAYS * DAY else "lost"


def due(g: Ground, period: Period, group: Group) -> list[tuple[Row, str]]:
    """Contracts whose term ended in the period, with their outcome, but for those still pending."""
    rows = [
        (row, outcome(g, row, period.now))
        for row in g.rows("contracts")
        if period.has(row["ends_on"]) and group.event(row["account_id"], row["ends_on"])
    ]
    return [(row, what) for row, what in rows if what != "pending"]


def renewed_contracts(g: Ground, period: Period, group: Group) -> float | None:
    outcomes = [what for _, what in due(g, period, group)]
    return ratio(outcomes.count("renewed"), len(outcomes))


@oracle("renewal_rate")
def renewal_rate(g: Ground, period: Period, group: Group) -> float | None:
    return renewed_contracts(g, period, group)


@oracle("logo_renewal_rate")
def logo_renewal_rate(g: Ground, period: Period, group: Group) -> float | None:
    return renewed_contracts(g, period, group)


def values(g: Ground, period: Period, group: Group) -> list[tuple[float, float]]:
    """(expiring, renewed) of the contracts decided; of unknown value, a contract takes no part."""
    pairs = [(row["value"], row["renewed_value"] if what == "renewed" else 0.0) for row, what in due(g, period, group)]
    return [(old, new) for old, new in pairs if old is not None and new is not None]


@oracle("gross_value_renewal_rate")
def gross_value_renewal_rate(g: Ground, period: Period, group: Group) -> float | None:
    pairs = values(g, period, group)
    return ratio(sum(map(min, pairs)), sum(old for old, _ in pairs))


@oracle("net_value_renewal_rate")
def net_value_renewal_rate(g: Ground, period: Period, group: Group) -> float | None:
    pairs = values(g, period, group)
    return ratio(sum(new for _, new in pairs), sum(old for old, _ in pairs))
