"""A real server on loopback: refreshes while many read, ports, Ctrl-C; and what is opened and closed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

from accountlens.errors import AccountlensError
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.cli import demo
from accountlens.surfaces.cli.app import run
from accountlens.surfaces.cli.serve import try_out
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.place import OLDER, Hall
from accountlens.surfaces.web.serving import address, listen, look, only_with, serving
from accountlens.surfaces.web.signing_in import address_of
from accountlens.workspace import Workspace

ASKED = f"{API}/query?{urlencode({'kpis': 'repeat_customer_share', 'by': 'tier', 'period': '2026-01..2026-06'})}"
ME = Viewer("me", "", "", Role.ADMIN)


def readers(folder: Path, count: int, refreshes: int) -> tuple[set[str], set[str]]:
    """Read from a server by so many at once while it is refreshed; the snapshots published, and those read."""
    workspace = Workspace(folder)
    published, read = {workspace.snapshots()[0].id}, set()
    ended = threading.Event()

    def reader(where: str) -> None:
        with closing(HTTPConnection(where.removeprefix("http://"), timeout=60)) as connection:
            while not ended.is_set():
                connection.request("GET", ASKED)
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == 200, body
                read.add(json.loads(body)["snapshot"])

    app = create_app(folder, viewer_of=somebody)
    with serving(app, listen("127.0.0.1", 0)) as where, ThreadPoolExecutor(count) as pool:
        running = [pool.submit(reader, where) for _ in range(count)]

        def until_read(snapshot: str) -> None:
            while not any(one.done() for one in running) and snapshot not in read:
                threading.Event().wait(0.01)

        try:
            until_read(workspace.snapshots()[0].id)
            for number in range(refreshes):
                orders = folder / "data" / "orders.csv"
                orders.write_text(f"{orders.read_text()}P{number},A{number % 3 + 1},2026-06-0{number + 1},10\n")
                workspace.refresh(as_of=datetime(2026, 7, 1) + timedelta(days=number))
                workspace.vacuum(keep=1)
                published.add(workspace.snapshots()[0].id)
                until_read(workspace.snapshots()[0].id)
        finally:
            ended.set()
        for one in running:
            one.result()
        assert app.state.server.hall.open_snapshots == 1
    return published, read


def test_a_refresh_while_many_read_is_seen_by_all_and_breaks_nobody(orders: Path) -> None:
    published, read = readers(orders, 24, 3)
    assert len(published) == 4
    assert read == published


@pytest.mark.long
def test_two_hundred_read_while_it_is_refreshed(orders: Path) -> None:
    published, read = readers(orders, 200, 6)
    assert read == published


def test_a_snapshot_is_closed_when_nobody_uses_it_any_more(orders: Path) -> None:
    hall = Hall(orders, lambda viewer, workspace: None)
    with hall.place(ME) as first:
        Workspace(orders).refresh(as_of=datetime(2026, 7, 2))
        with hall.place(ME) as second:
            assert second.snapshot.id != first.snapshot.id
            assert hall.open_snapshots == 2
        first.session.fetch("SELECT 1")  # still in use, though somebody left
    assert hall.open_snapshots == 1
    with pytest.raises(duckdb.ConnectionException):
        first.session.fetch("SELECT 1")
    second.session.fetch("SELECT 1")
    hall.close()


def test_older_snapshots_asked_by_name_stay_open_up_to_a_few(orders: Path) -> None:
    hall = Hall(orders, lambda viewer, workspace: None)
    for day in range(OLDER + 2):
        Workspace(orders).refresh(as_of=datetime(2026, 7, 2 + day))
    for snapshot in Workspace(orders).snapshots():
        with hall.place(ME, snapshot.id) as place:
            assert place.snapshot.id == snapshot.id
    assert hall.open_snapshots == 1 + OLDER
    hall.close()


def test_a_definition_that_changes_counts_without_a_refresh_and_a_broken_one_does_not(orders: Path) -> None:
    folder = orders / "kpis" / "own"
    folder.mkdir(parents=True)
    own = folder / "order_count.yaml"
    text = "label: Orders\nasks: How many?\nunit: count\ngood: up\nleads: lagging\nreview: monthly\nformula: n\n"
    text += "measures:\n  n: {fact: orders, at: ordered_at, count: rows}\nsources: [us]\n"
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        asked = {"kpis": "order_count", "period": "2026-01..2026-06"}
        get(client, "/query", 400, **asked)
        own.write_text(text)
        assert get(client, "/query", **asked)["kpis"][0]["value"] == [2]
        own.write_text(text.replace("count: rows", "count: nonsense_column"))
        assert get(client, "/query", **asked)["kpis"][0]["value"] == [2]


def test_a_workspace_never_refreshed_says_so(tmp_path: Path) -> None:
    (tmp_path / "accountlens.yaml").write_text("name: New\n")
    with TestClient(create_app(tmp_path, viewer_of=somebody)) as client:
        assert get(client, "/health", 503)["status"] == "not ready"
        assert "accountlens refresh" in get(client, "/query", 409, kpis="nps")["mend"]


def test_the_next_free_port_is_taken_where_none_is_named() -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AccountlensError, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)
    with closing(listen("127.0.0.1", None)) as first, closing(listen("127.0.0.1", None)) as second:
        assert address(first) != address(second)


def test_a_trial_is_answered_to_who_knows_its_secret_alone(orders: Path) -> None:
    viewer_of, headers = only_with()
    with serving(create_app(orders, viewer_of=viewer_of), listen("127.0.0.1", 0)) as where:
        assert look(where, f"{API}/health")["status"] == "ok"
        assert look(where, ASKED, headers)["periods"]
        with pytest.raises(AccountlensError, match="401"):
            look(where, ASKED)


@pytest.mark.parametrize(
    ("proxies", "believed"), [([], False), (["10.0.0.0/8"], False), (["127.0.0.1"], True), (["127.0.0.0/24"], True)]
)
def test_a_word_on_whose_request_it_is_is_believed_of_named_proxies_alone(
    orders: Path, monkeypatch: pytest.MonkeyPatch, proxies: list[str], believed: bool
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # uvicorn's own; ours are named where it is started
    seen: list[tuple[str, str]] = []

    def viewer_of(request: Request) -> Viewer:
        seen.append((address_of(request), request.url.scheme))
        return ME

    with serving(create_app(orders, viewer_of=viewer_of), listen("127.0.0.1", 0), proxies) as where:
        look(where, ASKED, {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
    assert seen == [("203.0.113.9", "https") if believed else ("127.0.0.1", "http")]


@pytest.mark.parametrize("told", ["*", "proxy.example", "10.0.0.7/8"])
def test_a_proxy_is_named_by_its_address(orders: Path, capsys: pytest.CaptureFixture[str], told: str) -> None:
    assert run(["-C", str(orders), "serve", "--no-browser", "--proxy", told]) == 1
    said = capsys.readouterr().err
    assert f"'{told}'" in said
    assert "127.0.0.1" in said


BUSY = """\
from accountlens.surfaces.cli.app import main
from accountlens.surfaces.web import ahead

