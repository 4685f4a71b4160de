"""How an error looks on the wire: problem+json (RFC 9457) with what is wrong, where, and how to mend it."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from accountlens.errors import AccountlensError, ProblemsError

MEDIA = "application/problem+json"
PACKAGE = Path(__file__).resolve().parents[3]
TITLES = {
    400: "This cannot be asked",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not ready",
    410: "Gone",
    413: "Too much",
    415: "Media type not supported",
    422: "Faulty question",
    429: "Too many at once",
    500: "Something went wrong here",
}
LESS = "Send less at once."

log = logging.getLogger("accountlens.web")


class RefusedError(AccountlensError):
    """An error with its own status: what is not there, not allowed, or too much."""

    def __init__(
        self,
        status: int,
        what: str,
        where: str | None = None,
        mend: str | None = None,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(what, where, mend)
        self.status, self.kind, self.headers, self.more = status, kind, headers, more or {}


def missing(what: str, mend: str | None = None) -> RefusedError:
    """What a path names is not there."""
    return RefusedError(404, what, mend=mend)


def nowhere(request: Request) -> RefusedError:
    """An address that there is not."""
    return missing(f"Nothing is at {request.url.path}.", "/api/v1/openapi.json lists all there is.")


def problem(
    status: int,
    detail: str,
    where: str | None = None,
    mend: str | None = None,
    *,
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """The response that tells it."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    word = kind or re.sub(r"[^a-z]+", "-", title.lower())
    told = {"type": f"urn:accountlens:problem:{word}", "title": title, "status": status, "detail": detail}
    told |= {"where": where, "mend": mend, **more}
    shown = dict(headers or {}) | {"Cache-Control": "no-store"}
    return Response(orjson.dumps(told), status, shown, media_type=MEDIA)


def unforeseen(error: Exception) -> Response:
    """A fault of ours: told by a number that the log has, too."""
    number = uuid.uuid4().hex[:12]
    log.error("unforeseen error %s", number, exc_info=error)
    mend = f"Try again. If it stays so, tell who looks after this server: error {number}."
    return problem(500, "This is a fault of the program, not of your question.", mend=mend, id=number)


def tell_problems(app: FastAPI, folder: Path) -> None:
    """Make an application tell its errors so."""

    def deliberate(request: Request, error: Exception) -> Response:
        assert isinstance(error, AccountlensError)
        return told(error, folder)

    app.add_exception_handler(AccountlensError, deliberate)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def told(error: AccountlensError, folder: Path) -> Response:
    """A deliberate error; where it stands is told relative to the workspace."""
    what, where, mend = (text and plain(text, folder) for text in (error.what, error.where, error.mend))
    if isinstance(error, RefusedError):
        return problem(error.status, what or "", where, mend, kind=error.kind, headers=error.headers, **error.more)
    if isinstance(error, ProblemsError):
        what = f"{len(error.problems)} problems found; the first: {plain(str(error.problems[0]), folder)}"
        return problem(409, what, mend="'accountlens check' tells all of them.")
    return problem(409 if "refreshed here yet" in error.what else 400, what or "", where or None, mend)


def plain(text: str, folder: Path) -> str:
    """A text without paths of this machine, and without the dashes of options."""
    for root in sorted({str(folder.resolve()), str(folder.absolute()), str(PACKAGE)}, key=len, reverse=True):
        text = text.replace(f"{root}/", "").replace(root, "the workspace")
    return re.sub(r"(?<![\w-])--(?=[a-z])", "", text)


def _invalid(request: Request, error: Exception) -> Response:
    """What does not fit the schema, field by field."""
    assert isinstance(error, RequestValidationError)
    faults = [{"where": _field(one["loc"]), "what": one["msg"].removeprefix("Value error, ")} for one in error.errors()]
    first = faults[0]
    return problem(422, f"{first['where']}: {first['what']}", first["where"], "docs: /api/v1/docs", faults=faults)


def _field(place: Sequence[Any]) -> str:
    return ".".join(map(str, place[1:])) or str(place[0])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        found = nowhere(request)
        return problem(404, found.what, mend=found.mend)
    if error.status_code == 405:
        return problem(405, f"{request.method} is not possible here.", headers=error.headers)
    mend = LESS if error.status_code == 413 else None
    return problem(error.status_code, str(error.detail), mend=mend, headers=error.headers)
