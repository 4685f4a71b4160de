"""An API on loopback: an application answers with JSON, and before it does, what real servers do wrong is done.

`faults` hold what to do at the n-th request (from 1): answer otherwise, cut the connection, say nothing for a while.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request: `query` and `form` hold the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str = ""

    @property
    def form(self) -> Mapping[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body or "null")


@dataclass(frozen=True)
class Answer:
    """What is sent back: `body` as JSON, or as it is where it is text."""

    body: Any = None
    code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    slow_seconds: float = 0
    cut: bool = False  # the connection ends in the middle of the body


Application = Callable[[Asked], Answer]
FAULTS = {
    "429": Answer({"message": "too many"}, 429, {"Retry-After": "1"}),
    "500": Answer({"message": "oops"}, 500),
    "503 page": Answer("<html>down</html>", 503),
    "timeout": Answer({}, slow_seconds=0.5),
    "cut": Answer({"records": ["..."]}, cut=True),
}


@dataclass
class Api:
    """A running server."""

    port: int
    application: Application
    faults: dict[int, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.faults.pop(len(self.asked), None) or self.application(asked)


@contextmanager
def running(application: Application) -> Iterator[Api]:
    """The server, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body at once: in two pieces, each answer would wait for the client's word

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            answer = api.answer(Asked(self.command, parts.path, query, dict(self.headers), body))
            time.sleep(answer.slow_seconds)
            told = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.code)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.encode()) + 1000 * answer.cut))
            self.end_headers()
            self.wfile.write(told.encode())
            self.wfile.flush()
            self.close_connection = answer.cut or self.close_connection

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # a client that waited long enough
                super().handle()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        api = Api(server.server_address[1], application)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
