"""Our own people recounted, by team; of fewer than five nothing is told."""

from __future__ import annotations

from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio
from tests.oracle.voice import latest_per_person, promoter_score, satisfied

FEWEST = 5


def answered(g: Ground, period: Period, group: Group, survey: str) -> list[Row]:
    teams = {row["employee_id"]: row["team"] for row in g.rows("employees")}
    return [
        row
        for row in g.rows("survey_responses")
        if row["survey"] == survey and row["score"] is not None and period.has(row["answered_at"])
        and group.value(teams.get(row["employee_id"]))
    ]  # fmt: skip


def told(rows: list[Row]) -> bool:
    return len(latest_per_person(rows, "employee_id")) >= FEWEST


@oracle("enps", by="team")
def enps(g: Ground, period: Period, group: Group) -> float | None:
    rows = answered(g, period, group, "enps")
    return promoter_score(latest_per_person(rows, "employee_id")) if told(rows) else None


@oracle("esat", by="team")
def esat(g: Ground, period: Period, group: Group) -> float | None:
    rows = answered(g, period, group, "esat")
    return ratio(sum(map(satisfied, rows)), len(rows)) if told(rows) else None
