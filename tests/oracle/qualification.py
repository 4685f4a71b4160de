"""Leads, opportunities and accounts on their way to a first deal, recounted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.doings import DAY, live, of_kind
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio

SPOTTED = ("account_manager", "account manager", "am")
MIN_FIT, MIN_BANT = 50, 3


@dataclass(frozen=True)
class Person:
    """Whoever showed interest, however many leads say so; his account is that of the first lead that has one."""

    leads: list[Row]

    @property
    def account(self) -> str | None:
        return next((row["account_id"] for row in self.leads if row["account_id"]), None)

    def first(self, column: str) -> datetime | None:
        return min((row[column] for row in self.leads if row[column] is not None), default=None)

    def has(self, word: str) -> bool:
        return any(row[word] is True for row in self.leads)


def people(g: Ground) -> list[Person]:
    """The same mail whatever its case, else the same contact, else a lead of its own; none of our own people."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(g.rows("leads"), key=lambda row: (row["created_at"], row["lead_id"])):
        if not g.is_internal(row["contact_id"]):
            found.setdefault(same_person(row), []).append(row)
    return [Person(leads) for leads in found.values()]


def same_person(row: Row) -> tuple[str, str]:
    if row["email"]:
        return "mail", row["email"].lower()
    return ("contact", row["contact_id"]) if row["contact_id"] else ("lead", row["lead_id"])


def firsts(g: Ground, period: Period, group: Group, column: str) -> list[tuple[Person, datetime]]:
    """Persons who reached something first in the period, and when."""
    found = [(person, person.first(column)) for person in g.once(people)]
    return [(person, at) for person, at in found if at and period.has(at) and group.event(person.account, at)]


@oracle("leads_generated")
def leads_generated(g: Ground, period: Period, group: Group) -> float:
    return len(firsts(g, period, group, "created_at"))


@oracle("mql_count")
def mql_count(g: Ground, period: Period, group: Group) -> float:
    return len(firsts(g, period, group, "became_mql_at"))


def is_sql(person: Person) -> bool:
    """MQL by the acceptance, and 3 of budget, authority, need and timeline known to be there, need among them."""
    mql, sql = person.first("became_mql_at"), person.first("became_sql_at")
    bant = sum(person.has(word) for word in ("budget", "authority", "need", "timeline"))
    return bool(mql and sql and mql <= sql and person.has("need") and bant >= MIN_BANT)


@oracle("sql_count")
def sql_count(g: Ground, period: Period, group: Group) -> float:
    return sum(is_sql(person) for person, _ in firsts(g, period, group, "became_sql_at"))


@oracle("mql_to_sql_rate")
def mql_to_sql_rate(g: Ground, period: Period, group: Group) -> float | None:
    cohort = firsts(g, period, group, "became_mql_at")
    followed = [(at, person.first("became_sql_at")) for person, at in cohort if is_sql(person)]
    return ratio(sum(sql is not None and sql < g.now and sql - at <= 30 * DAY for at, sql in followed), len(cohort))


def won_at(g: Ground, account: str | None) -> list[datetime]:
    """When deals with the account were won, up to now."""
    return sorted(
        row["closed_at"]
        for row in g.rows("opportunities")
        if account is not None and row["account_id"] == account and row["status"] == "won"
        and row["closed_at"] is not None and row["closed_at"] < g.now
    )  # fmt: skip


@oracle("lead_conversion_rate")
def lead_conversion_rate(g: Ground, period: Period, group: Group) -> float | None:
    cohort = firsts(g, period, group, "created_at")
    converted = [person for person, at in cohort if any(won > at for won in won_at(g, person.account))]
    return ratio(len(converted), len(cohort))


@oracle("lead_conversion_rate(cohort=same_period)")
def lead_conversion_rate_of_the_period(g: Ground, period: Period, group: Group) -> float | None:
    first_wins = [(account, won_at(g, account)[0]) for account in g.accounts if won_at(g, account)]
    won = [account for account, at in first_wins if period.has(at) and group.event(account, at)]
    return ratio(len(won), leads_generated(g, period, group))


@oracle("opportunities_created")
def opportunities_created(g: Ground, period: Period, group: Group) -> float:
    return sum(
        period.has(row["created_at"]) and group.event(row["account_id"], row["created_at"])
        for row in g.rows("opportunities")
    )


