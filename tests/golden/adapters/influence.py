"""Campaigns and what was won: paths of touches, the credit each model gives, pipeline that campaigns touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from tests.golden.adapters.deals import AMOUNT, CLOSED, ID, status_of
from tests.golden.adapters.engagement import KIND, PERSON, kind_of
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, NotRunError, length, split
from tests.golden.world import LONG_AGO, Desk, Rows, Scenario

TOUCHES = "touches touchpoints interactions events activities"
CONVERSIONS = "conversion conversions opportunities deals wins"
DAYS_BEFORE = "days_before days_before_conversion days_before_close age_days days"
VALUE = "value amount revenue conversion_value"
MOST_DEALS = 2000  # of one path; a path of more stands for itself as one deal of that value
MODELS = "first last linear u_shaped w_shaped full_path time_decay markov shapley"
MILESTONES = {
    "lead": "lead lead_created lead_creation lead_conversion",
    "created": "opp opportunity opp_created opportunity_created opportunity_creation",
    "other": "first first_touch last won closed closed_won customer close middle",
}
LEAD = "lead_created_at lead_created lead_at lead_created_on"
OPENED = "created created_at created_on opp_created_at opp_created opportunity_created_at opportunity_created"


def attribution(case: Case) -> list[Scenario]:
    """Paths with their number of conversions, sets of channels, or touches before a conversion."""
    if case.has("coalition_worth") or case.options.get("worth") == "given":
        raise NotRunError("a worth is found from paths here, never given")
    _options(case)
    if case.has("paths journeys"):
        scenario = _paths(case, case.need("paths journeys"))
    elif case.has("observed_share observed channel_sets"):
        scenario = _paths(case, case.need("observed_share observed channel_sets"))
    else:
        scenario = _touches(case)
    fields = dict(CREDITS)
    for model in split(MODELS):
        kpi = f"attribution_{model}"
        names = {model, kpi, *(field for field in case.expected if field.startswith(f"{model}_"))}
        fields |= dict.fromkeys(names, over(kpi, "channel"))
    scenario.fields = {**fields, **scenario.fields}
    main = "attribution_linear" if case.kpi == "attribution_position" else case.kpi
    return finished(case, [scenario], {}, main)


def _options(case: Case) -> None:
    """Options in other words: spans, and weights by name."""
    for name in ("half_life", "lookback", "window"):
        if (found := length(case.option(name))) is not None:
            case.options[f"{'lookback' if name == 'window' else name}_days"] = found[0]
    weights = case.options.get("weights")
    if isinstance(weights, Mapping):
        row = Given(weights)
        case.options["weights"] = [
            row.need("first"),
            row.need("middle others other between"),
            row.need("last lead second"),
        ]


def _paths(case: Case, paths: Iterable[Given]) -> Scenario:
    """Each conversion an account of its own with its touches; accounts are labelled with their set of channels."""
    rows, (_, middle, _) = Rows(), frame(case)
    rows.ensure("activities", "opportunities", "leads", "opportunity_contacts")
    by_value = False
    for row in paths:
        path = row.take("path channels journey touches sequence")
        names = [part.strip() for part in path.split(">")] if isinstance(path, str) else list(path or [])
        count, value = row.number("conversions count n converted share weight"), row.number(VALUE)
        count = (1.0 if value is not None else 0.0) if count is None else count
        whole = count == int(count) and count <= MOST_DEALS
        by_value |= value is not None or not whole
        deals = int(count) if whole else 1
        each = value / deals if value is not None and deals else 1.0 if whole else count
        nulls = row.whole("nulls null non_conversions lost non_converted")
        for index in range(deals + nulls):
            account = rows.account(segment="+".join(sorted(set(names))))
            moments = [
                middle - timedelta(days=80 * (len(names) - at) / max(len(names), 1) / 2) for at in range(len(names))
            ]
            for name, moment in zip(names, moments, strict=True):
                _touch(rows, account, moment, str(name), f"campaign of {name}")
            _deal(rows, account, middle, "won" if index < deals else "lost", each)
    case.options.setdefault("value", "amount" if by_value else "count")
    return timed(case, Scenario(rows), middle)


def _touches(case: Case) -> Scenario:
    """Touches before one conversion or several, each with a campaign of its own."""
    rows, (_, middle, _) = Rows(), frame(case)
    rows.ensure("activities", "opportunities", "leads", "opportunity_contacts")
    touches = case.need(TOUCHES, "path")
    conversions = case.group(CONVERSIONS) or [Given({"value": 1})]
    closings = [row.when(CLOSED, MOMENT) or middle for row in conversions]
    found: list[tuple[str, datetime]] = []
    marks: dict[str, datetime] = {}
    for index, row in enumerate(touches):
        moment = _moment(row, closings[0], index, len(touches))
        account = row.text(ACCOUNT) or "account1"
        person, channel = (
            row.text(PERSON),
            row.text("channel source medium") or row.text("value") or f"channel{index + 1}",
        )
        campaign = row.text("campaign campaign_id id touch") or f"touch{index + 1}"
        _touch(rows, account, moment, channel, campaign, person, row)
        found.append((campaign, moment))
        told = row.take("milestone milestones")
        for word in [told] if isinstance(told, str) else told or []:
            marks[_milestone(word)] = moment
    for row, closing in zip(conversions, closings, strict=True):
        _conversion(case, rows, row, closing, marks)
    scenario = timed(case, Scenario(rows), *closings)
    order = [campaign for campaign, _ in found]
    scenario.fields = {
        "credit": _credits(case, order, case.options.get("value", "amount")),
        "credits": _credits(case, order, case.options.get("value", "amount")),
        **named("share shares", _credits(case, order, "count")),
    }
    return scenario


def _moment(row: Given, closing: datetime, index: int, count: int) -> datetime:
    """As told; else by its place, days apart."""
    row.skim("pos position order")
    if (moment := row.when(MOMENT, "touched_at")) is not None:
        return moment
    before = row.number(DAYS_BEFORE)
    place = (row.number("pos position order") or index + 1) - 1
    return closing - timedelta(days=before if before is not None else (count - place) * min(1.0, 80 / count))


def _milestone(word: Any) -> str:
    plain = str(word).strip().lower().replace(" ", "_")
    found = next((name for name, words in MILESTONES.items() if plain in split(words)), None)
    if found is None:
        raise NotRunError(f"'{word}' is no milestone")
    return found


def _conversion(case: Case, rows: Rows, row: Given, closing: datetime, marks: Mapping[str, datetime]) -> None:
    account, person = rows.account(row.text(ACCOUNT) or "account1"), row.text(PERSON)
    lead, opened = row.when(LEAD) or marks.get("lead"), row.when(OPENED) or marks.get("created")
    if lead is not None:
        rows.add("leads", lead_id=rows.fresh("lead"), account_id=account, created_at=lead)
    value = row.number(AMOUNT, VALUE)
    deal = _deal(rows, account, closing, status_of(row), 1.0 if value is None else value, row.text(ID), opened)
    if person:
        rows.add("opportunity_contacts", opportunity_id=deal, contact_id=rows.contact(account, person))


def _deal(
    rows: Rows, account: str, closed: datetime | None, status: str, amount: float | None,
    id: str | None = None, created: datetime | None = None,
) -> str:  # fmt: skip
    deal = id or rows.fresh("deal")
    rows.add(
        "opportunities", opportunity_id=deal, account_id=account, status=status, amount=amount, created_at=created, closed_at=closed
    )  # fmt: skip
    return deal


def _touch(
    rows: Rows, account: str, moment: datetime, channel: str | None, campaign: str | None,
    person: str | None = None, row: Given | None = None,
) -> None:  # fmt: skip
    """One touch; of a campaign unless none is told."""
    row = row or Given({})
    rows.account(account)
    if campaign:
        rows.once("campaigns", "campaign_id", campaign, name=campaign, channel=channel, program=row.text("program"))
    rows.add(
        "activities", activity_id=f"touch{len(rows.tables.get('activities', [])):06}", occurred_at=moment,
        kind=kind_of(row.text(KIND) or "page_view"), account_id=account, campaign_id=campaign, channel=channel,
        contact_id=rows.contact(account, person) if person else None, is_bot=row.take("is_bot bot"), **row.some("direction status"),
    )  # fmt: skip


def _credits(case: Case, order: list[str], value: str) -> Reading:
    """By channel where a mapping is expected; else touch by touch, in the order they were told."""

    def read(desk: Desk) -> Any:
        kpi = desk.scenario.main or ""
        if any(isinstance(case.expected.get(field), Mapping) for field in ("credit", "credits", "share", "shares")):
            return over(kpi, "channel", value=value)(desk)
        found = over(kpi, "campaign_id", value=value)(desk)
        return [found.get(campaign, 0) for campaign in order]

    return read


def _worth(desk: Desk) -> dict[str, Any]:
    """What was won by paths of these channels alone: asked of the accounts whose set of channels is within."""
    segments = sorted({row["segment"] for row in desk.scenario.rows.tables["accounts"] if row.get("segment")})
    channels = sorted({name for text in segments for name in text.split("+")})
    if len(channels) > 5:
        raise NotRunError("the worth of more than 31 sets of channels")
    found: dict[str, Any] = {}
    for size in range(1, len(channels) + 1):
        for coalition in permutations(channels, size):  # in whatever order a case writes it
            within = [text for text in segments if set(text.split("+")) <= set(coalition)]
            narrowed = desk.where("segment", "")
            narrowed.condition = f"segment IN ({', '.join(map(repr, within or ['']))})"
            if tuple(sorted(coalition)) != coalition:
                found["+".join(coalition)] = found["+".join(sorted(coalition))]
            else:
                found["+".join(coalition)] = narrowed.row(desk.scenario.main or "")["value"]
    return found


def influence(case: Case) -> list[Scenario]:
    """Opportunities and the touches of their accounts; or how many were created and influenced."""
    if (days := length(case.option("window", "lookback"))) is not None:
        case.options["window_days"] = days[0]
    if case.has(AGGREGATES):
        return finished(
            case, spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row)), INFLUENCE
        )
    rows, (_, middle, _) = Rows(), frame(case)
    rows.ensure("activities", "opportunities", "campaigns", "contacts")
    deals = case.need("opportunities deals opps pipeline rows")
    for row in deals:
        account, opened = rows.account(row.text(ACCOUNT) or "account1"), row.when(OPENED, MOMENT) or middle
        _deal(rows, account, row.when(CLOSED), status_of(row, "open"), row.number(AMOUNT, VALUE), row.text(ID), opened)
        for index, touch in enumerate(row.take("touches campaigns") or []):
            inner = Given(touch if isinstance(touch, Mapping) else {"campaign": touch})
            _influence_touch(rows, inner, account, opened, index)
    for index, row in enumerate(case.group(TOUCHES)):
        _influence_touch(rows, row, row.text(ACCOUNT) or "account1", middle, index)
    return finished(case, [timed(case, Scenario(rows), *moments(deals, OPENED))], INFLUENCE)


def _influence_touch(rows: Rows, row: Given, account: str, opened: datetime, index: int) -> None:
    before = row.number(DAYS_BEFORE, "days_before_created", default=1)
    moment = row.when(MOMENT) or opened - timedelta(days=before or 0)
    marketing = row.take("is_marketing marketing", default=row.has("campaign campaign_id channel"))
    campaign = row.text("campaign campaign_id") or (f"campaign{index + 1}" if marketing else None)
    known = Given({**dict(row), "kind": row.text(KIND) or ("page_view" if marketing else "call")})
    row.skim("type direction status is_bot bot program")
    _touch(rows, account, moment, row.text("channel"), campaign if marketing else None, row.text(PERSON), known)


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """So many created, the first of them touched the day before."""
    middle = frame(case)[1]
    rows.ensure("activities", "opportunities", "campaigns")
    influenced = row.whole("influenced influenced_opportunities touched sourced")
    created = row.whole("created all opportunities created_opportunities total", default=influenced)
    amount = row.number("avg_amount average_deal_size", AMOUNT)
    for index in range(max(created, influenced)):
        account = rows.account()
        _deal(rows, account, None, "open", amount, None, middle)
        if index < influenced:
            _touch(rows, account, middle - timedelta(days=1), "email", "campaign1")


def gap(case: Case) -> list[Scenario]:
    """Groups with the mean of their accounts, or accounts with what they bought."""
    rows, (_, middle, _) = Rows(), frame(case)
    rows.ensure("account_list_members", "opportunities")
    for row in case.need("cells groups means"):
        count, mean = row.whole("n accounts count", default=1), row.number("mean average value")
        for _ in range(count):
            _bought(rows, middle, rows.account(), row.text("group arm list"), mean)
    for row in case.group("accounts rows"):
        account = rows.account(row.text(ACCOUNT, "id name"))
        group = row.text("group arm list") or ("target" if row.take("is_target target") else "other")
        _bought(rows, middle, account, group, row.number("value sales revenue amount"))
    return finished(case, [timed(case, Scenario(rows))], GAP)


def _bought(rows: Rows, moment: datetime, account: str, group: str | None, amount: float | None) -> None:
    if group in ("target", "targets", "control"):
        listed = "control" if group == "control" else "target"
        rows.add("account_list_members", account_id=account, list="target", group=listed, joined_at=LONG_AGO)
    if amount:
        _deal(rows, account, moment, "won", amount, None, moment - timedelta(days=5))


CREDITS: dict[str, Reading] = {
    "credit": lambda desk: over(desk.scenario.main or "", "channel")(desk),
    "worth": _worth,
    **named("total credited", lambda desk: desk.row(desk.scenario.main or "")["value"]),
    **named("coverage attribution_coverage", answer("attribution_coverage")),
    "unattributed": part("attribution_coverage", "unattributed"),
    "by_channel": lambda desk: over(desk.scenario.main or "", "channel")(desk),
    "by_campaign": lambda desk: over(desk.scenario.main or "", "campaign_id")(desk),
}
INFLUENCE: dict[str, Reading] = {
    **named("influenced influenced_pipeline distinct_influenced influenced_amount", answer("influenced_pipeline")),
    **named("influenced_count influenced_opportunities", part("influenced_pipeline", "influenced")),
    **named("influence_rate rate", answer("influence_rate")),
    **named("created created_opportunities", part("influence_rate", "created")),
    **named("sourced sourced_pipeline sourced_amount", answer("sourced_pipeline")),
    **named("sourced_count sourced_opportunities", part("sourced_pipeline", "sourced")),
    **named("until_close influenced_until_close", answer("influenced_pipeline", until="close")),
    **named("by_campaign campaigns", over("influenced_pipeline", "campaign_id")),
}
GAP: dict[str, Reading] = {
    **named("gap target_gap difference", answer("target_gap")),
    "targets": part("target_gap", "targets"),
    "others": part("target_gap", "others"),
}
