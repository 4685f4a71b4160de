"""When an answer may be told again: ETags by snapshot, sight and question, finished bytes for the next reader."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

import accountlens

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

    @property
    def size(self) -> int:
        return len(self.body) + len(self.__dict__.get("zipped") or b"")


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


class Kept:
    """Finished answers by their ETag, as many as the budget holds; those not asked for longest go first."""

    def __init__(self, megabytes: float) -> None:
        self.budget, self.used = int(megabytes * 1024 * 1024), 0
        self.hits = self.misses = 0
        self._known: OrderedDict[str, Content] = OrderedDict()
        self._making: dict[str, Future[Content]] = {}
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Content]) -> Content:
        """What is kept under the key, else what is made; made once for all who ask at the same time."""
        with self._lock:
            if found := self._known.get(key):
                self.hits += 1
                self._known.move_to_end(key)
                return found
            making = self._making.get(key)
            if making is None:
                self.misses += 1
                self._making[key] = mine = Future[Content]()
        if making is not None:
            return making.result()
        return self._made(key, mine, make)

    def _made(self, key: str, mine: Future[Content], make: Callable[[], Content]) -> Content:
        try:
            content = make()
            _ = content.zipped
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._keep(key, content)
        mine.set_result(content)
        return content

    def _keep(self, key: str, content: Content) -> None:
        if content.size > self.budget // 4:  # one answer is not to push out all others
            return
        self._known[key] = content
        self.used += content.size
        while self.used > self.budget:
            _, gone = self._known.popitem(last=False)
            self.used -= gone.size
