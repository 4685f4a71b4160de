"""Customer voice recounted: answers to surveys, what people say about us in public, and who can be named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.oracle.doings import live
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio

CLIENTS = ("nps", "csat", "ces")


def answers(g: Ground, *surveys: str) -> list[Row]:
    """Answers with a mark, of people outside."""
    return [
        row
        for row in g.rows("survey_responses")
        if row["survey"] in surveys and row["score"] is not None and not g.is_internal(row["contact_id"])
    ]


def given(g: Ground, period: Period, group: Group, survey: str) -> list[Row]:
    return [
        row
        for row in answers(g, survey)
        if period.has(row["answered_at"]) and group.event(row["account_id"], row["answered_at"])
    ]


def latest_per_person(rows: list[Row], person: str = "contact_id") -> list[Row]:
    """The last answer of each; whoever is not known by name is one of his own."""
    latest: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["answered_at"], row["response_id"])):
        latest[(person, row[person]) if row[person] else ("response", row["response_id"])] = row
    return list(latest.values())


def promoter_score(rows: list[Row]) -> float | None:
    marks = [row["score"] for row in rows]
    return ratio(100 * (sum(mark >= 9 for mark in marks) - sum(mark <= 6 for mark in marks)), len(marks))


@oracle("nps")
def nps(g: Ground, period: Period, group: Group) -> float | None:
    asked = [row for row in answers(g, "nps") if period.has(row["answered_at"])]
    return promoter_score(
        [row for row in latest_per_person(asked) if group.event(row["account_id"], row["answered_at"])]
    )


@oracle("nps(window_days=90)")
def nps_of_90_days(g: Ground, period: Period, group: Group) -> float | None:
    asked = [row for row in answers(g, "nps") if period.window(row["answered_at"], 90)]
    return promoter_score([row for row in latest_per_person(asked) if group.state(row["account_id"], period.as_of)])


@oracle("nps(dedupe=none)")
def nps_of_every_answer(g: Ground, period: Period, group: Group) -> float | None:
    return promoter_score(given(g, period, group, "nps"))


@oracle("nps(weighting=account)")
def nps_by_account(g: Ground, period: Period, group: Group) -> float | None:
    """The mean of the accounts' scores."""
    asked = latest_per_person([row for row in answers(g, "nps") if period.has(row["answered_at"])])
    mine = [row for row in asked if row["account_id"] and group.event(row["account_id"], row["answered_at"])]
    scores = [promoter_score([row for row in mine if row["account_id"] == id_]) for id_ in g.accounts]
    return mean([score for score in scores if score is not None])


def satisfied(row: Row) -> bool:
    """The two best marks of the row's scale, 1 to 5 where it names none."""
    best = row["scale_max"] if row["scale_max"] is not None else 5
    return bool(row["score"] >= best - 1)


@oracle("csat")
def csat(g: Ground, period: Period, group: Group) -> float | None:
    rows = given(g, period, group, "csat")
    return ratio(sum(map(satisfied, rows)), len(rows))


@oracle("csat(method=mean)")
def csat_mean(g: Ground, period: Period, group: Group) -> float | None:
    return mean([row["score"] for row in given(g, period, group, "csat")])


@oracle("ces")
def ces(g: Ground, period: Period, group: Group) -> float | None:
    return mean([row["score"] for row in given(g, period, group, "ces")])


@oracle("ces(method=agree_share)")
def ces_agree_share(g: Ground, period: Period, group: Group) -> float | None:
    rows = given(g, period, group, "ces")
    return ratio(sum(row["score"] >= 5 for row in rows), len(rows))


@oracle("ces(scale=effort_1_low)")
def ces_of_effort(g: Ground, period: Period, group: Group) -> float | None:
    return mean([8 - row["score"] for row in given(g, period, group, "ces")])


@oracle("response_rate")
def response_rate(g: Ground, period: Period, group: Group) -> float | None:
    """Answers over invitations not known to have failed, of the surveys of clients, each by its own date."""
    answered = sum(len(given(g, period, group, survey)) for survey in CLIENTS)
    invited = [
        row
        for row in g.rows("survey_invitations")
        if row["survey"] in CLIENTS and row["delivered"] is not False and not g.is_internal(row["contact_id"])
        and period.has(row["sent_at"]) and group.event(row["account_id"], row["sent_at"])
    ]  # fmt: skip
    return ratio(answered, len(invited))


def good_words(g: Ground, period: Period, group: Group) -> list[str]:
    """The kind of every mention that is not known to be less than positive, review of 4 or 5, and referral."""
    good: dict[str, Callable[[Row], bool]] = {
        "mention": lambda row: (row["sentiment"] or "positive").lower() == "positive",
        "review": lambda row: (row["rating"] or 0) >= 4,
        "referral": lambda row: True,
    }
    return [
        row["kind"]
        for row in g.rows("advocacy_events")
        if row["kind"] in good and good[row["kind"]](row)
        and period.has(row["occurred_at"]) and group.event(row["account_id"], row["occurred_at"])
    ]  # fmt: skip


@oracle("brand_advocacy")
def brand_advocacy(g: Ground, period: Period, group: Group) -> float:
    return len(good_words(g, period, group))


@oracle("brand_advocacy_index")
def brand_advocacy_index(g: Ground, period: Period, group: Group) -> float:
    return sum({"mention": 1, "review": 3, "referral": 5}[kind] for kind in good_words(g, period, group))


def customers(g: Ground, instant: datetime) -> set[str]:
    """Accounts whose paid subscription runs just before an instant; a trial at price 0 is no subscription."""
    return {
        row["account_id"]
        for row in g.rows("subscriptions")
        if row["account_id"] and monthly(row) > 0 and live(row["started_on"], row["ended_on"], instant)
        and row["ended_on"] != row["started_on"]
    }  # fmt: skip


def monthly(row: Row) -> float:
    if row["mrr"] is not None:
        return float(row["mrr"])
    if row["price"] is None:
        return 0.0
    quantity = 1 if row["quantity"] is None else row["quantity"]
    return float(row["price"] * quantity * (1 - (row["discount"] or 0)) / (row["billing_months"] or 1))


@oracle("referenceable_clients")
def referenceable_clients(g: Ground, period: Period, group: Group) -> float | None:
    end = period.as_of
    paying = {account for account in customers(g, end) if group.state(account, end)}
    named = {
        row["account_id"]
        for row in g.rows("advocacy_events")
        if row["kind"] in ("reference", "case_study") and speaks_at(g, row, end)
    }
    return ratio(len(paying & named), len(paying))


def speaks_at(g: Ground, row: Row, end: datetime) -> bool:
    """What has an end is a consent until then; anything else counts for 12 months."""
    if row["valid_until"] is not None:
        return live(row["occurred_at"], row["valid_until"], end)
    return bool(g.add_months(end, -12) <= row["occurred_at"] < end)
