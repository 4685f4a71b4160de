"""Paths of touches to what was won, and the credit that each model gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from tests.golden.adapters.deals import AMOUNT, CLOSED, ID, status_of
from tests.golden.adapters.engagement import KIND, PERSON, kind_of
from tests.golden.adapters.models import library
from tests.golden.adapters.shapes import ACCOUNT, MOMENT, finished, frame, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, NotRunError, instant, length, split
from tests.golden.world import Desk, Rows, Scenario

from accountlens.models.attribution.shapley import shapley_of_worths

TOUCHES = "touches touchpoints interactions events activities"
CONVERSIONS = "conversion conversions opportunities deals wins"
DAYS_BEFORE = "days_before days_before_conversion days_before_close age_days days"
VALUE = "value amount revenue conversion_value"
MOST_DEALS = 2000  # of one path; a path of more stands for itself as one deal of that value
SHAPLEY = split("shapley attribution_shapley shapley_values credits credit values by_channel value")
WORTHS = "coalition_worth coalition_worths worths coalitions"
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
    if case.has(WORTHS):
        return library(_given_worths)(case)
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
        for field in {model, kpi, *(field for field in case.expected if field.startswith(f"{model}_"))}:
            fields[field] = over(kpi, "channel", **_told(model, field))
    scenario.fields = {**fields, **scenario.fields}
    main = "attribution_linear" if case.kpi == "attribution_position" else case.kpi
    return finished(case, [scenario], {}, main)


def _given_worths(case: Case) -> dict[str, Any]:
    """The worth of every set of channels, as given: no journey tells it, so the model's own function answers."""
    case.option("worth")
    worths = {
        _set(row.take("coalition channels set members subset")): row.need("worth value") for row in case.need(WORTHS)
    }
    try:
        found = dict(shapley_of_worths({names: worth for names, worth in worths.items() if names}))
    except ValueError as refusal:
        raise NotRunError(str(refusal)) from None
    return {**dict.fromkeys(SHAPLEY, found), **found}


def _set(written: Any) -> tuple[str, ...]:
    """A set of channels as a list, or as a text such as `Organic+Direct`."""
    return tuple(written) if isinstance(written, list) else tuple(re.split(r"\s*[+,;|&]\s*", str(written)))


def _told(model: str, field: str) -> dict[str, Any]:
    """What the name of a field says about its model: `u_shaped_30_40_30`, `time_decay_7`."""
    numbers = [float(text) for text in field.removeprefix(model).split("_") if text.replace(".", "").isdigit()]
    if model == "u_shaped" and len(numbers) == 3 and numbers != [40, 20, 40]:
        return {"weights": [number / 100 for number in numbers]}
    if model == "time_decay" and len(numbers) == 1:
        return {"half_life_days": numbers[0]}
    return {"repeat": "per_channel"} if field.endswith("per_channel") else {}


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
                touch(rows, account, moment, str(name), f"campaign of {name}")
            deal(rows, account, middle, "won" if index < deals else "lost", each)
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
        touch(rows, account, moment, channel, campaign, person, row)
        found.append((campaign, moment))
        told = row.take("milestone milestones")
        for word in [told] if isinstance(told, str) else told or []:
            marks[_milestone(word)] = moment
    for word, told in (case.inputs.take("milestones milestone") or {}).items():
        place = told - 1 if isinstance(told, int) else -1
        marks[_milestone(word)] = found[place][1] if place >= 0 else instant(told) or closings[0]
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
    won = deal(rows, account, closing, status_of(row), 1.0 if value is None else value, row.text(ID), opened)
    if person:
        rows.add("opportunity_contacts", opportunity_id=won, contact_id=rows.contact(account, person))


def deal(
    rows: Rows, account: str, closed: datetime | None, status: str, amount: float | None,
    id: str | None = None, created: datetime | None = None,
) -> str:  # fmt: skip
    name = id or rows.fresh("deal")
    rows.add(
        "opportunities", opportunity_id=name, account_id=account, status=status, amount=amount, created_at=created, closed_at=closed
    )  # fmt: skip
    return name


def touch(
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


CREDITS: dict[str, Reading] = {
    "credit": lambda desk: over(desk.scenario.main or "", "channel")(desk),
    "worth": _worth,
    **named("total credited", lambda desk: desk.row(desk.scenario.main or "")["value"]),
    **named("coverage attribution_coverage", answer("attribution_coverage")),
    "unattributed": part("attribution_coverage", "unattributed"),
    "by_channel": lambda desk: over(desk.scenario.main or "", "channel")(desk),
    "by_campaign": lambda desk: over(desk.scenario.main or "", "campaign_id")(desk),
}
