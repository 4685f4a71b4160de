"""Dashboards and saved views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from accountlens.boards import dashboards, views
from accountlens.boards.dashboards import Dashboard, Shared
from accountlens.boards.refusals import NotThereError, NotYoursError, StaleError
from accountlens.boards.templates import Offer, offers
from accountlens.boards.tiles import Layout, faults
from accountlens.delivery.plans import that_send
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.people.rights import Right
from accountlens.people.users import users
from accountlens.people.viewer import Viewer
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.board_models import DashboardsTold, DashboardTold, TemplatesTold, ViewsTold
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.questions import Name, Strict
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of, require, signed_in_of, store_of

router = APIRouter(tags=["dashboards, views and notes"])
STATUS: Mapping[type[AccountlensError], int] = {NotThereError: 404, NotYoursError: 403, StaleError: 409}


class Changed(Strict):
    """What is left out stays. `version` is the one that was read."""

    version: Annotated[int, Field(ge=1)]
    layout: Layout | None = None
    shared: Shared | None = None


class NewView(Strict):
    page: Annotated[Name, Field(examples=["accounts"])]
    name: Annotated[Name, Field(examples=["Renewals of my tier A"])]
    state: Annotated[str, Field(max_length=4000, description="What stands in the address behind the question mark.")]
    shared: bool = False


@router.get("/dashboards", response_model=None, responses=answers(DashboardsTold), summary="All one may see")
def all_dashboards(request: Request, desk: AtDesk) -> Response:
    """One's own and those that are shared, the latest changed first, without what they show."""
    viewer = signed_in_of(request).viewer
    found = dashboards.dashboards(store_of(request), viewer)
    names = names_of(request)
    return desk.fresh(lambda _: {"dashboards": [_short(one, viewer, names) for one in found]})


@router.post("/dashboards", status_code=201, response_model=None, responses={201: {"model": DashboardTold}})
def add_dashboard(request: Request, desk: AtDesk, body: Layout) -> Response:
    """Keep a new dashboard. One that cannot be shown is refused, with what is wrong with which tile."""
    viewer = require(request, Right.EDIT_DASHBOARDS).viewer
    _check(desk, body)
    id_ = dashboards.add(store_of(request), viewer, actor_of(request), body)
    return _told(request, desk, id_, 201)


@router.get("/dashboards/templates", response_model=None, responses=answers(TemplatesTold), summary="To begin with")
def all_templates(desk: AtDesk) -> Response:
    """Dashboards by goal and cadence, each with the KPIs whose data is there; what is left out, with what it needs."""

    def made(place: Place) -> dict[str, Any]:
        return {"templates": [_template(one, place) for one in offers(place.opened, lambda kpi: _needs(kpi, place))]}

    return desk.tell(made)


@router.get("/dashboards/{id_}", response_model=None, responses=answers(DashboardTold), summary="One, whole")
def one_dashboard(request: Request, desk: AtDesk, id_: str) -> Response:
    """What it shows, and which of its tiles cannot be shown any more, with the reason."""
    return _told(request, desk, id_)


@router.patch("/dashboards/{id_}", response_model=None, responses=answers(DashboardTold))
def change_dashboard(request: Request, desk: AtDesk, id_: str, body: Changed) -> Response:
    """Change what it shows or who sees it; refused where somebody else changed it meanwhile."""
    viewer = require(request, Right.EDIT_DASHBOARDS).viewer
    if body.layout:
        _check(desk, body.layout)
    with telling():
        dashboards.change(
            store_of(request), viewer, actor_of(request), id_, body.version, body.layout, body.shared
        )  # fmt: skip
    return _told(request, desk, id_)


@router.delete("/dashboards/{id_}", status_code=204)
def remove_dashboard(request: Request, id_: str) -> None:
    """Remove one's own; an admin anybody's."""
    viewer = require(request, Right.EDIT_DASHBOARDS).viewer
    with telling():
        _unsent(request, "dashboard", id_, dashboards.dashboard(store_of(request), viewer, id_).layout.name)
        dashboards.remove(store_of(request), viewer, actor_of(request), id_)


