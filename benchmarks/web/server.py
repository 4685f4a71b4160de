"""`accountlens serve` in a process of its own, and readers who are signed in to it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pyarrow as pa
from benchmarks.setting import Setting
from benchmarks.web.companies import copied

from accountlens.people import links
from accountlens.people.audit import Actor
from accountlens.people.viewer import Role
from accountlens.workspace import Workspace

API = "/api/v1"
PASSWORD = "five plain words do well"
ARROWS_NAME = {"br": "brotli", "gzip": "gzip"}
ANSWER_SECONDS = 120
IDLE_SECONDS = 4  # a server drops a connection on which nothing was asked for five


class Told(NamedTuple):
    """An answer as it came over the wire, and the seconds from the first byte sent to the last received."""

    status: int
    body: bytes
    seconds: float
    encoding: str
    etag: str

    def plain(self) -> bytes:
        if not self.encoding:
            return self.body
        with pa.CompressedInputStream(pa.BufferReader(self.body), ARROWS_NAME[self.encoding]) as packed:
            content: bytes = packed.read()
        return content

    def json(self) -> Any:
        return json.loads(self.plain())


class Reader:
    """Somebody signed in, on one connection."""

    def __init__(self, address: str, cookie: str) -> None:
        self.cookie = cookie
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=ANSWER_SECONDS)
        self._headers, self._heard = {"Cookie": cookie, "Accept-Encoding": "gzip, br"}, time.perf_counter()

    def get(self, path: str, known: str = "", **words: Any) -> Told:
        return self._asked("GET", f"{path}?{urlencode(words, doseq=True)}", None, {"If-None-Match": known})

    def post(self, path: str, csrf: str, **body: Any) -> Told:
        headers = {"X-CSRF-Token": csrf, "Content-Type": "application/json"}
        return self._asked("POST", path, json.dumps(body).encode(), headers)

    def csrf(self) -> str:
        return str(self.get("/session").json()["csrf"])

    def close(self) -> None:
        self._connection.close()

    def _asked(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Told:
        begun = time.perf_counter()
        if begun - self._heard > IDLE_SECONDS:
            self._connection.close()  # and opened anew, as a browser does: the server is about to
        self._connection.request(method, f"{API}{path}", body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        told = answer.read()
        self._heard = time.perf_counter()
        seconds = self._heard - begun
        encoding = answer.headers.get("Content-Encoding", "")
        return Told(answer.status, told, seconds, encoding, answer.headers.get("ETag", ""))


@dataclass
class Served:
    """A company that is served; `folder` is the copy of it."""

    address: str
    folder: Path
    process: int
    _numbers: Iterator[int] = field(default_factory=count)

    def reader(self, role: Role = Role.ADMIN) -> Reader:
        """Somebody new, who followed his invitation and chose a password."""
        email = f"reader{next(self._numbers)}@example.com"
        _, link = links.invite(Workspace(self.folder).store, Actor(None, "command line"), email, "Reader", role)
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=ANSWER_SECONDS)
        path = f"{API}/invitations/{link.path.partition('#')[2]}"
        body = json.dumps({"password": PASSWORD})
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 201, told
        connection.close()
        return Reader(self.address, answer.headers["Set-Cookie"].partition(";")[0])

    def cpu_seconds(self) -> float | None:
        """Of all its threads since it began; None where the system does not tell."""
        told = Path(f"/proc/{self.process}/stat")
        if not told.exists():
            return None
        fields = told.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def own_mb(self) -> float | None:
        """The memory it holds for itself alone now; None where the system does not tell."""
        told = Path(f"/proc/{self.process}/status")
        found = re.search(r"RssAnon:\s+(\d+)", told.read_text()) if told.exists() else None
        return int(found[1]) / 2**10 if found else None


@contextmanager
def served(company: Path, setting: Setting) -> Iterator[Served]:
    """A copy of the company, served on a free port."""
    with copied(company, setting) as folder:
        command = [sys.executable, "-m", "accountlens", "-C", folder, "serve", "--port", "0", "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                yield Served(_address(server.stdout), folder, server.pid)
            finally:
                server.terminate()


def _address(said: Iterator[str]) -> str:
    told = ""
    for line in said:
        told += line
        if found := re.search(r"Serving at (http://\S+)", told):
            return found[1]
    raise AssertionError(f"the server ended: {told}")
