"""A refresh out of the application: in the background, one at a time, readers undisturbed, failures told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get
from tests.web.test_lists import browser

from accountlens.matches.review import Matches
from accountlens.people.viewer import Role
from accountlens.store import Store
from accountlens.surfaces.web import refreshing
from accountlens.workspace import Workspace


@pytest.fixture
def ada(orders: Path) -> Iterator[TestClient]:
    with browser(orders, Role.ADMIN) as client:
        yield client


def ended(client: TestClient) -> Any:
    for _ in range(1200):
        told = get(client, "/data/refresh")
        if told["state"] != "running":
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def begin(client: TestClient, status: int = 202, **body: Any) -> Any:
    answer = client.post(f"{API}/data/refresh", json={"as_of": "2026-07-01", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def bought(client: TestClient) -> list[float]:
    return get(client, "/query", kpis="new_to_repeat_ratio", period="2026-01..2026-06")["kpis"][0]["value"]


def test_what_is_new_is_answered_when_it_has_ended(ada: TestClient, orders: Path) -> None:
    none = ada.get(f"{API}/data/refresh")
    assert none.json()["state"] == "none"
    same = {"If-None-Match": none.headers["etag"]}
    assert ada.get(f"{API}/data/refresh", headers=same).status_code == 304
    before, old = bought(ada), get(ada, "/catalog")["snapshot"]
    with (orders / "data/orders.csv").open("a") as file:
        file.write("O3,A2,2026-06-20,70\nO4,A2,2026-06-21,70\n")
    begun = begin(ada)
    assert ada.get(f"{API}/data/refresh", headers=same).status_code == 200
    assert (begun["state"], begun["by"]) == ("running", "u") or begun["state"] == "done"
    told = ended(ada)
    assert (told["state"], told["what"], told["unread"]) == ("done", None, [])
    assert told["snapshot"] != old
    assert get(ada, "/catalog")["snapshot"] == told["snapshot"]
    assert bought(ada) != before


def test_a_second_one_is_told_who_refreshes_and_since_when(
    ada: TestClient, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, before, old = Event(), bought(ada), get(ada, "/catalog")["snapshot"]
    real = refreshing.Workspace.refresh

    def slowly(self: Any, **asked: Any) -> Any:
        asked["progress"]("reading files", 1, 3)
        assert go_on.wait(60)
        return real(self, **asked)

    monkeypatch.setattr(refreshing.Workspace, "refresh", slowly)
    begin(ada)
    for _ in range(200):
        told = get(ada, "/data/refresh")
        if told["doing"] == "reading files":
            break
        time.sleep(0.05)
    assert (told["state"], told["done"], told["total"]) == ("running", 1, 3)
    refused = begin(ada, 409)
    assert "begun by u at 20" in refused["detail"]
    assert refused["type"].endswith("refreshing")
    assert get(ada, "/catalog")["snapshot"] == old  # the last good state is served meanwhile
    assert bought(ada) == before
    go_on.set()
    assert ended(ada)["state"] == "done"


def test_one_of_another_process_is_told_too(ada: TestClient, orders: Path) -> None:
    with Store(orders / "store").writing():
        refused = begin(ada, 409)
    assert "Another process is writing (process " in refused["detail"]
    assert "since" in refused["detail"]
    assert get(ada, "/data/refresh")["state"] == "none"
    begin(ada)
    assert ended(ada)["state"] == "done"


def test_what_fails_is_told_and_the_last_state_stays(ada: TestClient, orders: Path) -> None:
    old = get(ada, "/catalog")["snapshot"]
    text = (orders / "data/orders.csv").read_text()
    (orders / "data/orders.csv").write_text(text.replace("ordered_at", "when_ordered"))
    begin(ada)
    told = ended(ada)
    assert told["state"] == "failed"
    assert told["what"]
    assert str(orders) not in str(told)
    assert get(ada, "/catalog")["snapshot"] == old
    (orders / "data/orders.csv").write_text(text)
    begin(ada)
    assert ended(ada)["state"] == "done"


def test_a_fault_of_the_program_is_told_by_its_number(ada: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, **asked: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(refreshing.Workspace, "refresh", broken)
    begin(ada)
    told = ended(ada)
    assert told["state"] == "failed"
    assert "secret" not in str(told)
    assert "error " in told["mend"]


def test_readers_see_no_error_while_it_runs(ada: TestClient, orders: Path) -> None:
    paths = ("/catalog", "/query?kpis=new_to_repeat_ratio&by=tier&period=2026-01..2026-06", "/data/sources")
    seen: list[int] = []
    over = Event()

    def read() -> None:
        while not over.is_set():
            seen.extend(ada.get(f"{API}{path}").status_code for path in paths)

    readers = [Thread(target=read) for _ in range(4)]
    for one in readers:
        one.start()
    for _ in range(2):
        begin(ada, full=True)
        assert ended(ada)["state"] == "done"
    over.set()
    for one in readers:
        one.join()
    assert len(seen) > 20
    assert set(seen) == {200}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNT_MANAGER, Role.VIEWER])
def test_who_may_not_refresh_may_not(orders: Path, role: Role) -> None:
    with browser(orders, role) as client:
        assert "may not do that: refresh" in begin(client, 403)["detail"]


def test_a_snapshot_removed_while_it_is_read_fails_no_reader_and_decides_nothing(
    ada: TestClient, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches, days = Workspace.matches, iter(range(2, 4))

    def outdated(self: Workspace) -> Matches:
        """The first to read finds the files of his snapshot gone."""
        if day := next(days, None):
            other = Workspace(orders)
            other.refresh(as_of=datetime(2026, 7, day), full=True)
            other.vacuum(keep=1)
            monkeypatch.setattr(Workspace, "matches", matches)
        return matches(self)

    monkeypatch.setattr(Workspace, "matches", outdated)
    told = get(ada, "/data/matches")
    assert told["snapshot"] == Workspace(orders).snapshots()[0].id
    monkeypatch.setattr(Workspace, "matches", outdated)
    decided = {"value": "domain:acme.example", "account": "A1"}
    refused = ada.post(f"{API}/data/matches", json=decided)
    assert (refused.status_code, refused.json()["mend"]) == (
        409,
        "Look whether it is done already; else send it again.",
    )
    assert get(ada, "/data/matches")["decided"] == []
    assert ada.post(f"{API}/data/matches", json=decided).status_code == 200
