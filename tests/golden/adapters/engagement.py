"""Engagement: points of events that fade, contacts reached, accounts that qualify."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, length, split
from tests.golden.world import LONG_AGO, Desk, Rows, Scenario

EVENTS = "events activities touches interactions"
AGE = "days_before_as_of days_before age_days days_ago age"
PERSON = "person contact contact_id person_id user user_id"
KIND = "kind type event_type event action"
WEIGHT = "weight points score"
ROLE = "role buying_role persona"
FIT = "fit fit_score icp_fit"
POINTS = "points_90d points score engagement_points engagement_score"
PEOPLE = "people engaged_people persons people_90d contacts engaged_contacts"
KINDS = {
    "page_view": "visit page_visit web_visit pageview website_visit",
    "email_opened": "email_open open",
    "email_clicked": "email_click click",
    "email_replied": "reply email_reply",
    "content_downloaded": "download content_download",
    "form_submitted": "form form_fill form_submit",
    "event_attended": "webinar event webinar_attended event_attendance",
    "social_interaction": "social",
    "unsubscribed": "unsubscribe",
}


def kind_of(word: str) -> str:
    """The word of the catalog for a kind of activity; others stay as they are."""
    return next((kind for kind, words in KINDS.items() if word in split(words)), word)


def score(case: Case) -> list[Scenario]:
    """Events with a weight or a kind, at a time or at an age in days."""
    if case.kpi.startswith("engaged_account") and not case.has(EVENTS):
        return _scores(case)
    rows, groups = Rows(), case.need(EVENTS, "rows")
    weights = _weights(case)
    rows.ensure("accounts", "contacts")
    for row in groups:
        _event(case, rows, row, weights)
    for name in ("half_life", "window"):
        if (found := length(case.option(name))) is not None:
            case.options[f"{name}_days"] = found[0]
    multipliers = case.option("role_multipliers role_mult", default=case.inputs.take("role_multipliers role_mult"))
    if multipliers:
        case.options["role_multipliers"] = multipliers
    if weights:
        case.options["weights"] = weights
    return finished(case, [timed(case, Scenario(rows), *moments(groups, MOMENT))], SCORE)


def _scores(case: Case) -> list[Scenario]:
    """Accounts with the score they have: one event of so many points that has not faded."""
    rows, weights = Rows(), dict[str, Any]()
    for row in case.need("accounts scores rows"):
        row.skim("id name")
        points = {"account": row.text(ACCOUNT, "id name"), "weight": row.number("value", WEIGHT, "engagement_score")}
        _event(case, rows, Given(points), weights)
    case.options = {"weights": weights, "decay": "none", **case.options}
    return finished(case, [timed(case, Scenario(rows))], SCORE)


def _weights(case: Case) -> dict[str, Any]:
    found = case.option("weights", default=case.inputs.take("weights")) or {}
    return {kind_of(kind): value for kind, value in found.items()}


def _event(case: Case, rows: Rows, row: Given, weights: dict[str, Any]) -> None:
    """One event. A bare weight makes a kind of its own."""
    kind, weight, age = kind_of(row.text(KIND) or ""), row.number(WEIGHT), row.number(AGE)
    if weight is not None:
        if not kind or weights.get(kind, weight) != weight:
            kind = f"kind_{len(weights) + 1}"
        weights[kind] = weight
    account = rows.account(row.text(ACCOUNT) or "account1", **row.some(CUTS))
    moment = row.when(MOMENT) or (case.as_of or frame(case)[2]) - timedelta(days=age or 0)
    if not age and not row.has(MOMENT):  # the present itself is not over yet
        moment -= timedelta(microseconds=1)
    person = rows.contact(account, row.text(PERSON) or f"person of {account}", buying_role=row.text(ROLE))
    for _ in range(row.whole("count n", default=1)):
        rows.add(
            "activities",
            activity_id=rows.fresh("event"),
            occurred_at=moment,
            kind=kind,
            account_id=account,
            contact_id=person,
            is_bot=row.take("is_bot bot"),
            **row.some("status direction"),
        )


def penetration(case: Case) -> list[Scenario]:
    """Contacts with a role, engaged or not; or how many are known and engaged."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _reached(case, rows, row))
    else:
        rows = Rows()
        for row in case.need("contacts people stakeholders"):
            _known(case, rows, row)
        for row in case.group(EVENTS):
            _event(case, rows, row, {})
        scenarios = [timed(case, Scenario(rows), frame(case)[1])]
    roles = case.inputs.take("required_roles buying_group", default=case.option("required_roles"))
    for scenario in scenarios:
        if found := roles or scenario.rows.facts.get("roles"):
            scenario.options["buying_roles"] = list(found)
    return finished(case, scenarios, PENETRATION)


