"""The parts of pages over HTTP: what Python gives, told once, refused clearly, and narrowed to whoever asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

from accountlens.pages.account import header
from accountlens.pages.moves import moves
from accountlens.pages.people_map import people_map
from accountlens.pages.timeline import timeline
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.formats import json_bytes
from accountlens.workspace import Workspace

OF_ACCOUNT = ("", "/timeline", "/people", "/peers")
OF_ALL = ("/moves", "/todo")


@pytest.fixture(scope="module")
def ids(company: Path) -> list[str]:
    session = Workspace(company).opened().session
    session.table("accounts")
    return [id for (id,) in session.fetch("SELECT account_id FROM accounts ORDER BY account_id").fetchall()]


def told(found: Any) -> Any:
    return json.loads(json_bytes(found))


def shape(found: Any) -> Any:
    """What is told, without the last digits of sums."""
    if isinstance(found, dict):
        return {name: shape(one) for name, one in found.items()}
    if isinstance(found, list):
        return [shape(one) for one in found]
    return float(f"{found:.9g}") if isinstance(found, float | int) and not isinstance(found, bool) else found


def test_the_parts_are_those_that_python_gives(client: TestClient, company: Path, ids: list[str]) -> None:
    workspace, one = Workspace(company), ids[4]
    assert shape(get(client, f"/accounts/{one}")) == shape(told(header(workspace, one)))
    assert shape(get(client, f"/accounts/{one}/people")) == shape(told(people_map(workspace, one)))
    asked = get(client, f"/accounts/{one}/timeline", kinds="touch,deal", limit=7)
    assert shape(asked) == shape(told(timeline(workspace, one, kinds=["touch", "deal"], limit=7)))
    older = get(client, f"/accounts/{one}/timeline", kinds="touch,deal", limit=7, cursor=asked["cursor"])
    assert older["entries"][0]["at"] <= asked["entries"][-1]["at"]
    asked = get(client, "/moves", kpis="mrr,win_rate", period="2026-Q3", top=2)
    assert shape(asked) == shape(told(moves(workspace, ["mrr", "win_rate"], period="2026-Q3", top=2)))


@pytest.mark.parametrize("path", [*(f"/accounts/{{}}{part}" for part in OF_ACCOUNT), *OF_ALL])
def test_an_unchanged_part_is_not_told_again(client: TestClient, ids: list[str], path: str) -> None:
    first = client.get(API + path.format(ids[0]))
    assert first.status_code == 200
    again = client.get(API + path.format(ids[0]), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("part", OF_ACCOUNT)
def test_an_account_that_is_not_there_or_may_not_be_seen_is_not_found(company: Path, ids: list[str], part: str) -> None:
    app = create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: frozenset(ids[:3]))
    with TestClient(app) as client:
        assert get(client, f"/accounts/{ids[0]}{part}")
        hidden = get(client, f"/accounts/{ids[3]}{part}", status=404)
        nobody = get(client, f"/accounts/nobody{part}", status=404)
    assert hidden["detail"].replace(ids[3], "nobody") == nobody["detail"], "whether it is there is not told either"


def test_what_waits_and_moves_are_of_the_accounts_somebody_sees(company: Path, ids: list[str]) -> None:
    app = create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: frozenset(ids[:20]))
    with TestClient(app) as client:
        waits = {one["account_id"] for one in get(client, "/todo", limit=1000)["items"]}
        moved = get(client, "/moves", period="2026-Q3", top=100)["kpis"]
    assert waits
    assert waits <= set(ids[:20])
    movers = {one["account_id"] for kpi in moved for one in (*kpi["up"], *kpi["down"])}
    assert movers
    assert movers <= set(ids[:20])


@pytest.mark.parametrize(
    ("path", "asked", "status", "detail"),
    [
        ("/accounts/{}/timeline", {"kinds": "touchs"}, 400, "'touchs' is no kind of entry"),
        ("/accounts/{}/timeline", {"cursor": "bm8="}, 400, "is no place in a timeline"),
        ("/accounts/{}/timeline", {"limit": 0}, 422, "limit"),
        ("/accounts/{}", {"period": "2031"}, 400, "2031 has not begun"),
        ("/accounts/{}/people", {"silent": 1}, 422, "silent"),
        ("/accounts/{}/peers", {"kpis": "mrrr"}, 400, "No KPI named 'mrrr'"),
        ("/moves", {"kpis": "roi"}, 400, "roi cannot be split by 'account_id'"),
        ("/moves", {"where": "1 ="}, 400, ""),
        ("/todo", {"kinds": "everything"}, 400, "'everything' is no kind of reason"),
    ],
)
def test_a_mistake_is_told_as_a_problem(
    client: TestClient, ids: list[str], path: str, asked: dict[str, Any], status: int, detail: str
) -> None:
    assert detail in get(client, path.format(ids[0]), status=status, **asked)["detail"]
