"""Whether it runs, and what it counts: for whoever looks after it, without signing in."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

import accountlens
from accountlens.errors import AccountlensError
from accountlens.surfaces.web.caching import Content, response, tag_of
from accountlens.surfaces.web.formats import json_bytes
from accountlens.surfaces.web.metrics import MEDIA

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """`ok`, or why nothing can be asked. `as_of`: the moment the numbers are of."""

    status: str
    version: str
    snapshot: str | None
    as_of: datetime | None
    detail: str | None = None


@router.get("/health", response_model=Health, responses={503: {"model": Health, "description": "Not ready"}})
def health(request: Request) -> Response:
    """Whether questions can be answered; 503 where they can't."""
    told = {"status": "ok", "version": accountlens.__version__, "snapshot": None, "as_of": None, "detail": None}
    try:
        snapshot = request.app.state.server.hall.current()
        told |= {"snapshot": snapshot.id, "as_of": snapshot.as_of.replace(tzinfo=UTC)}
    except AccountlensError as error:
        told |= {"status": "not ready", "detail": error.what}
    body = json_bytes(told)
    status = 200 if told["status"] == "ok" else 503
    return Response(body, status, {"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/metrics", response_model=None, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """Requests, durations, the cache and the open snapshots, as Prometheus reads them."""
    body = request.app.state.counters.told()
    return response(request, Content(body, MEDIA, {}), tag_of(body))
