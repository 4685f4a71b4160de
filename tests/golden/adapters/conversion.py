"""Leads that became customers, and events that led to others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import GRAINS, Reading, answer, named, part
from tests.golden.words import Given, NotRunError, length, split
from tests.golden.world import Desk, Row, Rows, Scenario

CREATED = "created created_at created_on date ts created_date"
CONVERTED = "converted_at converted_on won_at customer_at customer_since won_on conversion_date"
LEAD = "email source score contact_id owner_id budget authority need timeline"
STAGES = {"became_mql_at": "became_mql_at mql_at mql", "became_sql_at": "became_sql_at sql_at sql"}
COUNTED = "converted conversions customers won converted_leads"
WON = f"won_at closed closed_at {MOMENT}"
WHEN = f"ds created_at {MOMENT}"
WHO = "user_id user account account_id entity contact contact_id person customer_id visitor_id lead_id"
BASE = "visits base_events base clicks views impressions touches signups"
MADE = "buys conversions purchases conversion_events orders sales"
KINDS = {"views": "page_view", "clicks": "ad_clicked", "impressions": "ad_impression", "signups": "event_registered"}
VISIT, BUY = "page_view", "form_submitted"


def leads(case: Case) -> list[Scenario]:
    """Leads with the day they became customers, or counts of both."""
    if (window := length(case.option("window within window_days"))) is not None:
        case.options["window_days"] = window[0]
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row))
    else:
        scenarios = [_leads(case)]
    return finished(case, scenarios, LEADS)


def _leads(case: Case) -> Scenario:
    rows, groups = Rows(), case.need("leads prospects rows")
    rows.ensure("leads", "opportunities")
    for row in groups:
        _lead(case, rows, row)
    deals = case.group("deals opportunities customers won")
    for row in deals:
        account = rows.account(row.text(ACCOUNT))
        _won(rows, account, row.when(WON) or frame(case)[1], row.text("status") or "won")
    scenario = timed(case, Scenario(rows), *moments(groups, CREATED))
    if scenario.as_of is None:  # what became of them is known too
        last = [*moments(groups, CONVERTED), *moments(deals, WON)]
        scenario.as_of = max([scenario.end, *(moment + timedelta(days=1) for moment in last)])
    return scenario


def _counted(case: Case, rows: Rows, row: Given) -> None:
    mqls, sqls = row.whole("mqls mql mql_count"), row.whole("sqls sql sql_count")
    count, converted = row.whole("leads leads_created total_leads lead_count n", default=mqls), row.whole(COUNTED)
    rows.ensure("leads", "opportunities", "accounts")
    for number in range(count):
        lead: Row = {"converted": number < converted}
        if number < mqls:
            lead["mql_at"] = frame(case)[1] - timedelta(days=1)
        if number < sqls:
            lead |= {"sql_at": frame(case)[1], "budget": True, "authority": True, "need": True, "timeline": True}
        _lead(case, rows, Given(lead))
    start, middle, _ = frame(case)
    for _ in range(max(converted - count, 0)):  # more customers than leads: those of earlier leads
        account = rows.account()
        rows.add("leads", lead_id=rows.fresh("lead"), created_at=start - timedelta(days=60), account_id=account)
        _won(rows, account, middle)


def _lead(case: Case, rows: Rows, row: Given) -> None:
    start, middle, _ = frame(case)
    created, converted = row.when(CREATED) or start + timedelta(days=1), row.when(CONVERTED)
    word = row.take("converted is_converted customer became_customer won")
    if isinstance(word, str) and converted is None:
        converted = Given({"at": word}).when("at")
    for _ in range(row.whole("n count", default=1)):
        account = rows.account(row.text(ACCOUNT), **row.some(CUTS))
        id = row.text("id lead lead_id") or rows.fresh("lead")
        stages = {name: row.when(names) for name, names in STAGES.items() if row.has(names)}
        rows.add("leads", lead_id=id, created_at=created, account_id=account, **row.some(LEAD), **stages)
        if converted or word:
            _won(rows, account, converted or max(middle, created + timedelta(days=1)))


def _won(rows: Rows, account: str, moment: datetime, status: str = "won") -> None:
    rows.add(
        "opportunities",
        opportunity_id=rows.fresh("deal"),
        account_id=account,
        status=status,
        amount=1000,
        created_at=moment - timedelta(hours=12),
        closed_at=moment,
    )


def events(case: Case) -> list[Scenario]:
    """Base events and conversions of the same people."""
    _window(case)
    base = next((name for name in split(BASE) if name in case.inputs), None)
    kind = KINDS.get(base or "", VISIT)
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _pairs(case, rows, row))
    else:
        scenarios = [_logged(case, kind)]
    case.options = {"base": kind, "conversion": BUY, **case.options}
    by_grain = {field: _by_grain(grain, case.kind == "peer") for field, grain in GRAINS.items()}
    return finished(case, scenarios, EVENTS | by_grain)


def _window(case: Case) -> None:
    """The words of other tools for what is the rule here anyway, and the length of the window."""
    if case.option("attribute_to", default="latest_prior_base_event") != "latest_prior_base_event":
        raise NotRunError("a conversion is always credited to the latest base event before it")
    case.option("grain entity")
    if alike := case.option("constant_properties equal properties same"):
        case.options["equal"] = alike[0] if isinstance(alike, list) else alike
    window = length(case.option("window within window_days"))
    if window is not None:
        case.options[f"window_{window[1]}"] = window[0]


def _logged(case: Case, kind: str) -> Scenario:
    rows, groups, made = Rows(), case.need(BASE), case.group(MADE)
    rows.ensure("activities", "accounts", "contacts")
    for row in groups:
        _happened(rows, row, kind)
    for row in made:
        _happened(rows, row, BUY)
    last = [*moments(groups, WHEN), *moments(made, WHEN)]
    scenario = timed(case, Scenario(rows), *last)
    if scenario.as_of is None:  # what came of the base events is known too
        scenario.as_of = max([scenario.end, *(moment + timedelta(days=1) for moment in last if moment)])
    return scenario


def _happened(rows: Rows, row: Given, kind: str) -> None:
    account = rows.account(row.text(WHO) or "account1")
    rows.add(
        "activities",
        activity_id=rows.fresh("event"),
        occurred_at=row.when(WHEN),
        kind=row.text("kind type") or kind,
        account_id=account,
        contact_id=rows.contact(account, f"person of {account}"),
        **row.some("session_id referrer_id channel campaign_id"),
    )


def _pairs(case: Case, rows: Rows, row: Given) -> None:
    """So many base events of so many people, and conversions of the first of them."""
    base = row.whole("base_events base visits clicks impressions sessions")
    made = row.whole("conversions credited_conversions credited buys converted")
    middle = frame(case)[1]
    rows.ensure("activities")
    for number in range(base):
        _happened(rows, Given({"user_id": f"user{number}", "ds": middle}), VISIT)
    for number in range(made):
        _happened(rows, Given({"user_id": f"user{number % max(base, 1)}", "ds": middle + timedelta(hours=1)}), BUY)


def _by_grain(grain: str, peer: bool) -> Reading:
    """By day. MetricFlow prints nothing where no conversion was credited; here that is 0 (rule G4)."""

    def read(desk: Desk) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in desk.rows("event_conversion_rate", grain=grain):
            value = None if peer and row["value"] == 0 else row["value"]
            found |= {row["period_start"]: value, row["period"]: value}
        return found

    return read


LEADS: dict[str, Reading] = {
    **named("conversion_rate lead_conversion_rate", answer("lead_conversion_rate")),
    **named("same_period same_period_rate", answer("lead_conversion_rate", cohort="same_period")),
    **named("created_cohort cohort_rate", answer("lead_conversion_rate", cohort="created")),
    **named("leads leads_created", part("lead_conversion_rate", "leads")),
    **named("mqls mql_count", answer("mql_count")),
    **named("sqls sql_count", answer("sql_count")),
    **named("converted customers", part("lead_conversion_rate", "converted customers")),
}
CREDITED = "credited_conversions credited conversions"
EVENTS: dict[str, Reading] = {
    **named("conversion_rate event_conversion_rate", answer("event_conversion_rate")),
    **named(CREDITED, part("event_conversion_rate", CREDITED)),
    **named("base_events base", part("event_conversion_rate", "base_events base")),
}
