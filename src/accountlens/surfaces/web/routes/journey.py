"""The journey of accounts: stages and moves between two moments, and cohorts by when a stage was entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.engine.cohorts import Cohort
from accountlens.engine.journey import Stage
from accountlens.pages.needs import entity_need
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.journey_models import CohortsTold, JourneyTold
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Name, Period, Snapshot, Strict
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["journey"])


class Span(Strict):
    period: Period = "last-3-months"
    snapshot: Snapshot = None


class Cohorts(Strict):
    stage: Annotated[Name, Field(description="The stage that was entered, as the journey tells them.")]
    period: Period = "last-12-months"
    grain: Literal["week", "month", "quarter", "year"] = "month"
    by: Annotated[Name | None, Field(description="An attribute, as it was when the stage was entered.")] = None
    within_days: Annotated[int, Field(ge=1, le=3_650)] = 90
    snapshot: Snapshot = None


@router.get("/journey", response_model=None, responses=answers(JourneyTold), summary="Accounts by stage")
def journey(desk: AtDesk, span: Annotated[Span, Query()]) -> Response:
    """Where accounts stood at the beginning and at the end, who went on and who fell back."""

    def make(place: Place) -> dict[str, Any]:
        found = place.workspace.journey(period=span.period or "last-3-months")
        return {
            "snapshot": place.snapshot.id,
            "start": found.start,
            "end": found.end,
            "stages": [{**asdict(one), "known": one.known, "conversion": one.conversion} for one in found.stages],
            "needs": _needs(found.stages, place),
            "progressed": found.progressed,
            "fell_back": found.fell_back,
            "moves": [asdict(move) for move in found.moves],
        }

    return desk.tell(make, snapshot=span.snapshot)


@router.get("/cohorts", response_model=None, responses=answers(CohortsTold), summary="Cohorts of a stage")
def cohorts(desk: AtDesk, asked: Annotated[Cohorts, Query()]) -> Response:
    """Of the accounts that rose into a stage in a period, how many reached each later one in so many days."""

    def make(place: Place) -> dict[str, Any]:
        found = place.workspace.funnel(
            asked.stage,
            period=asked.period or "last-12-months",
            grain=asked.grain,
            by=asked.by,
            within_days=asked.within_days,
        )
        told = {"snapshot": place.snapshot.id, "stage": found.stage, "start": found.start, "end": found.end}
        told |= {"within_days": found.within_days, "by": found.by, "names": dict(found.names)}
        return told | {"cohorts": [_cohort(one) for one in found.cohorts]}

    return desk.tell(make, snapshot=asked.snapshot)


def _needs(stages: Sequence[Stage], place: Place) -> list[dict[str, Any]]:
    """By entity that is missing, the stages it would tell of; of several that would do, the first."""
    waiting = defaultdict[str, list[str]](list)
    for stage in stages:
        for entity in () if stage.known else stage.lacks[:1]:
            waiting[entity].append(stage.name)
    return [
        asdict(entity_need(place.catalog, entity, f"who stands in {', '.join(names)}"))
        for entity, names in waiting.items()
    ]


def _cohort(one: Cohort) -> dict[str, Any]:
    shares = ("share", "at_least", "at_most")
    onward = [{**asdict(later), **{name: getattr(later, name) for name in shares}} for later in one.onward]
    told = {"period": one.period, "group": one.group, "entered": one.entered, "immature": one.immature}
    return told | {"onward": onward}
