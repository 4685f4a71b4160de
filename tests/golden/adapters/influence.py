"""Pipeline that campaigns touched or started, and how target accounts differ from others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.golden.adapters.attribution import DAYS_BEFORE, OPENED, TOUCHES, VALUE, deal, touch
from tests.golden.adapters.deals import AMOUNT, CLOSED, ID, status_of
from tests.golden.adapters.engagement import KIND, PERSON
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, length
from tests.golden.world import LONG_AGO, Rows, Scenario


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
        deal(rows, account, row.when(CLOSED), status_of(row, "open"), row.number(AMOUNT, VALUE), row.text(ID), opened)
        for index, item in enumerate(row.take("touches campaigns") or []):
            inner = Given(item if isinstance(item, Mapping) else {"campaign": item})
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
    touch(rows, account, moment, row.text("channel"), campaign if marketing else None, row.text(PERSON), known)


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """So many created, the first of them touched the day before."""
    middle = frame(case)[1]
    rows.ensure("activities", "opportunities", "campaigns")
    influenced = row.whole("influenced influenced_opportunities touched sourced")
    created = row.whole("created all opportunities created_opportunities total", default=influenced)
    amount = row.number("avg_amount average_deal_size", AMOUNT)
    for index in range(max(created, influenced)):
        account = rows.account()
        deal(rows, account, None, "open", amount, None, middle)
        if index < influenced:
            touch(rows, account, middle - timedelta(days=1), "email", "campaign1")


def gap(case: Case) -> list[Scenario]:
    """Groups with the mean of their accounts, or accounts with what they bought."""
    rows, (_, middle, _) = Rows(), frame(case)
    rows.ensure("account_list_members", "opportunities")
    bare = {name: case.group(name) for name in ("target", "treated", "control", "non_target", "others", "other")}
    for name, values in bare.items():
        for row in values:
            _bought(rows, middle, rows.account(), "target" if name == "treated" else name, row.number("value"))
    for row in case.group("cells groups means"):
        mean, group = row.number("mean average value"), row.text("group arm list")
        for _ in range(row.whole("n accounts count", default=1)):
            _bought(rows, middle, rows.account(), group, mean)
    for row in case.group("accounts rows") if case.groups else case.need("accounts rows"):
        account = rows.account(row.text(ACCOUNT, "id name"))
        group = row.text("group arm list") or ("target" if row.take("is_target target") else "other")
        _bought(rows, middle, account, group, row.number("value sales revenue amount"))
    return finished(case, [timed(case, Scenario(rows))], GAP)


def _bought(rows: Rows, moment: datetime, account: str, group: str | None, amount: float | None) -> None:
    if group in ("target", "targets", "control"):
        listed = "control" if group == "control" else "target"
        rows.add("account_list_members", account_id=account, list="target", group=listed, joined_at=LONG_AGO)
    if amount:
        deal(rows, account, moment, "won", amount, None, moment - timedelta(days=5))


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
