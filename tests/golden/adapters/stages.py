"""Stays of opportunities in stages, from their dates, their days or a sum of days."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.golden.adapters.deals import DEALS, ID
from tests.golden.adapters.shapes import AGGREGATES, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import answer, over
from tests.golden.words import Given
from tests.golden.world import Rows, Scenario

STAYS = "history visits stage_history stages stays events opportunity_history"
ENTERED = "entered entered_at start from changed_at ts at enter"
LEFT = "left left_at end to exited exited_at exit"
GONE = "(left)"  # the stage after the last one known
Walk = list[tuple[str, datetime]]


def stages(case: Case) -> list[Scenario]:
    """`{opportunity, stage, entered, left}`, `{opportunity, stage, days}` in their order, or a sum of days."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _sum(case, rows, row))
    else:
        scenarios = [_stays(case)]
    return finished(case, scenarios, FIELDS)


def _stays(case: Case) -> Scenario:
    rows, groups, walks = Rows(), case.need(STAYS, DEALS), dict[str, Walk]()
    for row in groups:
        _stay(case, walks.setdefault(row.text(ID) or rows.fresh("deal"), []), row)
    for deal, walk in walks.items():
        _walk(rows, deal, walk)
    return timed(case, Scenario(rows), *moments(groups, ENTERED, LEFT))


def _stay(case: Case, walk: Walk, row: Given) -> None:
    """One stay at the end of a walk; where the stage before it ended just then, this is what followed."""
    stage, days = row.text("stage to_stage name") or "stage 1", row.number("days duration_days")
    entered, left = row.when(ENTERED), row.when(LEFT)
    if entered is None:
        entered = walk[-1][1] if walk else frame(case)[1] - timedelta(days=days or 0)
    if walk and walk[-1] == (GONE, entered):
        walk.pop()
    walk.append((stage, entered))
    if left is None and days is not None:
        left = entered + timedelta(days=days)
    if left is not None:
        walk.append((GONE, left))


def _sum(case: Case, rows: Rows, row: Given) -> None:
    """A sum of days in a stage, spread evenly over the opportunities that left it."""
    count = row.whole("opportunities deals count n")
    days = row.need("total_days days sum_days") / (count or 1)
    stage, middle = row.text("stage") or "stage 1", frame(case)[1]
    rows.ensure("opportunity_history", "opportunities")
    for _ in range(count):
        _walk(rows, rows.fresh("deal"), [(stage, middle - timedelta(days=days)), (GONE, middle)])


def _walk(rows: Rows, id: str, walk: Walk) -> None:
    """An open opportunity that enters stages at these instants."""
    began, last = walk[0][1], walk[-1][0]
    rows.add("opportunities", opportunity_id=id, status="open", created_at=began, account_id=rows.account(), stage=last)
    for stage, moment in walk:
        rows.add("opportunity_history", opportunity_id=id, changed_at=moment, stage=stage)


FIELDS = {
    "mean": answer("time_in_stage_days"),
    "cumulative": answer("time_in_stage_days", visits="cumulative"),
    "latest": answer("time_in_stage_days", visits="latest"),
    "by_stage": over("time_in_stage_days", "stage"),
}
