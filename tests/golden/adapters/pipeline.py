"""Sales: win rate, open and weighted pipeline, velocity, cycles, deal size, touches to closure."""

from __future__ import annotations

from datetime import timedelta

from tests.golden.adapters import sales_sums
from tests.golden.adapters.deals import CLOSED, CREATED, DEALS, ID, opportunity, touch
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Curve, Reading, answer, named, part
from tests.golden.words import Given, NotRunError
from tests.golden.world import Rows, Scenario


def sales(case: Case) -> list[Scenario]:
    """Opportunities as rows, or counts and sums of them."""
    if case.has(AGGREGATES):
        build = sales_sums.BUILDERS.get(case.kpi, sales_sums.won)
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: build(case, rows, row))
    else:
        scenarios = [_rows(case)]
    return finished(case, scenarios, FIELDS.get(case.kpi, {}))


def _rows(case: Case) -> Scenario:
    rows, groups = Rows(), case.need(DEALS)
    default = "open" if case.kpi.startswith("pipeline_value") else "won"
    for row in groups:
        ids = opportunity(rows, row, frame(case), default, bare="days" if case.kpi == "sales_cycle_days" else "amount")
        _touches_of(rows, row, ids)
    _history(case, rows)
    _touches(case, rows)
    _quota(case, rows)
    _stages(case)
    return timed(case, Scenario(rows), *moments(groups, CREATED, CLOSED))


def _touches_of(rows: Rows, row: Given, ids: list[str]) -> None:
    """`touches: 5` on a deal: so many calls before it was closed, an hour apart."""
    if not row.has("touches touch_count touches_before_close interactions"):
        return
    rows.ensure("activities")
    count = row.whole("touches touch_count touches_before_close interactions")
    for deal in rows.tables["opportunities"][-len(ids) :]:
        for number in range(count):
            moment = (deal["closed_at"] or deal["created_at"]) - timedelta(hours=number)
            touch(rows, deal["account_id"], moment, opportunity_id=deal["opportunity_id"])


def _touches(case: Case, rows: Rows) -> None:
    """Touches as rows of their own, by deal or by account."""
    accounts = {deal["opportunity_id"]: deal["account_id"] for deal in rows.tables["opportunities"]}
    for row in case.group("touches activities interactions events"):
        row.skim("id touch_id")
        deal, moment = row.text("opportunity opportunity_id deal deal_id"), row.when(MOMENT)
        if moment is None:
            raise NotRunError(f"a touch without a time: {row.data}")
        touch(
            rows,
            row.text(ACCOUNT) or accounts.get(str(deal)),
            moment,
            opportunity_id=deal,
            direction=row.text("direction"),
            kind=row.text("kind type channel"),
            is_automated=row.take("is_automated automated"),
        )


def _history(case: Case, rows: Rows) -> None:
    for row in case.group("history opportunity_history changes stage_history"):
        rows.add(
            "opportunity_history",
            opportunity_id=row.text(ID),
            changed_at=row.when("changed_at changed entered entered_at", MOMENT),
            stage=row.text("stage to_stage"),
            amount=row.number("amount value"),
            probability=row.number("probability"),
        )


def _quota(case: Case, rows: Rows) -> None:
    """A quota for the period, and what was won of it so far."""
    start, middle, end = frame(case)
    quota, won = case.inputs.number("quota target"), case.inputs.number("won_to_date won closed_won")
    if quota is not None:
        rows.add("quotas", employee_id=rows.employee("seller"), period_start=start, period_end=end, amount=quota)
    if won:
        deal = {"status": "won", "amount": won, "created": start - timedelta(days=1), "closed": middle}
        opportunity(rows, Given(deal), frame(case))


def _stages(case: Case) -> None:
    """The probability of a stage, where the case states it apart from its deals."""
    stages = case.inputs.take("stage_probabilities stages")
    if stages is not None:
        pairs = stages.items() if isinstance(stages, dict) else ((row["stage"], row["probability"]) for row in stages)
        case.options["stage_probabilities"] = dict(pairs)


PIPELINE: dict[str, Reading] = {
    **named("weighted weighted_value weighted_pipeline pipeline_value_weighted", answer("pipeline_value_weighted")),
    **named("open unweighted total open_value pipeline_value_open", answer("pipeline_value_open")),
    **named("unweighted_count without_probability", part("pipeline_value_weighted", "unweighted_count")),
    **named("coverage pipeline_coverage", answer("pipeline_coverage")),
    **named("count open_count opportunities", part("pipeline_value_open", "open_count")),
}
FIELDS: dict[str, dict[str, Reading]] = {
    "pipeline_value_open": PIPELINE,
    "pipeline_value_weighted": PIPELINE,
    "pipeline_coverage": PIPELINE,
    "win_rate": {
        **named(
            "created_cohort_win_rate created_win_rate created_rate by_created", answer("win_rate", cohort="created")
        ),
        **named("closed_win_rate closed_rate by_closed closed_cohort_win_rate", answer("win_rate", cohort="closed")),
        **named("value_win_rate win_rate_value by_value amount_win_rate", answer("win_rate", basis="value")),
        **named("count_win_rate win_rate_count by_count", answer("win_rate", basis="count")),
        **named("broad broad_win_rate win_rate_broad", answer("win_rate", broad=True)),
    },
    "pipeline_velocity": {
        **named("per_day velocity", answer("pipeline_velocity", per="day")),
        **named("per_month monthly", answer("pipeline_velocity", per="month")),
        **named("per_quarter quarterly", answer("pipeline_velocity", per="quarter")),
        "win_rate": answer("win_rate"),
        **named("avg_deal_size avg_deal_value deal_size", answer("avg_deal_size")),
        **named("cycle_days sales_cycle_days", answer("sales_cycle_days")),
    },
    "sales_cycle_days": {
        "km_median": answer("sales_cycle_days", censor_open=True),
        "survival": Curve("sales_cycle_days", "unwon_share", "unwon_after_days", {"censor_open": True}),
        **named("errors left_out negative data_errors", part("sales_cycle_days", "closed_before_start")),
        **named("from_first_touch first_touch", answer("sales_cycle_days", start="first_touch")),
        **named("from_qualified qualified", answer("sales_cycle_days", start="qualified")),
        **named("with_lost including_lost", answer("sales_cycle_days", include_lost=True)),
    },
    "avg_deal_size": {
        **named("won deals", part("avg_deal_size", "won")),
    },
    "touches_to_closure": {
        "outbound": answer("touches_to_closure", direction="outbound"),
        "inbound": answer("touches_to_closure", direction="inbound"),
    },
}
