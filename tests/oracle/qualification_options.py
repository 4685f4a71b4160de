"""Qualification by other options than the default ones (sheet 2)."""

from __future__ import annotations

from tests.oracle.doings import DAY, of_kind
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio
from tests.oracle.outreach import curve
from tests.oracle.qualification import Person, firsts, won_at


def is_accepted(person: Person) -> bool:
    """MQL by the acceptance; nothing else is asked for."""
    mql, sql = person.first("became_mql_at"), person.first("became_sql_at")
    return bool(mql and sql and mql <= sql)


@oracle("sql_count(min_bant=0)")
def accepted(g: Ground, period: Period, group: Group) -> float:
    return sum(is_accepted(person) for person, _ in firsts(g, period, group, "became_sql_at"))


@oracle("sql_count(min_bant=4)")
def with_all_four(g: Ground, period: Period, group: Group) -> float:
    words = ("budget", "authority", "need", "timeline")
    found = [person for person, _ in firsts(g, period, group, "became_sql_at") if is_accepted(person)]
    return sum(all(map(person.has, words)) for person in found)


@oracle("mql_to_sql_rate(within_days=10, min_bant=0)")
def soon_accepted(g: Ground, period: Period, group: Group) -> float | None:
    cohort = firsts(g, period, group, "became_mql_at")
    waits = [
        sql - at
        for person, at in cohort
        for sql in [person.first("became_sql_at")]
        if sql is not None and sql < g.now and is_accepted(person)
    ]
    return ratio(sum(wait <= 10 * DAY for wait in waits), len(cohort))


@oracle("lead_conversion_rate(window_days=20)")
def soon_converted(g: Ground, period: Period, group: Group) -> float | None:
    cohort = firsts(g, period, group, "created_at")
    won = [any(at < won <= at + 20 * DAY for won in won_at(g, person.account)) for person, at in cohort]
    return ratio(sum(won), len(cohort))


def credited(base: list[Row], conversions: list[Row], days: float, equal: str | None) -> list[Row]:
    """For each conversion the latest base event of its account (and its equal), if it is less than so many days older."""
    found = []
    for row in conversions:
        before = [
            event
            for event in base
            if event["account_id"] == row["account_id"] is not None and event["occurred_at"] <= row["at"]
            and (equal is None or event[equal] == row[equal] is not None)
        ]  # fmt: skip
        latest = max(before, key=lambda event: event["occurred_at"], default=None)
        if latest is not None and (row["at"] - latest["occurred_at"]) / DAY < days:
            found.append(latest)
    return found


def rate(period: Period, group: Group, base: list[Row], conversions: list[Row]) -> float | None:
    whole, part = (
        sum(period.has(row["occurred_at"]) and group.event(row["account_id"], row["occurred_at"]) for row in rows)
        for rows in (base, conversions)
    )
    return ratio(part, whole)


@oracle("event_conversion_rate(base=form_submitted, conversion=opportunities, window_days=30)")
def forms_to_opportunities(g: Ground, period: Period, group: Group) -> float | None:
    base = of_kind(g, "form_submitted")
    deals = [
        {**row, "at": row["created_at"]}
        for row in g.rows("opportunities")
        if row["created_at"] and row["created_at"] < g.now
    ]
    return rate(period, group, base, credited(base, deals, 30, None))


@oracle("event_conversion_rate(conversion=call, equal=contact_id)")
def pages_to_calls(g: Ground, period: Period, group: Group) -> float | None:
    base = of_kind(g, "page_view")
    calls = [{**row, "at": row["occurred_at"]} for row in of_kind(g, "call") if row["occurred_at"] < g.now]
    return rate(period, group, base, credited(base, calls, float("inf"), "contact_id"))


@oracle("touch_saturation(show=marginal, min_at_risk=2)")
def marginal(g: Ground, period: Period, group: Group) -> float | None:
    """The mean over the judged touches."""
    return mean([won / at_risk for at_risk, won in curve(g, period, group) if at_risk >= 2])
