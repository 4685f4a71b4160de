"""The browser application as it was built: its files, and its page for every address that is not the API's."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from accountlens.surfaces.web.compressing import takes
from accountlens.surfaces.web.problems import missing, nowhere

BUILT = Path(__file__).parent / "static"
INDEX = "index.html"
FOREVER = "public, max-age=31536000, immutable"  # files whose name changes with their content
COMPRESSED = {"br": ".br", "gzip": ".gz"}  # made beside the files when they are built
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>accountlens</title>
<h1>The API runs; the browser application is not built.</h1>
<p>Build it with <code>make web</code> (Node 20 or newer), then load this page again.</p>
<p>The API is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p></html>
"""


class Application:
    """Answers every address that is no route: a file, else the application's page, which finds out what to show."""

    def __init__(self, built: Path) -> None:
        self.built = built

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await page(Request(scope), self.built)(scope, receive, send)


def page(request: Request, built: Path) -> Response:
    """The file an address names, else the page. An unknown address of the API is none of its own."""
    name = request.url.path.lstrip("/")
    if name == "api" or name.startswith("api/"):
        raise nowhere(request)
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(405, headers={"Allow": "GET, HEAD"})
    if not (built / INDEX).is_file():
        return HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"})
    file = _file(built, name)
    if file is None and name.startswith("assets/"):
        raise missing(f"Nothing is at {request.url.path}.", "Load the page again: the application is a newer one.")
    return _told(request, file or built / INDEX, hashed=file is not None and name.startswith("assets/"))


def _file(built: Path, name: str) -> Path | None:
    """A file of the application; nothing outside its folder."""
    if not name or "\x00" in name:
        return None
    file = (built / name).resolve()
    inside = file.is_relative_to(built.resolve())
    return file if inside and file.is_file() and file.suffix not in COMPRESSED.values() else None


def _told(request: Request, file: Path, *, hashed: bool) -> Response:
    headers = {"Cache-Control": FOREVER if hashed else "no-cache", "Vary": "Accept-Encoding"}
    media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    for encoding, suffix in COMPRESSED.items():
        beside = file.with_name(file.name + suffix)
        if takes(request, encoding) and beside.is_file():
            return FileResponse(beside, headers={**headers, "Content-Encoding": encoding}, media_type=media)
    return FileResponse(file, headers=headers, media_type=media)
