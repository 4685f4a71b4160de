"""Customers who speak for us, reach their goals, and buy more."""

from __future__ import annotations

from datetime import timedelta

from tests.golden.adapters.deals import CLOSED, CREATED, opportunity
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given
from tests.golden.world import LONG_AGO, Rows, Scenario

VOICES = "events advocacy_events mentions advocacy rows"
KINDS = ("mention", "review", "referral")
TRANSACTIONS = "transactions total_transactions all_deals deals_won sales"
AT_START = "customers_start customers_at_start customers existing_customers active_customers"


def advocacy(case: Case) -> list[Scenario]:
    """Mentions, reviews and referrals, one by one or counted; customers who can be named as references."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _voices(case, rows, row))
    else:
        rows, groups = Rows(), case.need(VOICES)
        for row in groups:
            _voice(case, rows, row)
        for row in case.group("customers accounts"):
            _customer(rows, rows.account(row.text(ACCOUNT, "id value")))
        scenarios = [timed(case, Scenario(rows), *moments(groups, MOMENT))]
    return finished(case, scenarios, ADVOCACY)


def _voice(case: Case, rows: Rows, row: Given) -> None:
    rows.add(
        "advocacy_events",
        event_id=row.text("id event_id") or rows.fresh("voice"),
        occurred_at=row.when(MOMENT) or frame(case)[1],
        kind=row.text("kind type"),
        account_id=rows.account(row.text(ACCOUNT) or "account1"),
        valid_until=row.when("valid_until expires"),
        **row.some("sentiment rating"),
    )


def _voices(case: Case, rows: Rows, row: Given) -> None:
    rows.ensure("advocacy_events", "accounts")
    for kind in KINDS:
        for _ in range(row.whole(f"{kind}s", f"positive_{kind}s")):
            _voice(case, rows, Given({"kind": kind, "rating": 5, "sentiment": "positive"}))
    references = row.whole("referenceable references referenceable_clients")
    for number in range(row.whole("customers clients total_customers")):
        account = rows.account()
        _customer(rows, account)
        if number < references:
            _voice(case, rows, Given({"kind": "reference", "account": account}))


def _customer(rows: Rows, account: str, start: object = LONG_AGO) -> None:
    id = f"subscription of {account}"
    rows.once("subscriptions", "subscription_id", id, account_id=account, started_on=start, mrr=100)


def goals(case: Case) -> list[Scenario]:
    """Goals with what was to be reached by when, and what was reached; or how many were."""
    rows, groups = Rows(), case.group("goals outcomes rows") or case.need(AGGREGATES)
    start, middle, _ = frame(case)
    rows.ensure("goals")
    for row in groups:
        if row.has("due goals_due") and not row.has("target"):
            due, achieved = row.whole("due goals_due"), row.whole("achieved goals_achieved")
            whole = {"set_on": start - timedelta(days=90), "due_on": middle, "baseline": 0, "target": 1}
            for number in range(due):
                given = whole | ({"achieved_on": middle, "actual": 1} if number < achieved else {"actual": 0})
                _goal(case, rows, Given(given))
        else:
            _goal(case, rows, row)
    for row in case.group("progress goal_progress"):
        rows.add(
            "goal_progress",
            goal_id=row.text("goal goal_id id"),
            measured_on=row.when("measured_on", MOMENT),
            actual=row.number("actual value"),
        )
    scenario = timed(case, Scenario(rows), *moments(groups, "due_on due due_date"))
    return finished(case, [scenario], GOALS)


def _goal(case: Case, rows: Rows, row: Given) -> None:
    start, middle, _ = frame(case)
    due = row.when("due_on due due_date") or middle
    achieved = row.take("achieved_on achieved achieved_at")
    on = (
        due
        if achieved is True
        else Given({"at": achieved}).when("at")
        if isinstance(achieved, str)
        else achieved or None
    )
    id = row.text("id goal goal_id name") or rows.fresh("goal")
    rows.add(
        "goals",
        goal_id=id,
        account_id=rows.account(row.text(ACCOUNT) or "account1"),
        name=id,
        baseline=row.number("baseline", default=0),
        target=row.number("target goal_value", default=1),
        set_on=row.when("set_on start started") or start - timedelta(days=90),
        due_on=due,
        achieved_on=on,
        actual=row.number("actual current"),
    )
    if (progress := row.number("progress")) is not None:
        rows.add("goal_progress", goal_id=id, measured_on=middle, actual=progress)


def expansion(case: Case) -> list[Scenario]:
    """Offers made and accepted, or customers who bought more."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _offers(case, rows, row))
    else:
        rows, groups = Rows(), case.need("opportunities deals offers rows")
        for row in groups:
            opportunity(rows, row, frame(case))
        for row in case.group("customers accounts"):
            _customer(rows, rows.account(row.text(ACCOUNT, "id value"), **row.some(CUTS)))
        scenarios = [timed(case, Scenario(rows), *moments(groups, CREATED, CLOSED))]
    return finished(case, scenarios, EXPANSION)


def _offers(case: Case, rows: Rows, row: Given) -> None:
    """Every offer is a deal with a customer of its own, won where it was accepted."""
    start, middle, _ = frame(case)
    rows.ensure("opportunities", "subscriptions", "accounts")
    taken = {
        kind: row.whole(
            f"{kind}_accepted {kind}s {kind}_customers customers_with_{kind} {kind}_transactions customers_{kind}"
        )
        for kind in ("upsell", "cross_sell")
    }
    total = {kind: row.number(f"{kind}_revenue", f"{kind}_value") for kind in taken}
    for kind, count in taken.items():
        count = count or int(total[kind] is not None)
        for number in range(row.whole(f"{kind}_offers", default=count)):
            won = number < count
            account = rows.account()
            _customer(rows, account)
            amount = None if total[kind] is None or not won else (total[kind] or 0) / count
            given = {"account": account, "type": kind, "status": "won" if won else "lost", "amount": amount}
            opportunity(rows, Given({**given, "created": start + timedelta(days=1), "closed": middle}), frame(case))
    won = sum(deal["status"] == "won" for deal in rows.tables["opportunities"])
    for _ in range(row.whole(TRANSACTIONS, default=won) - won):  # the other deals of the period
        opportunity(rows, Given({"type": "new_business", "created": start, "closed": middle}), frame(case))
    known = len(rows.tables["accounts"])
    for _ in range(row.whole(AT_START, default=known) - known):
        _customer(rows, rows.account())


ADVOCACY: dict[str, Reading] = {
    **{f"{kind}s": part("brand_advocacy", f"{kind}s") for kind in KINDS},
    **named("total advocacy brand_advocacy", answer("brand_advocacy")),
    **named("index brand_advocacy_index", answer("brand_advocacy_index")),
    **named("share rate", answer("referenceable_clients")),
    **named("referenceable count", part("referenceable_clients", "referenceable")),
}
GOALS: dict[str, Reading] = {
    **named("achieved_rate lagging outcomes_achieved customer_outcomes", answer("customer_outcomes")),
    **named("partial partial_credit with_partial_credit", answer("customer_outcomes", partial_credit=True)),
    **named("on_track leading outcomes_on_track", answer("outcomes_on_track")),
    **named("gap outcome_gap", answer("outcome_gap")),
}
EXPANSION: dict[str, Reading] = {
    kpi: answer(kpi) for kpi in ("upsell_rate", "cross_sell_rate", "upsell_revenue", "cross_sell_revenue")
}
