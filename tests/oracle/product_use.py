"""Use of the product recounted against what accounts may use: seats, features, days."""

from __future__ import annotations

from datetime import date, datetime

from tests.oracle.doings import covers, live
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio

WINDOW_DAYS = 30


def uses(g: Ground) -> list[Row]:
    """What people outside did in the product; counted 0 times is nothing."""
    return [row for row in g.rows("usage_events") if row["count"] != 0 and not g.is_internal(row["contact_id"])]


def rights(g: Ground) -> list[Row]:
    """Licences: a feature, or seats as a whole; 0 seats are none."""
    return [row for row in g.rows("licences") if row["feature"] or (row["seats"] or 0) > 0]


def licensed(g: Ground, use: Row, feature: str | None) -> bool:
    return any(
        row["account_id"] == use["account_id"] and row["feature"] == feature
        and covers(row["started_on"], row["ended_on"], use["occurred_at"])
        for row in rights(g)
    )  # fmt: skip


def by_right(g: Ground, use: Row) -> bool:
    return use["feature"] is not None and licensed(g, use, use["feature"])


def by_seat(g: Ground, use: Row) -> bool:
    """Within the seats; a feature beyond the account's entitlements is outside its licence."""
    entitled = any(row["feature"] and row["account_id"] == use["account_id"] for row in rights(g))
    beyond = use["feature"] and entitled and not by_right(g, use)
    return licensed(g, use, None) and not beyond


def seat_uses(g: Ground) -> list[Row]:
    return [row for row in uses(g) if row["contact_id"] and by_seat(g, row)]


def feature_uses(g: Ground) -> list[Row]:
    return [row for row in uses(g) if by_right(g, row)]


def licensed_uses(g: Ground) -> list[Row]:
    if not g.rows("licences"):
        return uses(g)
    return [row for row in uses(g) if by_seat(g, row) or by_right(g, row)]


def recent(rows: list[Row], period: Period) -> list[Row]:
    return [row for row in rows if period.window(row["occurred_at"], WINDOW_DAYS)]


def live_rights(g: Ground, end: datetime) -> set[tuple[str, str | None]]:
    return {(row["account_id"], row["feature"]) for row in rights(g) if live(row["started_on"], row["ended_on"], end)}


@oracle("seat_adoption")
def seat_adoption(g: Ground, period: Period, group: Group) -> float | None:
    """Persons who used their seat and whose account still has some, over the seats."""
    end = period.as_of
    if not any(row["contact_id"] for row in uses(g)):
        return None
    users = {(row["account_id"], row["contact_id"]) for row in recent(g.once(seat_uses), period)}
    seated = {account for account, feature in live_rights(g, end) if feature is None and group.state(account, end)}
    seats = [
        row["seats"]
        for row in rights(g)
        if not row["feature"] and live(row["started_on"], row["ended_on"], end) and group.state(row["account_id"], end)
    ]
    return ratio(sum(account in seated for account, _ in users), sum(seats))


@oracle("product_adoption")
def product_adoption(g: Ground, period: Period, group: Group) -> float | None:
    return seat_adoption(g, period, group)


@oracle("feature_breadth")
def feature_breadth(g: Ground, period: Period, group: Group) -> float | None:
    end = period.as_of
    entitled = {(account, name) for account, name in live_rights(g, end) if name and group.state(account, end)}
    used = {(row["account_id"], row["feature"]) for row in recent(g.once(feature_uses), period)}
    return ratio(len(used & entitled), len(entitled))


@oracle("stickiness")
def stickiness(g: Ground, period: Period, group: Group) -> float | None:
    """Days of use of each user over 30 days for each; a day counts from its first use on."""
    first: dict[tuple[str, str, date], datetime] = {}
    for row in g.once(licensed_uses):
        if row["contact_id"]:
            day = (row["account_id"], row["contact_id"], g.local(row["occurred_at"]).date())
            first[day] = min(row["occurred_at"], first.get(day, row["occurred_at"]))
    days = [
        day
        for day, instant in first.items()
        if period.window(instant, WINDOW_DAYS) and group.state(day[0], period.as_of)
    ]
    return ratio(len(days), WINDOW_DAYS * len({(account, person) for account, person, _ in days}))