@router.get("/views", response_model=None, responses=answers(ViewsTold), summary="Saved views")
def all_views(request: Request, desk: AtDesk, page: Name | None = None) -> Response:
    """One's own and those that are shared, by name."""
    viewer = signed_in_of(request).viewer
    found, names = views.views(store_of(request), viewer, page), names_of(request)
    told = [{**vars(one), "owner": names.get(one.owner_id), "mine": one.owner_id == viewer.id} for one in found]
    return desk.fresh(lambda _: {"views": told})


@router.put("/views", response_model=None, responses=answers(ViewsTold))
def keep_view(request: Request, desk: AtDesk, body: NewView) -> Response:
    """Keep a view; one's own of that page and name is replaced."""
    viewer = _keeping(request, body.shared)
    views.keep(store_of(request), viewer, body.page, body.name, body.state, body.shared)
    return all_views(request, desk, body.page)


@router.delete("/views/{id_}", status_code=204)
def remove_view(request: Request, id_: str) -> None:
    viewer = _keeping(request)
    with telling():
        _unsent(request, "view", id_, *(one.name for one in views.views(store_of(request), viewer) if one.id == id_))
        views.remove(store_of(request), viewer, id_)


def _unsent(request: Request, kind: str, *called: str) -> None:
    """What a delivery sends stays until that sends it no more."""
    if sending := that_send(store_of(request), kind, *called):
        names = ", ".join(f"'{one.name}'" if one.open else "one that you may not see" for one in sending)
        raise RefusedError(
            409, f"It is sent by a delivery: {names}.", mend="Change or remove that first.", kind="in-use"
        )


def _keeping(request: Request, shared: bool = False) -> Viewer:
    """For himself in his browser anybody may keep views; for others, or by a token, who may change dashboards."""
    found = signed_in_of(request)
    return require(request, Right.EDIT_DASHBOARDS).viewer if shared or not found.secret else found.viewer


@contextmanager
def telling() -> Iterator[None]:
    """Refusals with the status each has on the wire."""
    try:
        yield
    except (NotThereError, NotYoursError, StaleError) as error:
        raise RefusedError(STATUS[type(error)], error.what, error.where, error.mend) from error


def _check(desk: Desk, layout: Layout) -> None:
    with desk.place() as place:
        found = faults(layout, place.opened)
    if found:
        mend = "Change or remove these tiles; the others are all right."
        raise RefusedError(422, " ".join(map(str, found)), mend=mend)


def _told(request: Request, desk: Desk, id_: str, status: int = 200) -> Response:
    viewer, names = signed_in_of(request).viewer, names_of(request)
    with telling():
        found = dashboards.dashboard(store_of(request), viewer, id_)

    def made(place: Place) -> dict[str, Any]:
        wrong = [vars(one) for one in faults(found.layout, place.opened)]
        layout = found.layout.model_dump(mode="json")
        return {**_short(found, viewer, names), "layout": layout, "faults": wrong}

    answer = desk.fresh(made)
    if answer.status_code == 200:  # not where the reader has it already
        answer.status_code = status
    return answer


def _short(one: Dashboard, viewer: Viewer, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.layout.name,
        "owner": names.get(one.owner_id),
        "mine": one.owner_id == viewer.id,
        "shared": one.shared,
        "version": one.version,
        "tiles": len(one.layout.tiles),
        "changed_at": one.changed_at,
        "may_change": one.changed_by(viewer),
        "may_share": one.shared_by(viewer),
    }


def _template(one: Offer, place: Place) -> dict[str, Any]:
    told = {name: getattr(one.template, name) for name in ("name", "goal", "cadence", "about")}
    left_out = [
        {"kpi": kpi, "label": place.catalog.definition(parse_asked(kpi).name).label, "needs": needs}
        for kpi, needs in one.lacking.items()
    ]
    layout = one.layout.model_dump(mode="json", exclude_none=True)
    shown = {"shows": one.shows, "layout": layout, "lacking": left_out, "needs_list": one.needs_list}
    return {"id": one.id, **told, **shown}


def _needs(kpi: str, place: Place) -> list[str]:
    return place.opened.untold.lacking(place.catalog.kpi(parse_asked(kpi)))


def names_of(request: Request) -> dict[str, str]:
    return {one.id: one.name for one in users(store_of(request))}
