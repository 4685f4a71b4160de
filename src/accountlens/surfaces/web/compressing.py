"""Compressing answers: as brotli where the reader takes it, else as gzip."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping

import pyarrow as pa
from starlette.requests import Request

LEAST_BYTES = 1024  # below, compressing gains nothing
# On answers of 30 to 750 kB brotli's quality 3 takes a third to two thirds of the time of gzip's level 4, for 5 to 12 %
# fewer bytes; quality 4 saves another 2 to 5 % for up to twice the time (docs/decisions/0019-application.md).
QUALITY, LEVEL = 3, 4
LONG_BYTES, QUICK = 512 * 1024, 1  # beyond, quality 1 takes less than half the time for 3 % more bytes


def _brotli(body: bytes) -> bytes:
    quality = QUALITY if len(body) <= LONG_BYTES else QUICK
    packed: bytes = pa.Codec("brotli", compression_level=quality).compress(body, asbytes=True)
    return packed


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


# The best first. Wheels of Arrow bring brotli; one that somebody built may not.
WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    **({"br": _brotli} if pa.Codec.is_available("brotli") else {}),
    "gzip": _gzip,
}


def chosen(request: Request, length: int) -> str | None:
    """How so many bytes go to the reader; None: as they are."""
    if length <= LEAST_BYTES:
        return None
    return next((way for way in WAYS if takes(request, way)), None)


def takes(request: Request, encoding: str) -> bool:
    """Whether the reader takes a content encoding."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        word, _, quality = part.strip().partition(";")
        if word in (encoding, "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
