"""`/data`: sources, balance, quarantine, matches, snapshots, problems; and who may see and decide them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.test_merges import DATA, NOW
from tests.web.conftest import API, every_page, get, somebody

from accountlens.people import audit
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace


def post(client: TestClient, path: str, body: Any, status: int = 200) -> Any:
    answer = client.post(f"{API}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messy")
    (folder / "data").mkdir()
    orders = "order_id,account_id,ordered_at,amount\nO1,a1,2024-03-02,100\nO2,a1,someday,250\n,a2,2024-03-02,1\n"
    for name, text in {**DATA, "orders": orders}.items():
        (folder / "data" / f"{name}.csv").write_text(dedent(text).strip() + "\n")
    (folder / "accountlens.yaml").write_text("currency: EUR\nsources: {files: {path: data}}\n")
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def messy(before: Path, tmp_path: Path) -> Path:
    """Accounts that may be one, leads that wait, and rows with faults."""
    return shutil.copytree(before, tmp_path / "messy")


@pytest.fixture
def reviewer(messy: Path) -> Iterator[TestClient]:
    with TestClient(create_app(messy, viewer_of=somebody)) as client:
        yield client


def test_sources_tell_when_they_were_read_and_how_far_they_go(client: TestClient, company: Path) -> None:
    told = get(client, "/data/sources")
    (source,) = told["sources"]
    assert (source["source"], source["type"], source["failures"], source["error"]) == ("files", "files", 0, "")
    assert source["fetched_at"].endswith("Z")
    assert {one["entity"] for one in told["freshness"]} == {one.entity for one in Workspace(company).freshness()}
    assert [run["status"] for run in told["runs"]] == ["done"]


def test_no_row_disappears_in_the_balance(client: TestClient, company: Path) -> None:
    told = get(client, "/data/balance")
    balance = Workspace(company).snapshots()[0].balance
    assert {one["table"]: one["taken_in"] for one in told["tables"]} == {k: v.taken_in for k, v in balance.items()}
    assert all(one["taken_in"] == one["accepted"] + one["duplicates"] + one["quarantined"] for one in told["tables"])


def test_quarantined_rows_are_told_by_reason_and_page(reviewer: TestClient, messy: Path) -> None:
    told = get(reviewer, "/data/quarantine", limit=1)
    assert told["total"] == sum(one["count"] for one in told["reasons"]) == Workspace(messy).quarantine().num_rows
    rows = told["rows"]
    while told["next"]:
        told = get(reviewer, "/data/quarantine", limit=1, cursor=told["next"])
        rows += told["rows"]
    faulty = next(row for row in rows if row["row_number"] and "someday" in row["reason"])
    assert faulty["content"]["amount"] == "250"
    only = get(reviewer, "/data/quarantine", table="orders", reason=faulty["reason"])
    assert [row["content"]["order_id"] for row in only["rows"]] == ["O2"]
    text = reviewer.get(f"{API}/data/quarantine", headers={"Accept": "text/csv"}).text
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows)


def test_mended_rows_are_taken_at_the_next_refresh(reviewer: TestClient, messy: Path) -> None:
    only = get(reviewer, "/data/quarantine", table="orders", reason="ordered_at 'someday' is no date")
    row = only["rows"][0]
    mended = {
        **row["content"],
        "ordered_at": "2024-03-09",
        **{key: row[key] for key in ("table", "source", "row_number")},
    }
    assert post(reviewer, "/data/quarantine/mended", {"rows": [mended]})["decided"] == 1
    Workspace(messy).refresh(as_of=NOW)
    assert get(reviewer, "/data/quarantine", table="orders", reason="ordered_at 'someday' is no date")["total"] == 0
    told = post(reviewer, "/data/quarantine/mended", {"rows": [{"table": "orders", "amount": "1"}]}, 400)
    assert "not in quarantine" in told["detail"]


def test_a_match_is_previewed_decided_and_taken_back(reviewer: TestClient, messy: Path) -> None:
    waiting = get(reviewer, "/data/matches")["waiting"]
    first = get(reviewer, "/data/matches", limit=1)
    assert (first["total"], first["waiting"]) == (len(waiting), waiting[:1])
    assert [(one["said"], one["rows"]) for one in waiting] == [("domain:twin.com", {"leads": 1}), ("account:a6", {})]
    body = {"value": waiting[0]["said"], "account": "a5"}
    assert post(reviewer, "/data/matches/preview", {**body, "period": "2024-05"})["rows"] == {"leads": 1}
    assert get(reviewer, "/data/matches")["decided"] == []
    post(reviewer, "/data/matches", {**body, "note": "asked them"})
    assert get(reviewer, "/data/matches")["decided"] == [
        {"kind": "domain", "value": "twin.com", "said": "domain:twin.com", "account_id": "a5", "accepted": True}
    ]
    assert "asked them" in (messy / "matches.csv").read_text()
    Workspace(messy).refresh(as_of=NOW)
    assert [one["said"] for one in get(reviewer, "/data/matches")["waiting"]] == ["account:a6"]
    assert reviewer.delete(f"{API}/data/matches/domain:twin.com").json()["decided"] == 1
    assert get(reviewer, "/data/matches")["decided"] == []
    assert [one.action for one in audit.entries(Workspace(messy).store)] == ["undo match", "accept match"]


def test_accounts_are_merged_and_taken_apart(reviewer: TestClient, messy: Path) -> None:
    told = post(reviewer, "/data/merges", {"loser": "a6", "survivor": "a5", "on": "2024-02-01"})
    assert told["file"] == "merges.csv"
    assert "a6,a5,2024-02-01" in (messy / "merges.csv").read_text()
    merged = {"kind": "account", "value": "a6", "said": "account:a6", "account_id": "a5", "accepted": True}
    assert get(reviewer, "/data/matches")["decided"] == [merged]
    assert reviewer.delete(f"{API}/data/merges/a6").json()["decided"] == 1
    assert "itself" in post(reviewer, "/data/merges", {"loser": "a5", "survivor": "a5"}, 400)["detail"]
    assert "Nothing waits" in post(reviewer, "/data/matches", {"value": "domain:nobody.example"}, 400)["detail"]


def test_snapshots_are_listed_and_compared(orders: Path) -> None:
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        get(client, "/data/snapshots/diff", 400)
        accounts = orders / "data" / "accounts.csv"
        accounts.write_text(accounts.read_text() + "A4,Dune,,B\n")
        Workspace(orders).refresh(as_of=datetime(2026, 7, 2))
        told = get(client, "/data/snapshots")["snapshots"]
        assert [one["current"] for one in told] == [True, False]
        assert every_page(client, "/data/snapshots", "snapshots") == told
        found = get(client, "/data/snapshots/diff")
        assert (found["first"], found["second"]) == (told[1]["id"], told[0]["id"])
        assert next(one for one in found["tables"] if one["table"] == "accounts")["came"] == 1


def test_problems_are_those_of_check(reviewer: TestClient, messy: Path) -> None:
    told = get(reviewer, "/data/problems")
    found = Workspace(messy).check()
    assert len(told["problems"]) == len(found)
    assert told["warnings"] == sum(one.severity == "warning" for one in found) > 0
    assert "rows_quarantined" in {one["code"] for one in told["problems"]}


@pytest.mark.parametrize(
    "path", ["sources", "balance", "quarantine", "matches", "snapshots", "snapshots/diff", "problems"]
)
def test_a_manager_sees_none_of_it(path: str, company: Path) -> None:
    def manager(request: Request) -> Viewer:
        return Viewer("m", "", "", Role.MANAGER)

    with TestClient(create_app(company, viewer_of=manager, sees=lambda viewer, workspace: None)) as client:
        assert "manager may not" in get(client, f"/data/{path}", 403)["detail"]


def test_who_may_look_may_not_decide(messy: Path) -> None:
    def viewer(request: Request) -> Viewer:
        return Viewer("v", "", "", Role.VIEWER)

    with TestClient(create_app(messy, viewer_of=viewer)) as client:
        assert get(client, "/data/matches")["waiting"]
        post(client, "/data/matches", {"value": "domain:twin.com", "account": "a5"}, 403)
        post(client, "/data/merges", {"loser": "a6", "survivor": "a5"}, 403)
        post(client, "/data/quarantine/mended", {"rows": [{"table": "orders"}]}, 403)
        assert client.delete(f"{API}/data/matches/x").status_code == 403
        assert not (messy / "matches.csv").exists()


def test_what_leaves_as_a_file_is_in_the_audit_log(orders: Path) -> None:
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        get(client, "/accounts")
        client.get(f"{API}/accounts", params={"where": "tier = 'A'"}, headers={"Accept": "text/csv"})
    (line,) = audit.entries(Workspace(orders).store)
    assert (line.action, line.subject) == ("export", f"{API}/accounts")
    assert line.detail["form"] == "text/csv"
    assert "tier" in line.detail["asked"]
