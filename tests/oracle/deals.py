"""Deals as they stood at an instant, and as they were decided; shared by the families that count them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from tests.oracle.ground import DAY, Ground, Group, Period, Row

DECIDED = ("won", "lost", "disqualified")


def closed(g: Ground, period: Period, group: Group, *statuses: str) -> list[Row]:
    """Deals decided that way in the period, of accounts that belonged to the group at the close."""
    return [
        row
        for row in g.rows("opportunities")
        if row["status"] in statuses
        and period.has(row["closed_at"])
        and group.event(row["account_id"], row["closed_at"])
    ]


def trailing(g: Ground, period: Period, group: Group, status: str, days: int) -> list[Row]:
    """Deals decided that way in the days before the end, of accounts that belong to the group just before it."""
    return [
        row
        for row in g.rows("opportunities")
        if row["status"] == status
        and period.window(row["closed_at"], days)
        and group.state(row["account_id"], period.as_of)
    ]


def won_amounts(g: Ground, period: Period, group: Group) -> float:
    return sum(row["amount"] or 0 for row in closed(g, period, group, "won"))


def is_open(deal: Row, instant: datetime) -> bool:
    """Just before an instant: created before it, and not decided before it. Created nobody knows when, it takes no part."""
    if deal["created_at"] is None or deal["created_at"] >= instant:
        return False
    return not (deal["status"] in DECIDED and deal["closed_at"] < instant)


def histories(g: Ground) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(g.rows("opportunity_history"), key=lambda row: row["changed_at"]):
        found[row["opportunity_id"]].append(row)
    return found


def as_it_stood(g: Ground, deal: Row, column: str, instant: datetime) -> Any:
    """The last value recorded before an instant, else the first ever recorded, else the deal's own."""
    rows = [row for row in g.once(histories).get(deal["opportunity_id"], []) if row[column] is not None]
    before = [row for row in rows if row["changed_at"] < instant]
    return before[-1][column] if before else rows[0][column] if rows else deal[column]


def amount_at(g: Ground, deal: Row, instant: datetime) -> float | None:
    amount: float | None = as_it_stood(g, deal, "amount", instant)
    return amount


def probability_at(g: Ground, deal: Row, instant: datetime) -> float | None:
    chance: float | None = as_it_stood(g, deal, "probability", instant)
    return chance


def owner_at(g: Ground, deal: Row, instant: datetime) -> str | None:
    owner: str | None = as_it_stood(g, deal, "owner_id", instant)
    return owner


def duration(g: Ground, start: datetime, end: datetime) -> float:
    """Elapsed days; between two dates without a time, whole days."""
    one, other = g.local(start), g.local(end)
    if one.time() == other.time() == datetime.min.time():
        return float((other.date() - one.date()).days)
    return (end - start) / DAY


def cycles(g: Ground, deals: list[Row], start: str) -> list[float]:
    """Days from a column's instant to the close; without the start, or closed before it, a deal takes no part."""
    return [
        duration(g, row[start], row["closed_at"])
        for row in deals
        if row[start] is not None and row["closed_at"] >= row[start]
    ]


def leavings(g: Ground) -> list[tuple[str | None, list[tuple[datetime, float]]]]:
    """Per pair of deal and stage: the deal's account, and (left at, days) of every stay that came to its end."""
    found = []
    for deal in g.rows("opportunities"):
        until = deal["closed_at"] if deal["status"] in DECIDED else None
        rows = [row for row in g.once(histories).get(deal["opportunity_id"], []) if row["stage"] is not None]
        stages = [(row["changed_at"], row["stage"]) for row in rows if until is None or row["changed_at"] < until]
        if until is not None:
            stages.append((until, "the end"))
        stays: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
        since, current = None, None
        for instant, stage in stages:
            if stage == current:
                continue
            if since is not None and current is not None:
                stays[current].append((instant, duration(g, since, instant)))
            since, current = instant, stage
        found += [(deal["account_id"], visits) for visits in stays.values()]
    return found
