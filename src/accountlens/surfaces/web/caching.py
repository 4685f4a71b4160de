"""When an answer may be told again: ETags by snapshot, sight and question, finished bytes for the next reader."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

import accountlens
from accountlens.once import Once

LEAST_BYTES = 1024  # below, compressing gains nothing
LEVEL = 4  # of gzip: 2.5 MB in 12 ms to a fourteenth; level 6 takes twice as long for a sixth less
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding, Cookie, Authorization"}


@dataclass(frozen=True)
class Content:
    """The bytes of an answer, and how they are told."""

    body: bytes
    media: str
    headers: Mapping[str, str]

    @cached_property
    def zipped(self) -> bytes | None:
        """The same compressed, where that is worth it."""
        return gzip.compress(self.body, LEVEL, mtime=0) if len(self.body) > LEAST_BYTES else None


def tag(*parts: str) -> str:
    """A weak ETag: the same question of the same rows has the same answer, however it is compressed."""
    told = "\n".join((accountlens.__version__, *parts))
    return f'W/"{hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]}"'


def tag_of(body: bytes) -> str:
    """The ETag of what is made anew whenever it is asked."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def unchanged(request: Request, etag: str) -> Response | None:
    """304, where the reader has just that."""
    known = request.headers.get("if-none-match", "")
    if etag in [one.strip() for one in known.split(",")] or known.strip() == "*":
        return Response(status_code=304, headers={**HEADERS, "ETag": etag})
    return None


def response(request: Request, content: Content, etag: str) -> Response:
    """The content as the request takes it: compressed where it may be."""
    headers = {**HEADERS, **content.headers, "ETag": etag}
    body = content.body
    if content.zipped is not None and takes(request, "gzip"):
        body, headers["Content-Encoding"] = content.zipped, "gzip"
    return Response(body, headers=headers, media_type=content.media)


def takes(request: Request, encoding: str) -> bool:
    """Whether the reader takes a content encoding."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        word, _, quality = part.strip().partition(";")
        if word in (encoding, "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def kept(megabytes: float) -> Once[str, Content]:
    """Finished answers by their ETag, as many as so much memory holds."""
    return Once(megabytes * 1024 * 1024, _weight)


def _weight(content: Content) -> int:
    return len(content.body) + len(content.zipped or b"")