def _known(case: Case, rows: Rows, row: Given) -> None:
    account = rows.account(row.text(ACCOUNT) or "account1", **row.some(CUTS))
    internal = row.take("is_internal internal")
    contact = rows.contact(account, row.text("id", PERSON), buying_role=row.text(ROLE), is_internal=internal)
    if row.take("engaged is_engaged active"):
        _engage(case, rows, account, contact)


def _engage(case: Case, rows: Rows, account: str, contact: str) -> None:
    rows.add(
        "activities",
        activity_id=rows.fresh("event"),
        occurred_at=frame(case)[1],
        kind="meeting",
        status="completed",
        account_id=account,
        contact_id=contact,
        direction="inbound",
    )


def _reached(case: Case, rows: Rows, row: Given) -> None:
    """So many known people, the first of them engaged; the first engaged ones in required roles."""
    known = row.whole("known_contacts contacts known total_contacts stakeholders identified")
    engaged = row.whole("engaged_contacts engaged stakeholders_engaged contacts_engaged")
    required, covered = (
        row.whole("required_roles roles_required roles"),
        row.whole("covered_roles roles_engaged roles_covered engaged_roles"),
    )
    account = rows.account(row.text(ACCOUNT))
    rows.ensure("activities", "contacts")
    roles = [f"role{number + 1}" for number in range(required)]
    for number in range(max(known, covered)):
        contact = rows.contact(account, buying_role=roles[number] if number < covered else None)
        if number < max(engaged, covered if not known else 0):
            _engage(case, rows, account, contact)
    if roles:
        rows.facts["roles"] = roles


def threads(case: Case) -> list[Scenario]:
    """Open opportunities with so many engaged people, or with people one by one."""
    rows, middle = Rows(), frame(case)[1]
    rows.ensure("activities", "contacts", "opportunities", "opportunity_contacts")
    for row in case.group(AGGREGATES):
        people = row.whole("engaged_contacts engaged people contacts")
        for index in range(row.whole("open_opportunities opportunities open deals", default=1)):
            _threaded(case, rows, Given({"engaged_contacts": 0 if index else people}), middle)
    for row in case.group("opportunities deals rows"):
        _threaded(case, rows, row, middle)
    for row in case.group("contacts people stakeholders"):
        deal = row.text("opportunity opportunity_id deal deal_id")
        _known(case, rows, row)
        if deal:
            rows.add("opportunity_contacts", opportunity_id=deal, contact_id=row.text("id", PERSON))
    return finished(case, [timed(case, Scenario(rows))], THREADS)


def _threaded(case: Case, rows: Rows, row: Given, middle: datetime) -> None:
    """An open opportunity of an account of its own, where none is named."""
    account, deal = (
        rows.account(row.text(ACCOUNT)),
        row.text("id opportunity_id deal opportunity") or rows.fresh("deal"),
    )
    opened, status = row.when("created created_at created_on") or middle, row.text("status") or "open"
    rows.add(
        "opportunities", opportunity_id=deal, account_id=account, status=status, created_at=opened, closed_at=row.when("closed closed_at"),
    )  # fmt: skip
    found = row.take("engaged_contacts engaged contacts people contacts_engaged", default=0)
    for index in range(found if isinstance(found, int) else len(found)):
        contact = rows.contact(account, f"{deal} person {index + 1}" if isinstance(found, int) else found[index])
        rows.add("opportunity_contacts", opportunity_id=deal, contact_id=contact)
        _engage(case, rows, account, contact)