def spotted(g: Ground, period: Period, group: Group) -> list[Row]:
    """Deals, and persons by their first lead of that source, that the account manager brought of accounts that fit."""
    found = [row for row in g.rows("opportunities") if is_spotted(row)]
    by_person = [[row for row in person.leads if is_spotted(row)] for person in g.once(people)]
    found += [leads[0] for leads in by_person if leads]
    return [
        row
        for row in found
        if period.has(row["created_at"]) and group.event(row["account_id"], row["created_at"])
        and row["account_id"] and (g.accounts[row["account_id"]]["fit_score"] or 0) >= MIN_FIT
    ]  # fmt: skip


def is_spotted(row: Row) -> bool:
    return (row["source"] or "").lower() in SPOTTED


@oracle("opportunity_spotting")
def opportunity_spotting(g: Ground, period: Period, group: Group) -> float:
    return len(spotted(g, period, group))


@oracle("initial_meeting_rate")
def initial_meeting_rate(g: Ground, period: Period, group: Group) -> float | None:
    meetings = [row for row in of_kind(g, "meeting") if row["status"] == "completed"]
    rows = spotted(g, period, group)
    met = [
        row
        for row in rows
        if any(
            row["created_at"] <= meeting["occurred_at"] < period.as_of and meeting["account_id"] == row["account_id"]
            for meeting in meetings
        )
    ]
    return ratio(len(met), len(rows))


def reached_at(g: Ground, column: str, status: str | None) -> dict[str, datetime]:
    """When each account had its first opportunity, or its first one won."""
    found: dict[str, datetime] = {}
    for row in g.rows("opportunities"):
        if row["account_id"] and row[column] is not None and status in (None, row["status"]):
            found[row["account_id"]] = min(row[column], found.get(row["account_id"], row[column]))
    return found


def conversion_of_targets(period: Period, group: Group, goal: dict[str, datetime]) -> float | None:
    g = group.ground
    cohort = {
        row["account_id"]
        for row in g.rows("account_list_members")
        if row["list"] == "target" and row["group"] != "control" and live(row["joined_at"], row["left_at"], period.start)
        and group.state(row["account_id"], period.start)
    }  # fmt: skip
    never = datetime.max
    new = [account for account in cohort if goal.get(account, never) >= period.start]
    return ratio(sum(goal.get(account, never) < period.as_of for account in new), len(new))


@oracle("account_conversion_rate")
def account_conversion_rate(g: Ground, period: Period, group: Group) -> float | None:
    return conversion_of_targets(period, group, reached_at(g, "created_at", None))


@oracle("account_conversion_rate(goal=customer)")
def account_conversion_rate_to_customers(g: Ground, period: Period, group: Group) -> float | None:
    return conversion_of_targets(period, group, reached_at(g, "closed_at", "won"))


def orders_at(g: Ground) -> dict[str, list[datetime]]:
    """When each account ordered: the first line of each order; returns are none."""
    first: dict[tuple[str, str], Row] = {}
    for row in sorted(g.rows("orders"), key=lambda row: row["ordered_at"]):
        if row["kind"] != "return" and row["account_id"] and row["ordered_at"] < g.now:
            first.setdefault((row["account_id"], row["order_id"]), row)
    found: dict[str, list[datetime]] = {}
    for row in first.values():
        found.setdefault(row["account_id"], []).append(row["ordered_at"])
    return found


@oracle("event_conversion_rate")
def event_conversion_rate(g: Ground, period: Period, group: Group) -> float | None:
    """Each order is credited to the latest page view of its account at or before it, and counts with that view."""
    views = of_kind(g, "page_view")
    credited: list[Row] = []
    for account, times in g.once(orders_at).items():
        mine = [row for row in views if row["account_id"] == account]
        for at in times:
            before = [row for row in mine if row["occurred_at"] <= at]
            credited += [max(before, key=lambda row: row["occurred_at"])] if before else []
    base, conversions = (
        [row for row in rows if period.has(row["occurred_at"]) and group.event(row["account_id"], row["occurred_at"])]
        for rows in (views, credited)
    )
    return ratio(len(conversions), len(base))
