"""Customer outcomes recounted: goals that were due and reached, and open ones on track."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.doings import DAY
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio


def last_standing(g: Ground, goal: Row, before: datetime) -> float | None:
    """The last measurement before an instant; of a goal nobody ever measured, what its row says (G12)."""
    measured = [row for row in g.rows("goal_progress") if row["goal_id"] == goal["goal_id"]]
    if not measured:
        return goal["actual"]  # type: ignore[no-any-return]
    known = [row for row in measured if row["measured_on"] < before]
    return max(known, key=lambda row: row["measured_on"])["actual"] if known else None


def progress(goal: Row, actual: float | None) -> float | None:
    """The part of the way that is gone; unknown without a measurement or without a way to go."""
    baseline = goal["baseline"] or 0.0
    if actual is None or goal["target"] == baseline:
        return None
    return float((actual - baseline) / (goal["target"] - baseline))


def next_day(g: Ground, midnight: datetime) -> datetime:
    return g.utc(g.local(midnight + DAY + DAY / 4).date())


def reached(g: Ground, goal: Row) -> bool:
    """In time: achieved by the due day, that day included; or, without a day, by what was measured till then."""
    if goal["achieved_on"] is not None:
        return bool(goal["achieved_on"] <= goal["due_on"])
    way = progress(goal, last_standing(g, goal, next_day(g, goal["due_on"])))
    return way is not None and way >= 1


def due(g: Ground, period: Period, group: Group) -> list[Row]:
    return [
        goal
        for goal in g.rows("goals")
        if period.has(goal["due_on"]) and group.event(goal["account_id"], goal["due_on"])
    ]


@oracle("customer_outcomes")
def customer_outcomes(g: Ground, period: Period, group: Group) -> float | None:
    goals = due(g, period, group)
    return ratio(sum(reached(g, goal) for goal in goals), len(goals))


def open_goals(g: Ground, period: Period, group: Group) -> list[Row]:
    """Set before the period's end, not yet due and not yet reached."""
    end = period.as_of
    return [
        goal
        for goal in g.rows("goals")
        if goal["set_on"] is not None and goal["set_on"] < end
        and goal["due_on"] is not None and goal["due_on"] >= end
        and (goal["achieved_on"] is None or goal["achieved_on"] >= end)
        and group.state(goal["account_id"], end)
    ]  # fmt: skip


@oracle("outcomes_on_track")
def outcomes_on_track(g: Ground, period: Period, group: Group) -> float | None:
    """Come at least as far as their time has; a goal without measurement, way or time is in neither number."""
    judged = []
    for goal in open_goals(g, period, group):
        way = progress(goal, last_standing(g, goal, period.as_of))
        whole = whole_days(g, goal["set_on"], goal["due_on"])
        if way is not None and whole > 0:
            judged.append(way >= whole_days(g, goal["set_on"], period.as_of) / whole)
    return ratio(sum(judged), len(judged))


def whole_days(g: Ground, start: datetime, end: datetime) -> int:
    return (g.local(end).date() - g.local(start).date()).days


@oracle("outcome_gap")
def outcome_gap(g: Ground, period: Period, group: Group) -> float | None:
    promised, kept = outcomes_on_track(g, period, group), customer_outcomes(g, period, group)
    return None if promised is None or kept is None else promised - kept