def qualified(case: Case) -> list[Scenario]:
    """Accounts with points and people, or the events that brought them."""
    rows, weights = Rows(), _weights(case)
    groups, events = case.group("accounts"), case.group(EVENTS)
    for row in groups:
        _scored(case, rows, row, weights)
    for row in events or ([] if groups else case.need(EVENTS, "rows")):
        _event(case, rows, row, weights)
    if not any(account.get("fit_score") is not None for account in rows.tables["accounts"]):
        case.options.setdefault("require_fit", False)  # as the sheet advises where nobody scores
    if weights:
        case.options["weights"] = weights
    if case.kpi == "mqa_rate" or any("rate" in field for field in case.expected):
        for account in rows.tables["accounts"]:
            rows.add("account_list_members", account_id=account["account_id"], list="target", joined_at=LONG_AGO)
    return finished(case, [timed(case, Scenario(rows), *moments([*groups, *events], MOMENT))], QUALIFIED)


def _scored(case: Case, rows: Rows, row: Given, weights: dict[str, Any]) -> None:
    """Points shared by so many people, on one day of the period."""
    fit = row.take(FIT)
    fit = {True: 100, False: 0}[fit] if isinstance(fit, bool) else fit
    account = rows.account(row.text(ACCOUNT, "id name"), fit_score=fit, **row.some(CUTS))
    points, people = row.number(POINTS), row.whole(PEOPLE, default=int(case.options.get("min_people", 2)))
    rows.ensure("activities")
    for number in range(people if points else 0):
        kind = f"points_of_{account}"
        weights[kind] = (points or 0) / people
        rows.add(
            "activities",
            activity_id=rows.fresh("event"),
            occurred_at=row.when(MOMENT) or frame(case)[1],
            kind=kind,
            account_id=account,
            contact_id=rows.contact(account, f"{account} person {number + 1}"),
        )


def _who(desk: Desk) -> list[str]:
    """The accounts that qualified."""
    return sorted(name for name, value in over("mqa_count", "account_id")(desk).items() if value)


SCORE: dict[str, Reading] = {
    **named("score engagement_score", answer("engagement_score")),
    **named("undecayed raw_points raw points", part("engagement_score", "raw_points")),
    "linear": answer("engagement_score", decay="linear"),
    "none": answer("engagement_score", decay="none"),
    **named("count engaged_accounts", answer("engaged_accounts")),
    **named("rate engaged_account_rate", answer("engaged_account_rate")),
    "by_account": over("engagement_score", "account_id"),
}
PENETRATION: dict[str, Reading] = {
    **named("stakeholders_engaged engaged engaged_contacts", answer("stakeholders_engaged")),
    **named("penetration_rate penetration account_penetration contact_penetration", answer("account_penetration")),
    **named("role_coverage buying_group_coverage coverage", answer("buying_group_coverage")),
    **named("identified identified_coverage", answer("buying_group_coverage", reached="identified")),
    "known_contacts": part("account_penetration", "base known_contacts"),
    "by_account": over("account_penetration", "account_id"),
}
THREADS: dict[str, Reading] = {
    **named("mean coverage_multithreading engaged_per_opportunity", answer("coverage_multithreading")),
}
QUALIFIED: dict[str, Reading] = {
    **named("mqa accounts qualified", _who),
    **named("count mqa_count", answer("mqa_count")),
    **named("open mqa_open", answer("mqa_open")),
    **named("rate mqa_rate", answer("mqa_rate")),
    "by_account": over("mqa_count", "account_id"),
}
