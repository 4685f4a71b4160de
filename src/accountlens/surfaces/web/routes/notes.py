"""Notes about accounts, KPIs and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from accountlens.boards import notes
from accountlens.boards.refusals import NotThereError
from accountlens.language.periods import parse_range
from accountlens.language.query import Query as Asked
from accountlens.people.rights import Right
from accountlens.people.viewer import Viewer
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.board_models import NotesTold
from accountlens.surfaces.web.cursors import AllOrLimit, Paged
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Name, Strict, Text
from accountlens.surfaces.web.routes.boards import names_of, telling
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import require, signed_in_of, store_of
from accountlens.warehouses.expand import literal

router = APIRouter(tags=["dashboards, views and notes"])


class NewNote(Strict):
    text: Text
    on: Annotated[date | None, Field(description="The day it is about; today where none is named.")] = None
    account_id: Name | None = None
    kpi: Name | None = None


class NotesAsked(Paged):
    """Which notes."""

    account_id: Name | None = None
    kpi: Name | None = None
    since: Annotated[date | None, Field(description="The first day.")] = None
    until: Annotated[date | None, Field(description="The last day.")] = None
    period: Annotated[Name | None, Field(description="The days of a period, in place of both: last-90-days …")] = None
    limit: AllOrLimit = None


class NewText(Strict):
    text: Text


@router.get("/notes", response_model=None, responses=answers(NotesTold), summary="Notes")
def all_notes(request: Request, desk: AtDesk, asked: Annotated[NotesAsked, Query()]) -> Response:
    """Of accounts one sees, and those of no account; the newest day first."""
    viewer, names = signed_in_of(request).viewer, names_of(request)

    def made(place: Place) -> dict[str, Any]:
        since, until = _days(place, asked.period) if asked.period else (asked.since, asked.until)
        store, seen = store_of(request), place.workspace.seen
        found = notes.notes(store, seen, account_id=asked.account_id, kpi=asked.kpi, since=since, until=until)
        shown, after = asked.page(asked.limit).of(found)
        return {"notes": [_note(one, viewer, names) for one in shown], "next": after}

    return desk.fresh(made)


def _days(place: Place, period: str) -> tuple[date, date | None]:
    """The first day of a period and its last; none where it reaches up to now, for what was written since."""
    ground = place.opened.ground(Asked(()))
    span = parse_range(period, ground.clock.today, ground.fiscal_starts)
    return span.start, None if span.end >= ground.clock.today else span.end - timedelta(days=1)


@router.post("/notes", status_code=201, response_model=None, responses={201: {"model": NotesTold}})
def write_note(request: Request, desk: AtDesk, body: NewNote) -> Response:
    """Write a note about an account one sees, a KPI, or a day of the company."""
    viewer = require(request, Right.WRITE_NOTES).viewer
    with desk.place() as place, telling():
        if body.kpi:
            place.catalog.definition(body.kpi)
        _known_account(place, body.account_id)
        day = body.on or place.opened.ground(Asked(())).clock.today
        id_ = notes.write(
            store_of(request), viewer, place.workspace.seen, body.account_id, body.kpi, day, body.text
        )  # fmt: skip
    names = names_of(request)

    def made(place: Place) -> dict[str, Any]:
        found = notes.notes(store_of(request), place.workspace.seen, account_id=body.account_id, kpi=body.kpi)
        return {"notes": [_note(one, viewer, names) for one in found if one.id == id_], "next": None}

    answer = desk.fresh(made)
    answer.status_code = 201
    return answer


@router.patch("/notes/{id_}", status_code=204)
def change_note(request: Request, desk: AtDesk, id_: str, body: NewText) -> None:
    """Write one's own note anew."""
    viewer = require(request, Right.WRITE_NOTES).viewer
    with desk.place() as place, telling():
        notes.change(store_of(request), viewer, place.workspace.seen, id_, body.text)


@router.delete("/notes/{id_}", status_code=204)
def remove_note(request: Request, desk: AtDesk, id_: str) -> None:
    """Remove one's own note; an admin anybody's."""
    viewer = require(request, Right.WRITE_NOTES).viewer
    with desk.place() as place, telling():
        notes.change(store_of(request), viewer, place.workspace.seen, id_, None)


def _note(one: notes.Note, viewer: Viewer, names: Mapping[str, str]) -> dict[str, Any]:
    return {**vars(one), "author": names.get(one.author_id), "mine": one.author_id == viewer.id}


def _known_account(place: Place, account_id: str | None) -> None:
    if account_id is None:
        return
    place.session.table("accounts")
    sql = f"SELECT 1 FROM accounts WHERE account_id = {literal(account_id)}"
    if not place.session.fetch(sql).fetchall():
        raise NotThereError(f"There is no account '{account_id}', or you do not see it.")
