"""A refresh begun out of the application, and how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.caching import Content, response, tag_of, unchanged
from accountlens.surfaces.web.formats import JSON, json_bytes
from accountlens.surfaces.web.questions import Name, Strict, instant
from accountlens.surfaces.web.refreshing import Progress
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note, present

router = APIRouter(prefix="/data/refresh", tags=["data"])
NEVER_KEPT = {"Cache-Control": "no-store"}


class RefreshAsked(Strict):
    full: Annotated[bool, Field(description="Fetch and make everything anew; the rows are the same.")] = False
    as_of: Annotated[Name | None, Field(description="The instant that is the present; else now.")] = None


class UnreadTold(BaseModel):
    source: str
    why: str


class RefreshTold(BaseModel):
    """The newest refresh of this server: none yet, running, done, in_part (sources could not be read), failed.

    `done` of `total` steps of what it is `doing` (0: not known); `what`, `where` and `mend` say why it failed. The
    snapshot of before is served until there is a newer one.
    """

    state: str
    by: str
    started_at: datetime | None
    ended_at: datetime | None
    doing: str
    done: int
    total: int
    snapshot: str | None
    seconds: float | None
    unread: list[UnreadTold]
    warnings: int
    what: str | None
    where: str | None
    mend: str | None


@router.get("", response_model=None, responses=answers(RefreshTold), summary="How far a refresh is")
def progress(desk: AtDesk) -> Response:
    """Of the newest one begun here; those of cron and the shell are told by `/data/sources` when they ended."""
    desk.require(Right.SEE_DATA)
    content = Content(json_bytes(_told(desk.server.refreshing.progress)), JSON, {})
    etag = tag_of(content.body)
    return unchanged(desk.request, etag) or response(desk.request, content, etag)


@router.post("", status_code=202, response_model=None, responses={202: {"model": RefreshTold}}, summary="Refresh")
def begin(request: Request, desk: AtDesk, body: RefreshAsked) -> Response:
    """Begin one in the background; 409 while another runs, with who began it and since when."""
    desk.require(Right.REFRESH)
    signed_in = present(request)
    who = signed_in.user.name if signed_in else desk.viewer.id
    as_of = instant(body.as_of, desk.server.hall.workspace.house.time_zone)
    begun = desk.server.refreshing.begin(who, full=body.full, as_of=as_of)
    note(request, "refresh_begun", full=body.full, as_of=body.as_of)
    return Response(json_bytes(_told(begun)), 202, NEVER_KEPT, media_type=JSON)


def _told(one: Progress) -> dict[str, Any]:
    return {**vars(one), "unread": [{"source": source, "why": why} for source, why in one.unread]}
