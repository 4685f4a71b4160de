"""Benchmarks over HTTP: kept with their source, told by KPI, checked, by whoever defines KPIs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get
from tests.web.test_lists import browser

from accountlens import Workspace
from accountlens.people.viewer import Role

ONE = {"value": 0.21, "source": "Survey 2025, 312 companies", "dated": "2025-06-30"}
RANGE = {"low": 0.1, "high": 0.3, "source": "Board", "dated": "2026-01-01", "only": {"tier": "A"}}


@pytest.fixture
def ada(orders: Path) -> Iterator[TestClient]:
    with browser(orders, Role.ADMIN) as client:
        yield client


def put(client: TestClient, kpi: str, status: int, *benchmarks: dict[str, Any]) -> Any:
    answer = client.put(f"{API}/benchmarks/{kpi}", json={"benchmarks": list(benchmarks)})
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_benchmarks_are_kept_told_and_removed(ada: TestClient, orders: Path) -> None:
    before = ada.get(f"{API}/benchmarks")
    assert before.json() == {"benchmarks": {}, "faults": []}
    put(ada, "win_rate", 204, ONE, RANGE)
    put(ada, "nps", 204, {**ONE, "value": 32, "url": "https://example.com/a?b=1"})
    after = ada.get(f"{API}/benchmarks", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    told = after.json()["benchmarks"]
    assert [one["value"] for one in told["win_rate"]] == [0.21, None]
    assert told["win_rate"][1] == {"value": None, "url": None, **RANGE}
    assert told["nps"][0]["url"] == "https://example.com/a?b=1"
    assert Workspace(orders).benchmarks()["win_rate"][1].high == 0.3
    put(ada, "win_rate", 204)
    assert list(get(ada, "/benchmarks")["benchmarks"]) == ["nps"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "s", "dated": "2025-01-01"},
        {**ONE, "low": 0.1},
        {**RANGE, "low": 0.5},
        {**ONE, "source": ""},
        {**ONE, "dated": "soon"},
        {**ONE, "url": "javascript:alert(1)"},
        {**ONE, "value": "NaN"},
        {**ONE, "extra": 1},
    ],
)
def test_what_is_no_benchmark_is_refused(ada: TestClient, orders: Path, wrong: dict[str, Any]) -> None:
    put(ada, "win_rate", 422, wrong)
    assert not (orders / "benchmarks.yaml").exists()


def test_what_nobody_knows_is_refused(ada: TestClient) -> None:
    put(ada, "win_rat", 404, ONE)
    assert "Accounts have no 'teir'." in put(ada, "win_rate", 400, {**ONE, "only": {"teir": "A"}})["detail"]
    put(ada, "win_rate", 422, *[ONE] * 13)


def test_a_faulty_file_breaks_no_page_and_is_told(ada: TestClient, orders: Path) -> None:
    (orders / "benchmarks.yaml").write_text("win_rate:\n- {value: 0.2, source: s}\n")
    told = get(ada, "/benchmarks")
    assert told["benchmarks"] == {}
    assert "benchmarks.yaml:2" in told["faults"][0]
    assert "dated" in told["faults"][0]
    assert "dated" in str(Workspace(orders).check())
    (orders / "benchmarks.yaml").write_text("win_rat:\n- {value: 0.2, source: s, dated: 2025-01-01}\n")
    assert "Did you mean 'win_rate'?" in get(ada, "/benchmarks")["faults"][0]
    (orders / "benchmarks.yaml").write_text("- a\n")
    assert get(ada, "/benchmarks")["faults"]
    assert "benchmarks.yaml" in put(ada, "win_rate", 409, ONE)["detail"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNT_MANAGER, Role.VIEWER])
def test_who_may_not_define_kpis_may_look_alone(orders: Path, role: Role) -> None:
    with browser(orders, role) as client:
        assert "define KPIs" in put(client, "win_rate", 403, ONE)["detail"]
        assert get(client, "/benchmarks")["benchmarks"] == {}
