"""`/leading`: which leading KPIs led, on the history of the whole company."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.leading_models import LeadingTold
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Snapshot, Strict
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["leading"])


class Asked(Strict):
    kpi: list[Annotated[str, Field(max_length=400)]] = Field(
        default_factory=list, max_length=20, description="More of these KPIs; else all that are marked leading."
    )
    outcome: Literal["churn", "renewal", "growth"] = "churn"
    ahead: Annotated[Literal["3", "6", "12"], Field(description="Within so many months.")] = "6"
    snapshot: Snapshot = None


@router.get("/leading", response_model=None, responses=answers(LeadingTold), summary="Whether leading KPIs led")
def leading(desk: AtDesk, asked: Annotated[Asked, Query()]) -> Response:
    """Which told beforehand who would leave, not renew or pay more. Only for who sees every account."""
    desk.require(Right.SEE_ALL)

    def make(place: Place) -> dict[str, Any]:
        found = place.workspace.leading(*asked.kpi, outcome=asked.outcome, ahead=int(asked.ahead))
        return {"snapshot": place.snapshot.id, **asdict(found)}

    return desk.tell(make, snapshot=asked.snapshot)
