"""Around every request: its size, the headers of its answer, what is counted of it, and the fault nobody foresaw."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accountlens.surfaces.web.metrics import Counters
from accountlens.surfaces.web.problems import LESS, problem, unforeseen

# Nothing is ever loaded from elsewhere; styles are set by the libraries that measure and draw.
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in DIRECTIVES.items())
ADDRESS_BYTES = 48 * 1024  # the longest address; what is longer is asked in the body of a POST
READ_AWAY_BYTES = 16 * 1024 * 1024  # of a request that is refused for its size
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Outer:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, counters: Counters, bytes_of: Callable[[str], int]) -> None:
        """`bytes_of`: how long a request to a path may be."""
        self.app, self.counters, self.bytes_of = app, counters, bytes_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def telling(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        with self.counters.working():
            await self._guarded(scope, receive, telling)
        self.counters.count(scope, status, time.perf_counter() - begun)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, most = False, self.bytes_of(scope["path"])

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if len(scope["path"]) + len(scope["query_string"]) > ADDRESS_BYTES:
                told = problem(413, f"The address is longer than {ADDRESS_BYTES:,} bytes.", mend=LESS)
                await told(scope, receive, noting)
            elif (length := _announced(scope)) > most:
                await _read_away(receive, length)
                told = problem(413, _too_large(most), mend=LESS, headers={"Connection": "close"})
                await told(scope, receive, noting)
            else:
                await self.app(scope, _measured(receive, most), noting)
        except Exception as error:  # whatever it is, no traceback goes out
            if started:
                raise
            await unforeseen(error)(scope, receive, noting)


def _measured(receive: Receive, most: int) -> Callable[[], Awaitable[Any]]:
    read = 0

    async def measured() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, _too_large(most), {"Connection": "close"})
        return message

    return measured


def _too_large(most: int) -> str:
    return f"The request is larger than {most:,} bytes."


async def _read_away(receive: Receive, length: int) -> None:
    """A proxy that is cut off while it sends tells 502 in place of our answer: what is not too long is read first."""
    while 0 < length <= READ_AWAY_BYTES:
        message = await receive()
        length -= len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def _announced(scope: Scope) -> int:
    """The length that the request's head tells; 0 where it tells none."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0
