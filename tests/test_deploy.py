"""What deploy/ holds is what operations.md shows, and true of the program; proxies stand before it as written."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.servers.proxies import DEPLOY, NAME, free_port, program, standing
from tests.snippets import snippets
from tests.workspaces import write_files

from accountlens.surfaces.cli.app import run
from accountlens.workspace import Workspace

CHECKOUT = Path(__file__).parent.parent
PASSWORD = "tall windows hum softly"
ELSEWHERE = "127.0.0.2"  # whose request it is: another address of loopback
PRETENDED = "203.0.113.7"


def test_operations_shows_the_files_as_they_are() -> None:
    shown = [one.text for one in snippets(CHECKOUT / "docs/operations.md")]
    assert [file.name for file in sorted(DEPLOY.iterdir()) if file.read_text(encoding="utf-8") not in shown] == []


@pytest.mark.parametrize("file", ["accountlens.service", "accountlens-due.service", "Containerfile"])
def test_the_command_of_a_file_is_one_of_the_program(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    found = re.search(r"^(?:ExecStart=|CMD )(.+)$", text, re.MULTILINE)
    assert found
    words = json.loads(found[1]) if found[1].startswith("[") else found[1].split()
    assert (Path(words[0]).name, words[1]) == ("accountlens", "-C")
    assert run([words[3], "--help"]) == 0
    told = capsys.readouterr().out
    assert [word for word in words[4:] if word.startswith("--") and word not in told] == []


def test_the_container_has_a_python_that_is_new_enough_and_opens_the_port_it_serves() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    [image], [port] = (
        re.findall(r"^FROM python:3\.(\d+)-", text, re.MULTILINE),
        re.findall(r"^EXPOSE (\d+)$", text, re.MULTILINE),
    )
    [least] = re.findall(r'requires-python = ">=3\.(\d+)"', (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    assert int(image) >= int(least)
    assert f'"--port", "{port}"' in text
    assert text.index("useradd") < text.index("USER kpis") < text.index("CMD")


def test_units_of_systemd_are_whole(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    units = [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]
    for unit in units:
        text = unit.read_text(encoding="utf-8").replace("/opt/accountlens/bin/accountlens", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    there = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *there], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "accountlens" in line and "User" not in line]
    assert (len(there), ours) == (3, [])


@pytest.mark.long
@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_behind_a_proxy_as_it_is_written(proxy: str, tmp_path: Path) -> None:
    if program(proxy) is None:
        pytest.skip(f"{proxy} is not installed")
    folder = write_files(tmp_path / "company", {
        "accountlens.yaml": "name: Bare\nsources:\n  files: {type: files, path: data}\n",
        "data/accounts.csv": "account_id,name\n" + "".join(f"A{n},Acme {n}\n" for n in range(3000)),
    })  # fmt: skip
    Workspace(folder).refresh(as_of=datetime(2026, 7, 1))
    authority, port = trustme.CA(), free_port()
    with served(folder) as (behind, link), standing(proxy, tmp_path, authority, port, behind):
        told = Asked(port, authority)
        assert told("GET", "/api/v1/health")[0] == 200
        person = {"secret": link, "email": "ada@acme.example", "name": "Ada", "password": PASSWORD}
        status, headers, body = told("POST", "/api/v1/setup", person, {"X-Forwarded-For": PRETENDED})
        assert status == 201, body
        cookie = headers["set-cookie"]
        assert "Secure" in cookie.split("; ")
        mine = {"Cookie": cookie.partition(";")[0]}
        log = told("GET", "/api/v1/audit", headers=mine)[2]
        assert f'"{ELSEWHERE}"' in log
        assert PRETENDED not in log
        status, _, table = told("GET", "/api/v1/accounts", headers=mine | {"Accept": "text/csv"})
        assert (status, table.count("Acme ")) == (200, 3000)
        long = {"email": "ada@acme.example", "password": "-" * 2_000_000}  # more than nginx takes unless it is told
        status, _, body = told("POST", "/api/v1/session", long)
        assert (status, json.loads(body)["title"]) == (413, "Too much")


class Asked:
    """Somebody who asks over HTTPS, from another address than the proxy's."""

    def __init__(self, port: int, authority: trustme.CA) -> None:
        self.port, self.context = port, ssl.create_default_context()
        authority.configure_trust(self.context)

    def __call__(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(ELSEWHERE, 0))
        asked = HTTPSConnection(NAME, self.port)
        asked.sock = self.context.wrap_socket(raw, server_hostname=NAME)
        with closing(asked):
            sent = {"Host": NAME, "Origin": f"https://{NAME}", **(headers or {})}
            text = None if body is None else json.dumps(body)
            asked.request(method, path, text, sent | ({"Content-Type": "application/json"} if body else {}))
            answer = asked.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, str]]:
    """The port of `accountlens serve`, and the link of its first start."""
    command = [sys.executable, "-m", "accountlens", "-C", str(folder), "serve", "--no-browser", "--port", "0"]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--proxy", "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=surroundings,
    ) as process:
        assert process.stdout is not None
        said = ""
        try:
            while not (link := re.search(r"/\S*#(\S+)", said)):
                line = process.stdout.readline()
                assert line, said
                said += line
            port = re.search(r"http://127\.0\.0\.1:(\d+)", said)
            assert port, said
            yield int(port[1]), link[1]
        finally:
            process.terminate()
            process.communicate(timeout=30)
