"""Figures from elsewhere to set KPIs beside, each with its source."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from accountlens.catalog.benchmarks import MOST, Benchmark, read_benchmarks
from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import missing
from accountlens.surfaces.web.questions import Strict
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note
from accountlens.workspace import Workspace

router = APIRouter(prefix="/benchmarks", tags=["catalog"])


class BenchmarksAsked(Strict):
    benchmarks: Annotated[list[Benchmark], Field(max_length=MOST)]


class BenchmarksTold(BaseModel):
    """By KPI. `faults`: what is wrong with their file; they are then not told."""

    benchmarks: dict[str, list[Benchmark]]
    faults: list[str]


@router.get("", response_model=None, responses=answers(BenchmarksTold), summary="All of them, by KPI")
def benchmarks(desk: AtDesk) -> Response:
    """Values of other companies, in the unit of the KPI; peers are told by `/accounts/{id}/peers`, never mixed."""

    def made(place: Place) -> dict[str, Any]:
        found, problems = read_benchmarks(place.workspace.folder, place.catalog.kpis)
        told = {kpi: [one.model_dump(mode="json") for one in some] for kpi, some in found.items()}
        return {"benchmarks": told, "faults": [str(one) for one in problems]}

    return desk.tell(made)


@router.put("/{kpi}", status_code=204, summary="Those of one KPI")
def keep(request: Request, desk: AtDesk, kpi: str, body: BenchmarksAsked) -> None:
    """All of a KPI's in the place of those it had; none removes them."""
    desk.require(Right.DEFINE_KPIS)
    with desk.place() as place:
        if kpi not in place.catalog.kpis:
            raise missing(f"No KPI named '{kpi}'.", "/api/v1/catalog lists all.")
    Workspace(desk.server.hall.folder).set_benchmarks(kpi, body.benchmarks)
    note(request, "benchmarks_kept", kpi, count=len(body.benchmarks))
