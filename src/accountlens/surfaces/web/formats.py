"""How content is written: JSON, CSV and Arrow, and which of them a request wants."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from starlette.requests import Request

from accountlens.surfaces.web.problems import RefusedError

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
ARROW = "application/vnd.apache.arrow.stream"
OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def json_bytes(content: Any) -> bytes:
    """Times, which are UTC without zone, get their Z; what is not a number is null."""
    return orjson.dumps(content, default=_plain, option=OPTIONS)


def arrow_bytes(table: Any) -> bytes:
    """A `pyarrow.Table` as a stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def wanted(request: Request, *offered: str) -> str:
    """The first of the media types offered that the request accepts; the first of all where it says nothing."""
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("accept", "*/*").split(",")]
    for one in accepted:
        for media in offered:
            kind = media.partition(";")[0]
            if one in (kind, "*/*", f"{kind.partition('/')[0]}/*"):
                return media
    listed = ", ".join(media.partition(";")[0] for media in offered)
    raise RefusedError(406, f"This is not to be had as {', '.join(accepted)}.", mend=f"Accept one of {listed}.")


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
