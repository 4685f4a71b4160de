"""Customer voice, goals, tickets and use of the product by other options than the default ones (sheet 6 and 7)."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.engagement_options import working_days
from tests.oracle.goals import due, last_standing, next_day, progress, reached
from tests.oracle.ground import DAY, Ground, Group, Period, mean, oracle, ratio
from tests.oracle.support import HOUR, MINUTE, created, first_answer, is_open, tickets
from tests.oracle.voice import answers, given, latest_per_person, monthly, promoter_score


@oracle("csat(method=top1)")
def best_mark(g: Ground, period: Period, group: Group) -> float | None:
    rows = given(g, period, group, "csat")
    return ratio(sum(row["score"] >= (row["scale_max"] or 5) for row in rows), len(rows))


@oracle("ces(method=agree_share, scale=effort_1_low)")
def little_effort(g: Ground, period: Period, group: Group) -> float | None:
    rows = given(g, period, group, "ces")
    return ratio(sum(8 - row["score"] >= 5 for row in rows), len(rows))


def paid(g: Ground, account: str, at: datetime) -> float:
    """Monthly revenue of an account just before an instant."""
    return sum(
        monthly(row)
        for row in g.rows("subscriptions")
        if row["account_id"] == account and row["started_on"] < at and (row["ended_on"] is None or row["ended_on"] >= at)
        and row["ended_on"] != row["started_on"]
    )  # fmt: skip


@oracle("nps(weighting=revenue)")
def nps_by_revenue(g: Ground, period: Period, group: Group) -> float | None:
    """Accounts' scores, each weighed by what it paid in the mean just before its answers."""
    asked = latest_per_person([row for row in answers(g, "nps") if period.has(row["answered_at"])])
    mine = [row for row in asked if row["account_id"] and group.event(row["account_id"], row["answered_at"])]
    total = weight = 0.0
    for account in g.accounts:
        own = [row for row in mine if row["account_id"] == account]
        score, pays = promoter_score(own), mean([paid(g, account, row["answered_at"]) for row in own])
        if score is not None and pays:
            total, weight = total + score * pays, weight + pays
    return ratio(total, weight)


@oracle("customer_outcomes(partial_credit=true)")
def part_of_the_way(g: Ground, period: Period, group: Group) -> float | None:
    shares = []
    for goal in due(g, period, group):
        if reached(g, goal):
            shares.append(1.0)
        elif goal["target"] != (goal["baseline"] or 0):
            way = progress(goal, last_standing(g, goal, next_day(g, goal["due_on"])))
            shares.append(min(1.0, max(0.0, way or 0.0)))
    return mean(shares)


def quantile(values: list[float], share: float) -> float | None:
    """Type 7: between the two values around it."""
    if not values:
        return None
    ordered, at = sorted(values), (len(values) - 1) * share
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


@oracle("first_response_time(stat=p90)")
def slow_answers(g: Ground, period: Period, group: Group) -> float | None:
    waits = [(first_answer(g, row), row["created_at"]) for row in created(g, period, group)]
    return quantile([(answer - asked) / MINUTE for answer, asked in waits if answer is not None], 0.9)


@oracle('first_response_time(hours=business, schedule="Mon-Fri 00:00-24:00", stat=mean)')
def on_working_days(g: Ground, period: Period, group: Group) -> float | None:
    waits = [(first_answer(g, row), row["created_at"]) for row in created(g, period, group)]
    return mean([working_days(g, asked, answer) * DAY / MINUTE for answer, asked in waits if answer is not None])


@oracle("resolution_time(stat=mean)")
def mean_resolution(g: Ground, period: Period, group: Group) -> float | None:
    return mean(
        [
            (row["solved_at"] - row["created_at"]) / HOUR
            for row in tickets(g)
            if period.has(row["solved_at"]) and row["solved_at"] >= row["created_at"] and not is_open(row, g.now)
            and group.event(row["account_id"], row["solved_at"])
        ]
    )  # fmt: skip
