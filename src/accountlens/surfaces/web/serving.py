"""Serving: an address to listen at, the server, and a first look whether it answers."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from ipaddress import ip_network
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from accountlens.errors import AccountlensError
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.problems import RefusedError

PORT = 8642
NEXT = 20  # ports that are tried after it
START_SECONDS = 20.0
BACKLOG = 2048
HEAD_BYTES = 1024 * 1024  # of a request: beyond, the connection is cut without a word; the application answers before


def listen(host: str, port: int | None) -> socket.socket:
    """A socket at the port named; where none is, at the usual one or the next that is free."""
    tried = [port] if port is not None else [*range(PORT, PORT + NEXT), 0]
    fault: OSError | None = None
    for one in tried:
        try:
            return _bound(host, one)
        except OSError as error:
            fault = error
    why = (fault.strerror or str(fault)) if fault else ""
    mend = "Name another with --port, or end what listens there." if port is not None else "Name another with --host."
    raise AccountlensError(f"Cannot listen at {host}:{port or PORT}: {why}.", mend=mend)


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)  # only then is the port taken
    except OSError:
        opened.close()
        raise
    return opened


def address(opened: socket.socket) -> str:
    """The address to type into a browser."""
    host, port = opened.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def known_proxies(told: Iterable[str]) -> list[str]:
    """Addresses and networks, `10.0.0.7` or `10.0.0.0/24`; `AccountlensError` where one is neither."""
    proxies = list(told)
    for one in proxies:
        try:
            ip_network(one)
        except ValueError as error:
            mend = "Write an address (127.0.0.1) or a network (10.0.0.0/24)."
            raise AccountlensError(f"'{one}' is no address of a proxy.", mend=mend) from error
    return proxies


def serve(
    app: FastAPI, opened: socket.socket, ready: Callable[[], None] = lambda: None, proxies: Sequence[str] = ()
) -> None:
    """Answer until interrupted; `ready` is called when the first request can come."""
    server = _server(app, proxies)
    threading.Thread(target=_tell, args=(server, ready), daemon=True).start()
    server.run(sockets=[opened])


@contextmanager
def serving(app: FastAPI, opened: socket.socket, proxies: Sequence[str] = ()) -> Iterator[str]:
    """Answer while the block lasts, in a thread; the address."""
    server = _server(app, proxies)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        yield address(opened)
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        opened.close()


def only_with() -> tuple[Callable[[Request], Viewer], Mapping[str, str]]:
    """Who asks, where only the one who sends these headers may; he sees all."""
    secret = f"Bearer {secrets.token_urlsafe(32)}"

    def viewer_of(request: Request) -> Viewer:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), secret.encode()):
            raise RefusedError(401, "Nobody is signed in.", mend="This is a trial; serve it.")
        return Viewer("trial", "", "", Role.ADMIN)

    return viewer_of, {"Authorization": secret}


def look(at: str, path: str, headers: Mapping[str, str] | None = None) -> Any:
    """What an address answers, as JSON; `AccountlensError` where it does not answer well."""
    connection = HTTPConnection(at.removeprefix("http://"), timeout=START_SECONDS)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        body = answer.read()
    except OSError as error:
        raise AccountlensError(f"{at}{path} does not answer: {error}.") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise AccountlensError(f"{at}{path} answers {answer.status}: {body[:500].decode(errors='replace')}")
    return json.loads(body)


def _server(app: FastAPI, proxies: Sequence[str]) -> uvicorn.Server:
    """Left to itself, uvicorn believes every program on this machine about whose request it brings."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        lifespan="on",
        h11_max_incomplete_event_size=HEAD_BYTES,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
    return uvicorn.Server(config)


def _tell(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started and not server.should_exit:
        time.sleep(0.02)
    if server.started:
        ready()
