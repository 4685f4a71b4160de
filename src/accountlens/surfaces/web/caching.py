"""When an answer may be told again: ETags by snapshot, sight and question, finished bytes for the next reader."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

import accountlens
from accountlens.once import Once
from accountlens.surfaces.web.compressing import WAYS, chosen

PACKED = 1.5  # of an answer as it is, with what it is compressed to in both ways: each at most a quarter, as a rule
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Accept-Encoding, Cookie, Authorization"}


@dataclass(frozen=True)
class Content:
    """The bytes of an answer, and how they are told."""

    body: bytes
    media: str
    headers: Mapping[str, str]
    _packed: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def packed(self, way: str) -> bytes:
        """The same compressed, once for all who read it so."""
        return self._packed.get(way) or self._packed.setdefault(way, WAYS[way](self.body))


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
    if way := chosen(request, len(body)):
        body, headers["Content-Encoding"] = content.packed(way), way
    return Response(body, headers=headers, media_type=content.media)


def kept(megabytes: float) -> Once[str, Content]:
    """Finished answers by their ETag, as many as so much memory holds."""
    return Once(megabytes * 1024 * 1024, _weight)


def _weight(content: Content) -> float:
    return PACKED * len(content.body)