def without_end(place):
    print("at work", flush=True)
    place.session.fetch("SELECT sum(hash(range)) FROM range(100000000000)")

ahead._make = without_end
main()
"""


def test_serve_prints_its_address_answers_and_ends_quietly_and_at_once_whatever_is_worked_on(orders: Path) -> None:
    command = [sys.executable, "-c", BUSY, "-C", str(orders), "serve", "--no-browser", "--port", "0"]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings
    ) as served:
        assert served.stdout is not None
        said = ""
        while not (" at http" in said and "at work" in said):
            line = served.stdout.readline()
            assert line, said
            said += line
        where = said.partition("Serving at ")[2].split()[0]
        assert look(where, f"{API}/health")["status"] == "ok"
        served.send_signal(signal.SIGINT)
        _, errors = served.communicate(timeout=30)
    assert (served.returncode, errors) == (0, "")


def test_a_port_that_is_taken_is_told(orders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        code = run(["-C", str(orders), "serve", "--no-browser", "--port", str(taken.getsockname()[1])])
    assert code == 1
    assert "Name another with --port" in capsys.readouterr().err


@pytest.mark.parametrize(("terminal", "serves"), [(True, True), (False, True), (True, False)])
def test_the_demo_ends_in_the_browser_or_shows_that_it_would(
    terminal: bool, serves: bool, company: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[object] = []
    monkeypatch.setattr(demo, "make", lambda folder: Workspace(company))
    monkeypatch.setattr(demo, "serve", lambda *place, **how: served.append(place))
    monkeypatch.setattr(demo.messages, "is_terminal", lambda stream: terminal)
    demo.demo(company, serves)
    assert served == ([(company, "127.0.0.1", None)] if terminal and serves else [])
    assert ("Served at http://127.0.0.1:" in capsys.readouterr().out) == (serves and not terminal)


def test_a_demo_that_cannot_be_asked_is_an_error(orders: Path) -> None:
    with pytest.raises(AccountlensError, match="400"):
        try_out(orders, ["no_such_kpi"])
