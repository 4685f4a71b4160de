"""The health score: components with their scores become the events, seats, answers and tickets that bring them about."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import log2

from tests.golden.adapters.shapes import ACCOUNT, CUTS, finished, frame, timed
from tests.golden.cases import Case
from tests.golden.reading import part
from tests.golden.words import Given, NotRunError
from tests.golden.world import LONG_AGO, Desk, Rows, Scenario

OURS = {
    "engagement": "engagement engagement_score activity interaction marketing",
    "adoption": "adoption usage product product_usage product_adoption seats seat_adoption feature_adoption",
    "sentiment": "sentiment nps satisfaction voice survey csat",
    "relationship": "relationship contact touch recency days_since_last_touch renewal executive",
    "support": "support tickets support_tickets service",
}
SCORE = "score value points component_score"
USUAL = {"engagement": 25.0, "adoption": 25.0, "sentiment": 20.0, "relationship": 15.0, "support": 15.0}
MEETING = 15  # points
MOST = 2000  # people or answers of one account


def health(case: Case) -> list[Scenario]:
    """One account, or one for each row of an account's components."""
    rows, end = Rows(), frame(case)[2]
    rows.ensure("activities", "tickets", "usage_events", "licences", "survey_responses", "contacts", "accounts")
    components = case.need("components scores signals rows accounts")
    _options(case)
    if any(row.has("components") for row in components):
        for row in components:
            account = rows.account(row.text(ACCOUNT, "name id"), **row.some(CUTS))
            _account(case, rows, account, [Given(inner) for inner in row.take("components")], end)
    else:
        by_account: dict[str, list[Given]] = {}
        for row in components:
            by_account.setdefault(row.text(ACCOUNT) or "account1", []).append(row)
        for account, mine in by_account.items():
            _account(case, rows, rows.account(account), mine, end)
    fields = {"band": _band, "bands": _bands}
    fields |= {f"{name}_score": part("health_score", name) for name in OURS}
    return finished(case, [timed(case, Scenario(rows))], fields)


def _options(case: Case) -> None:
    """Bounds in other words."""
    bands = case.option("bands", "thresholds")
    if isinstance(bands, dict):
        case.options |= {f"{name}_from": bands[name] for name in ("green", "amber") if name in bands}


def _account(case: Case, rows: Rows, account: str, components: list[Given], end: datetime) -> None:
    names = _named([row.text("name component id") or str(index) for index, row in enumerate(components)])
    weights: dict[str, float] = {}
    for row, ours in zip(components, names, strict=True):
        score, weight = row.number(SCORE), row.number("weight w share percent")
        low, high = row.number("floor low min", default=0.0) or 0.0, row.number("target high max", default=100.0)
        lower = bool(row.take("lower_is_better reversed"))
        weights[ours] = USUAL[ours] if weight is None else weight
        if score is not None:
            share = (score - low) / ((100.0 if high is None else high) - low)
            _signal(rows, account, ours, 100 * (1 - share if lower else share), end)
    case.options["weights"] = {**case.options.get("weights", {}), **weights}  # those not named are not judged


def _named(given: list[str]) -> list[str]:
    """Each of the case's components as one of ours: by its name, else any that is left."""
    found = {name: ours for name in given for ours, words in OURS.items() if name.lower() in words.split()}
    left = [ours for ours in OURS if ours not in found.values()]
    if len(given) > len(OURS) or len(set(found.values())) < len(found):
        raise NotRunError(f"no five components can stand for {', '.join(given)}")
    return [found.get(name) or left.pop(0) for name in given]


def _signal(rows: Rows, account: str, component: str, score: float, end: datetime) -> None:
    """What brings a component to this score just before the end."""
    before = end - timedelta(microseconds=1)
    match component:
        case "engagement":
            _event(rows, account, "page_view", LONG_AGO)  # such things are recorded
            count = int(score // MEETING) + 1 if score > 0 else 0
            if not count:
                return
            age = timedelta(days=30 * log2(MEETING * count / score))
            for _ in range(count):  # forms are worth points, and are no touch
                for _ in range(3):
                    _event(rows, account, "form_submitted", end - age)
        case "adoption":
            share = _share(score / 100)
            rows.add("licences", account_id=account, product_id="p1", seats=share.denominator, started_on=LONG_AGO)
            for _ in range(share.numerator):
                person = rows.contact(account)
                rows.add("usage_events", event_id=rows.fresh("use"), account_id=account, contact_id=person, occurred_at=before)  # fmt: skip
        case "sentiment":
            net = _share(abs(score / 50 - 1))
            for index in range(net.denominator):
                answer = (10 if score > 50 else 0) if index < net.numerator else 8
                rows.add("survey_responses", response_id=rows.fresh("answer"), survey="nps", account_id=account,
                         contact_id=rows.contact(account), answered_at=before, score=answer)  # fmt: skip
        case "relationship":
            last = end - timedelta(days=90 * (1 - score / 100)) if score < 100 else before
            _event(rows, account, "email_sent", last)  # by hand: a touch without points
        case "support":
            rows.add("tickets", ticket_id=rows.fresh("ticket"), account_id=account, created_at=LONG_AGO)
            if (100 - score) % 10:
                raise NotRunError(f"no number of tickets scores {score}")
            for _ in range(round((100 - score) / 10)):
                rows.add("tickets", ticket_id=rows.fresh("ticket"), account_id=account, created_at=before)


def _share(value: float) -> Fraction:
    share = Fraction(value).limit_denominator(MOST)
    if not 0 <= share <= 1 or abs(float(share) - value) > 1e-12:
        raise NotRunError(f"no number of people makes a share of {value}")
    return share


def _event(rows: Rows, account: str, kind: str, moment: datetime) -> None:
    rows.add("activities", activity_id=rows.fresh("event"), account_id=account, kind=kind, occurred_at=moment)


def _band(desk: Desk) -> str | None:
    """The band of the one account."""
    parts = desk.row("health_score")["parts"]
    return next((name for name in ("green", "amber", "red") if parts[name]), None)


def _bands(desk: Desk) -> dict[str, float]:
    parts = desk.row("health_score")["parts"]
    return {name: parts[name] for name in ("green", "amber", "red")}
