"""Reviews: those there are, one made now, frozen ones as they were reported and beside what is known now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from accountlens.boards.refusals import NotThereError
from accountlens.choosing.review import pack_named
from accountlens.pages.stand import stand
from accountlens.people.rights import Right
from accountlens.people.users import users
from accountlens.reports.audience import groups, managers
from accountlens.reports.build import build
from accountlens.reports.cells import change, closing, show
from accountlens.reports.content import Report, to_plain
from accountlens.reports.forms import FORMS, file_name
from accountlens.reports.frozen import Frozen, all_frozen, freeze, thaw
from accountlens.reports.known_now import Restated, known_now
from accountlens.reports.packs import CADENCES, packs
from accountlens.reports.spans import offered
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.cursors import AllPaged
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.report_models import (
    Form,
    KnownNowTold,
    ReportsTold,
    ReviewAsked,
    ReviewTold,
    ReviewWanted,
)
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of, store_of

router = APIRouter(tags=["reviews"])
Id = Annotated[str, Path(min_length=1, max_length=40)]
FILES = [form.media for form in FORMS.values()]


@router.get("/reports", response_model=None, responses=answers(ReportsTold), summary="Reviews there are")
def all_reports(desk: AtDesk, asked: Annotated[AllPaged, Query()]) -> Response:
    """Which can be made, for whom, and the frozen ones whose every account one sees, the latest first."""

    def make(place: Place) -> dict[str, Any]:
        here = stand(place.workspace)
        found = managers(here)
        frozen = all_frozen(place.workspace.store, place.workspace.seen)
        shown, after = asked.page(asked.limit, "reports").of(frozen)
        return {
            "packs": [{"pack": name, **pack.model_dump(include=ABOUT)} for name, pack in packs().items()],
            "frozen": _heads(desk, place, shown),
            "next": after,
            "periods": {cadence: [vars(one) for one in offered(here, cadence)] for cadence in CADENCES},
            "teams": sorted({row["team"] for row in found if row["team"]}),
            "owners": [{"id": row["id"], "name": row["name"] or row["id"]} for row in found],
            "tiers": groups(here, "tier"),
            "segments": groups(here, "segment"),
            "may_freeze": Right.EDIT_DASHBOARDS in desk.rights,
        }

    return desk.fresh(make)


ABOUT = {"title", "about", "cadences", "audiences"}


@router.get("/reports/review", response_model=None, responses=answers(ReviewTold, *FILES), summary="One, made now")
def review(desk: AtDesk, asked: Annotated[ReviewWanted, Query()]) -> Response:
    """Of the accounts one sees; as JSON, or as a file."""
    made: list[Report] = []

    def make(place: Place) -> Any:
        made.append(_built(place, asked))
        return _given(made[0], asked.format)

    return _told(desk, make, made, asked.format)


@router.post("/reports/frozen", status_code=201, response_model=None, responses={201: {"model": ReviewTold}})
def freeze_review(desk: AtDesk, body: ReviewAsked) -> Response:
    """Keep a review as it is told now."""
    desk.require(Right.EDIT_DASHBOARDS)

    def make(place: Place) -> Any:
        report = _built(place, body)
        store = place.workspace.store
        id_ = freeze(store, report, actor_of(desk.request))
        head, kept = thaw(store, place.workspace.seen, id_)
        return {**_given(kept, "json"), "frozen": _heads(desk, place, [head])[0]}

    answer = desk.fresh(make)
    answer.status_code = 201
    return answer


@router.get("/reports/frozen/{id_}", response_model=None, responses=answers(ReviewTold, *FILES), summary="As reported")
def frozen_review(desk: AtDesk, id_: Id, format: Form = "json") -> Response:
    """Exactly what was reported, whatever came since."""
    made: list[Report] = []

    def make(place: Place) -> Any:
        with _there():
            head, report = thaw(place.workspace.store, place.workspace.seen, id_)
        made.append(report)
        given = _given(report, format)
        return {**given, "frozen": _heads(desk, place, [head])[0]} if format == "json" else given

    return _told(desk, make, made, format)


@router.get("/reports/frozen/{id_}/now", response_model=None, responses=answers(KnownNowTold), summary="As known now")
def frozen_and_now(desk: AtDesk, id_: Id) -> Response:
    """Every figure that was reported beside what it is today, and why it differs."""

    def make(place: Place) -> dict[str, Any]:
        with _there():
            _, report = thaw(place.workspace.store, place.workspace.seen, id_)
        found = known_now(place.workspace, report)
        figures = [_restated(one, report.currency) for one in found.figures]
        about = {"snapshot": found.snapshot, "kept": found.kept, "restated": len(found.restated)}
        return {**about, "figures": sorted(figures, key=lambda one: bool(one["same"]))}

    return desk.fresh(make)


def _built(place: Place, asked: ReviewAsked) -> Report:
    of = pack_named(place.workspace, asked.goal)
    return build(place.workspace, asked.cadence, asked.audience, asked.period, of=of)


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except NotThereError as error:
        raise RefusedError(404, error.what, mend="GET /api/v1/reports lists those there are.") from error


def _given(report: Report, form: Form) -> Any:
    if form == "json":
        return {"review": to_plain(report), "about": list(closing(report)), "frozen": None}
    return FORMS[form].make(report)


def _told(desk: Desk, make: Any, made: list[Report], form: Form) -> Response:
    """A file is told to the audit log, and comes with its name."""
    if form == "json":
        return desk.fresh(make)
    answer = desk.fresh(make, media=FORMS[form].media)
    if made:
        answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(made[0], form)}"'
    return answer


def _heads(desk: Desk, place: Place, found: Sequence[Frozen]) -> list[dict[str, Any]]:
    names = {user.id: user.name for user in users(store_of(desk.request))}
    kept = {one.id for one in place.workspace.store.snapshots()}
    seen = place.workspace.seen
    return [
        {
            "id": one.id,
            "name": one.name,
            "frozen_at": one.frozen_at,
            "frozen_by": names.get(one.frozen_by or ""),
            "whole": one.sees is None,
            "headline": one.headline,
            **one.told,
            "kept": one.told["snapshot"] in kept,
            "explained": one.explained_to(seen),
        }
        for one in found
    ]


def _restated(one: Restated, currency: str) -> dict[str, Any]:
    shown = [
        *(show(value, one.unit, currency) for value in (one.reported, one.now)),
        change(one.change, one.unit, currency),
    ]
    return {**vars(one), "change": one.change, "shown": shown}
