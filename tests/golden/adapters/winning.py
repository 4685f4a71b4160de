"""Accounts won: reached out to, converted, spotted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.golden.adapters.deals import CREATED, DEALS, opportunity, touch
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given
from tests.golden.world import LONG_AGO, Desk, Rows, Scenario

CONTACTED = "contacted accounts_contacted prospects prospects_contacted reached reached_out outreach accounts_reached"
WON = "won acquired accounts_won clients_won new_clients new_customers customers converted wins"
METHOD = "method kind channel type outreach_method"
TOUCHES = "touches outreach activities events rows"
HISTORIES = "histories prospects accounts"
CURVE = "curve touch_curve by_touch"
TOUCH = "touch k touch_number number"
WON_AT = "won_at won_on customer_at customer_since closed_at closed closed_on"
JOINED, LEFT = "joined_at joined_on joined listed_at", "left_at left_on left"
COHORT = "cohort target_accounts targets accounts accounts_in_cohort list"
REACHED = "converted reached goal_reached accounts_converted opportunities customers"
FIRST = "opportunity_at opportunity_created_at first_opportunity_at opportunity opportunity_on reached_at converted_at"
SPOTTED = "spotted spotted_opportunities opportunities_spotted opportunities leads identified"
MET = "met meetings first_meetings initial_meetings meetings_held held"
KINDS = {"email": "email_sent", "e-mail": "email_sent", "mail": "email_sent", "phone": "call", "linkedin": "message"}


def outreach(case: Case) -> list[Scenario]:
    """Touches and wins one by one, histories of so many touches, the curve by touch, or counts."""
    if case.has(AGGREGATES):
        return finished(case, spread(case, case.group(AGGREGATES), by(case, _counted)), OUTREACH)
    rows = Rows()
    rows.ensure("opportunities", "activities")
    if case.has(CURVE):
        _curve(case, rows, case.group(CURVE))
        return finished(case, [timed(case, Scenario(rows))], OUTREACH)
    if case.kpi == "touch_saturation" and not case.has("touches activities events"):
        for row in case.need(HISTORIES):
            for _ in range(row.whole("n count", default=1)):
                _history(case, rows, row.whole("touches touch_count"), bool(row.take("won is_won")))
        return finished(case, [timed(case, Scenario(rows))], OUTREACH)
    groups, deals = case.need(TOUCHES), case.group("deals opportunities wins customers won")
    for row in groups:
        account = rows.account(row.text(ACCOUNT), **row.some(CUTS))
        touch(
            rows,
            account,
            row.when(MOMENT) or frame(case)[1],
            kind=_kind(row),
            direction=row.text("direction") or "outbound",
        )
    for row in deals:
        win(rows, rows.account(row.text(ACCOUNT, "value")), row.when(WON_AT, MOMENT) or frame(case)[1])
    return finished(case, [timed(case, Scenario(rows), *moments(groups, MOMENT), *moments(deals, WON_AT))], OUTREACH)


def by(case: Case, build: Callable[[Case, Rows, Given], None]) -> Callable[[Rows, Given], None]:
    return lambda rows, row: build(case, rows, row)


def _kind(row: Given) -> str:
    word = (row.text(METHOD) or "call").lower()
    return KINDS.get(word, word)


def _counted(case: Case, rows: Rows, row: Given) -> None:
    start, middle, _ = frame(case)
    rows.ensure("opportunities", "activities")
    kind, won = _kind(row), row.whole(WON)
    for number in range(row.whole(CONTACTED)):
        account = rows.account()
        touch(rows, account, start + timedelta(days=1), kind=kind, direction="outbound")
        if number < won:
            win(rows, account, middle)


def _curve(case: Case, rows: Rows, groups: list[Given]) -> None:
    """At risk of touch k and not won: those that had the next touch, and those whose last one it was."""
    at_risk = {row.whole(TOUCH): row.whole("at_risk accounts reached") for row in groups}
    wins = {row.whole(TOUCH): row.whole("wins won") for row in groups}
    for k, count in at_risk.items():
        for number in range(count - at_risk.get(k + 1, 0)):
            _history(case, rows, k, won=number < wins[k])


def _history(case: Case, rows: Rows, touches: int, won: bool) -> None:
    start, middle, _ = frame(case)
    account = rows.account()
    for number in range(touches):
        touch(rows, account, start - timedelta(days=touches - number), direction="outbound")
    if won:
        win(rows, account, middle)


def win(rows: Rows, account: str, moment: datetime, amount: float = 100, created: datetime | None = None) -> None:
    rows.add(
        "opportunities",
        opportunity_id=rows.fresh("deal"),
        account_id=account,
        status="won",
        amount=amount,
        created_at=created or moment - timedelta(hours=1),
        closed_at=moment,
    )


def conversion(case: Case) -> list[Scenario]:
    """Target accounts with the instants they reached their goals, or counts."""
    if case.has(AGGREGATES):
        return finished(case, spread(case, case.group(AGGREGATES), by(case, _converted)), CONVERSION)
    rows, groups = Rows(), case.need("accounts target_accounts targets rows")
    rows.ensure("opportunities")
    for row in groups:
        account = rows.account(row.text(ACCOUNT, "id value"), **row.some(CUTS))
        _listed(rows, account, row.when(JOINED) or LONG_AGO, row.when(LEFT))
        created, won = row.when(FIRST, CREATED), row.when(WON_AT)
        if won:
            win(rows, account, won, created=created)
        elif created:
            rows.add(
                "opportunities",
                opportunity_id=rows.fresh("deal"),
                account_id=account,
                status="open",
                created_at=created,
            )
    return finished(
        case,
        [timed(case, Scenario(rows), *moments(groups, f"{FIRST} {CREATED}"), *moments(groups, WON_AT))],
        CONVERSION,
    )


def _listed(rows: Rows, account: str, joined: datetime, left: datetime | None) -> None:
    rows.add("account_list_members", account_id=account, list="target", group="target", joined_at=joined, left_at=left)


def _converted(case: Case, rows: Rows, row: Given) -> None:
    middle = frame(case)[1]
    rows.ensure("opportunities", "account_list_members")
    reached = row.whole(REACHED)
    for number in range(row.whole(COHORT)):
        account = rows.account()
        _listed(rows, account, LONG_AGO, None)
        if number < reached:
            win(rows, account, middle)


def spotting(case: Case) -> list[Scenario]:
    """Leads and opportunities with their source and the fit of their accounts, and meetings; or counts."""
    if case.has(AGGREGATES):
        return finished(case, spread(case, case.group(AGGREGATES), by(case, _spotted)), SPOTTING)
    rows = Rows()
    rows.ensure("opportunities", "leads", "activities")
    deals, leads, meetings = case.group(DEALS), case.group("leads"), case.group("meetings")
    for row in case.group("accounts"):
        rows.account(row.text(ACCOUNT, "id"), **row.some("fit_score", CUTS))
    for row in deals:
        _fit(rows, row)
        opportunity(rows, Given({"status": "open", **row}), frame(case))
        row.skim(*row)
    for row in leads:
        rows.add(
            "leads",
            lead_id=row.text("id lead lead_id") or rows.fresh("lead"),
            account_id=_fit(rows, row),
            created_at=row.when(CREATED, MOMENT) or frame(case)[0] + timedelta(days=1),
            **row.some("source email contact_id"),
        )
    for row in meetings:
        account = rows.account(row.text(ACCOUNT))
        touch(rows, account, row.when(MOMENT) or frame(case)[1], kind="meeting", status=row.text("status"))
    given = [*moments(deals, CREATED), *moments(leads, f"{CREATED} {MOMENT}")]
    return finished(case, [timed(case, Scenario(rows), *given)], SPOTTING)


def _fit(rows: Rows, row: Given) -> str:
    return rows.account(row.text(ACCOUNT), fit_score=row.number("fit_score fit"))


def _spotted(case: Case, rows: Rows, row: Given) -> None:
    start, middle, _ = frame(case)
    rows.ensure("opportunities", "leads", "activities")
    met = row.whole(MET)
    for number in range(row.whole(SPOTTED)):
        account = rows.account(fit_score=80)
        given = {
            "account": account,
            "status": "open",
            "source": "account_manager",
            "created": start + timedelta(days=1),
        }
        opportunity(rows, Given(given), frame(case))
        if number < met:
            touch(rows, account, middle, kind="meeting")


def _along_the_curve(name: str) -> Reading:
    """`{"1": 0.1, "2": 0.05}`: a part of the curve by touch."""

    def read(desk: Desk) -> dict[str, Any]:
        rows = desk.rows("touch_saturation", by="touch_number", show="marginal")
        return {
            str(row["by"]["touch_number"]): row["parts"][name] for row in rows if row["by"]["touch_number"] is not None
        }

    return read


OUTREACH: dict[str, Reading] = {
    **named("accounts_contacted contacted reached prospects", answer("accounts_contacted")),
    **named("client_acquisition_rate acquisition_rate", answer("client_acquisition_rate")),
    **named("won accounts_won", part("client_acquisition_rate", "won")),
    **named("touch_saturation saturation_touch saturation", answer("touch_saturation")),
    **{name: _along_the_curve(name) for name in ("marginal", "at_risk", "wins")},
    "by_method": lambda desk: over(desk.scenario.main or "", "method")(desk),
}
CONVERSION: dict[str, Reading] = {
    **named("conversion_rate account_conversion_rate", answer("account_conversion_rate")),
    **named("opportunity opportunity_rate", answer("account_conversion_rate", goal="opportunity")),
    **named("customer customer_rate", answer("account_conversion_rate", goal="customer")),
}
SPOTTING: dict[str, Reading] = {
    **named("spotted spotted_opportunities opportunity_spotting", answer("opportunity_spotting")),
    **named("meeting_rate initial_meeting_rate", answer("initial_meeting_rate")),
    **named("met meetings", part("initial_meeting_rate", "met")),
}
