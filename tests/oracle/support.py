"""Tickets recounted: how many, how long until an answer and a solution, how many are open."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def tickets(g: Ground) -> list[Row]:
    """Those of people outside."""
    return [row for row in g.rows("tickets") if not g.is_internal(row["contact_id"])]


def created(g: Ground, period: Period, group: Group) -> list[Row]:
    return [
        row for row in tickets(g) if period.has(row["created_at"]) and group.event(row["account_id"], row["created_at"])
    ]


@oracle("support_tickets")
def support_tickets(g: Ground, period: Period, group: Group) -> float:
    return len(created(g, period, group))


@oracle("ticket_backlog")
def ticket_backlog(g: Ground, period: Period, group: Group) -> float:
    end = period.as_of
    return sum(is_open(row, end) and group.state(row["account_id"], end) for row in tickets(g))


def is_open(row: Row, end: datetime) -> bool:
    """Created before, and not solved before or reopened since; said to be solved without a time it is closed."""
    if row["created_at"] >= end:
        return False
    over = (row["status"] or "open").lower() in ("solved", "closed")
    solved, reopened = row["solved_at"], row["reopened_at"]
    if solved is None:
        return not over
    again = reopened is not None and solved <= reopened < end and not over
    return bool(solved >= end or again)


def comments(g: Ground) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(g.rows("ticket_comments"), key=lambda row: row["occurred_at"]):
        found.setdefault(row["ticket_id"], []).append(row)
    return found


def is_answer(row: Row) -> bool:
    """Of a human agent, for the customer to read; not said to be a note it is public."""
    return row["author_kind"] == "agent" and row["is_public"] is not False


def first_answer(g: Ground, ticket: Row) -> datetime | None:
    """The first one after the creation; without any comment what the ticket's column says."""
    said = g.once(comments).get(ticket["ticket_id"], [])
    answers = [row["occurred_at"] for row in said if is_answer(row)] if said else [ticket["first_response_at"]]
    known = [at for at in answers if at is not None and ticket["created_at"] <= at < g.now]
    return min(known, default=None)


@oracle("first_response_time")
def first_response_time(g: Ground, period: Period, group: Group) -> float | None:
    waits = [(first_answer(g, row), row["created_at"]) for row in created(g, period, group)]
    minutes = [(answer - asked) / MINUTE for answer, asked in waits if answer is not None]
    return median(minutes) if minutes else None


def message_waits(g: Ground) -> list[tuple[Row, datetime, timedelta]]:
    """Ticket, message and wait of each message of a customer that was answered."""
    found = []
    for ticket in tickets(g):
        said = g.once(comments).get(ticket["ticket_id"], [])
        for row in said:
            answers = [
                a["occurred_at"] for a in said if is_answer(a) and row["occurred_at"] <= a["occurred_at"] < g.now
            ]
            if row["author_kind"] == "customer" and answers:
                found.append((ticket, row["occurred_at"], min(answers) - row["occurred_at"]))
    return found


def waits(g: Ground, period: Period, group: Group) -> list[float]:
    return [
        wait / HOUR
        for ticket, asked, wait in g.once(message_waits)
        if period.has(asked) and group.event(ticket["account_id"], asked)
    ]


@oracle("response_time")
def response_time(g: Ground, period: Period, group: Group) -> float | None:
    found = waits(g, period, group)
    return median(found) if found else None


@oracle("response_time(stat=mean)")
def mean_response_time(g: Ground, period: Period, group: Group) -> float | None:
    return mean(waits(g, period, group))


@oracle("resolution_time")
def resolution_time(g: Ground, period: Period, group: Group) -> float | None:
    """Creation to final solution, of tickets solved in the period; one that is open again is not solved."""
    hours = [
        (row["solved_at"] - row["created_at"]) / HOUR
        for row in tickets(g)
        if period.has(row["solved_at"]) and row["solved_at"] >= row["created_at"] and not is_open(row, g.now)
        and group.event(row["account_id"], row["solved_at"])
    ]  # fmt: skip
    return median(hours) if hours else None
