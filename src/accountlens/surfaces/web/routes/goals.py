"""Business goals: the few KPIs that serve each, what their data lacks, and a start with one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from accountlens.catalog.goals import Goal
from accountlens.choosing.aims import Aim, aims
from accountlens.choosing.goals import goals
from accountlens.choosing.start import Made, begun, start
from accountlens.choosing.telling import told_aims, told_goal, told_short
from accountlens.errors import suggest
from accountlens.pages.stand import stand
from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.goal_models import GoalsTold, GoalTold, Starting
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of

router = APIRouter(tags=["goals"])
Named = Annotated[str, Path(min_length=1, max_length=40, examples=["expansion"])]


@router.get("/goals", response_model=None, responses=answers(GoalsTold), summary="Business goals there are")
def all_goals(desk: AtDesk) -> Response:
    """Each with how many of its KPIs can be computed now."""

    def make(place: Place) -> dict[str, Any]:
        here = stand(place.workspace)
        found = goals(place.workspace).values()
        return {"goals": [told_short(here, one, begun(place.workspace, one, desk.viewer)[0]) for one in found]}

    return desk.fresh(make)


@router.get("/goals/{goal}", response_model=None, responses=answers(GoalTold), summary="One goal")
def one_goal(desk: AtDesk, goal: Named, asked: Annotated[Starting, Query()]) -> Response:
    """Its KPIs, leading and lagging, with what each lacks; the targets to fill in for a period."""

    def make(place: Place) -> dict[str, Any]:
        found = _named(place, goal)
        return _told(desk, place, found, *begun(place.workspace, found, desk.viewer), asked.period)

    return desk.fresh(make)


@router.post("/goals/{goal}/start", response_model=None, responses=answers(GoalTold), summary="Start with a goal")
def start_goal(desk: AtDesk, goal: Named, body: Starting) -> Response:
    """Make its dashboard and freeze a first review, where they are not there; tell the targets to fill in."""
    desk.require(Right.EDIT_DASHBOARDS)

    def make(place: Place) -> dict[str, Any]:
        found = _named(place, goal)
        made = start(place.workspace, found, desk.viewer, actor_of(desk.request), period=body.period)
        return _told(desk, place, found, made.dashboard, made.review, rows=made.targets)

    return desk.fresh(make)


def _named(place: Place, name: str) -> Goal:
    known = goals(place.workspace)
    if name not in known:
        mend = f"{suggest(name, known)} GET /api/v1/goals lists those there are.".strip()
        raise RefusedError(404, f"There is no goal '{name}'.", mend=mend)
    return known[name]


def _told(
    desk: Desk, place: Place, goal: Goal, board: Made | None, first: Made | None,
    period: str | None = None, rows: Any = None,
) -> dict[str, Any]:  # fmt: skip
    here, book = stand(place.workspace), place.workspace.targets()
    listed: list[Aim] = rows if rows is not None else aims(here, book, goal, period, desk.viewer.employee_id)
    may = {"may_start": Right.EDIT_DASHBOARDS in desk.rights, "may_set": Right.SET_TARGETS in desk.rights}
    about = {"targets": told_aims(book, listed), "currency": here.opened.house.currency}
    return {**told_goal(here, goal, board, first), **about, **may}
