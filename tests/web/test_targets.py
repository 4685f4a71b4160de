"""Targets over HTTP: set, split, imported and told to whom they concern, fresh at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.selling import selling
from tests.web.conftest import API, every_page, get

from accountlens.people import audit
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace


class Browser(Protocol):
    def __call__(self, role: Role, employee: str | None = None) -> TestClient: ...


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return selling(tmp_path_factory.mktemp("selling")).folder


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "selling")


@pytest.fixture
def browser(folder: Path) -> Iterator[Browser]:
    with ExitStack() as opened:

        def browse(role: Role, employee: str | None = None) -> TestClient:
            def who(request: Request) -> Viewer:
                return Viewer(f"u-{employee or role}", "", "", role, employee)

            return opened.enter_context(TestClient(create_app(folder, viewer_of=who)))

        yield browse


def send(client: TestClient, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{API}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def put(
    client: TestClient, scope: str, amount: str | float, kpi: str = "sales_revenue", period: str = "2026-Q3"
) -> Any:
    return send(client, "/targets", 201, kpi=kpi, scope=scope, period=period, amount=amount, note="plan")


def test_a_target_that_is_set_is_told_with_its_pace_and_stands_beside_answers_at_once(
    browser: Browser, folder: Path
) -> None:
    ada = browser(Role.ADMIN)
    question = {"kpis": "sales_revenue", "by": "owner_id", "period": "2026-Q3", "compare": "target"}
    first = ada.get(f"{API}/query", params=question)
    one = put(ada, "owner:Ann", "+20%")
    assert (one["worth"], one["scope"]["name"], one["period"]["grain"]) == (pytest.approx(8_640), "Ann", "quarter")
    beside = ada.get(f"{API}/query", params=question, headers={"If-None-Match": first.headers["etag"]})
    assert beside.status_code == 200
    assert beside.json()["kpis"][0]["compare"]["target"]["value"] == pytest.approx([8_640, None, None, None])
    told = get(ada, "/targets")["targets"]
    assert [(row["id"], row["pace"]["verdict"], row["pace"]["actual"]) for row in told] == [
        (one["id"], "on", pytest.approx(3_456))
    ]
    posted = [send(ada, "/query", **{**question, "kpis": ["sales_revenue"], "by": ["owner_id"], "compare": ["target"]})]
    put(ada, "owner:Ann", 9_000)
    posted += [
        send(ada, "/query", **{**question, "kpis": ["sales_revenue"], "by": ["owner_id"], "compare": ["target"]})
    ]
    assert [one["kpis"][0]["compare"]["target"]["value"][0] for one in posted] == pytest.approx([8_640, 9_000])
    noted = [entry.action for entry in audit.entries(Workspace(folder).store)]
    assert noted.count("set target") == 2


def test_accounts_in_columns_stand_beside_their_targets_at_once(browser: Browser) -> None:
    ada = browser(Role.ADMIN)
    question = {"columns": "sales_revenue", "compare": "target", "period": "2026-Q3", "sort": "name"}
    told = [get(ada, "/accounts", **question)]
    for amount in (9_000, 8_000):
        put(ada, "account:Acme", amount)
        told.append(get(ada, "/accounts", **question))
    assert [one["columns"][0]["then"][0] for one in told] == [None, 9_000, 8_000]


def test_what_did_not_change_is_told_again_as_304(browser: Browser) -> None:
    ada = browser(Role.ADMIN)
    put(ada, "company", 14_400)
    etag = ada.get(f"{API}/targets").headers["etag"]
    assert ada.get(f"{API}/targets", headers={"If-None-Match": etag}).status_code == 304
    put(ada, "company", 14_500)
    assert ada.get(f"{API}/targets", headers={"If-None-Match": etag}).status_code == 200


def test_a_target_is_split_looked_at_and_gathered(browser: Browser) -> None:
    ada = browser(Role.ADMIN)
    one = put(ada, "company", 10_000)
    preview = send(ada, f"/targets/{one['id']}/cascade", over="tier", how="weights", weights={"A": 0.5, "B": 0.3})
    assert (preview["given"], preview["remainder"], preview["saved"]) == (8_000.0, 2_000.0, 0)
    assert len(get(ada, "/targets", pace=False)["targets"]) == 1
    send(ada, f"/targets/{one['id']}/cascade", over="tier", how="weights", weights={"A": 0.5, "B": 0.3}, save=True)
    assert [row["parent"] for row in get(ada, "/targets", scope="tier")["targets"]] == [one["id"]] * 2
    assert every_page(ada, "/targets", "targets") == get(ada, "/targets")["targets"]
    assert get(ada, f"/targets/{one['id']}/parts", over="tier")["remainder"] == 2_000.0
    assert send(ada, f"/targets/{one['id']}/gather", over="tier")["worth"] == 8_000.0
    send(ada, f"/targets/{one['id']}/retire", note="gone")
    versions = get(ada, f"/targets/{one['id']}/history")["versions"]
    assert [row["amount"]["kind"] for row in versions] == ["absolute", "absolute", "retired"]
    assert {str(row["scope"]["value"]) for row in get(ada, "/targets")["targets"]} == {"A", "B"}


def test_targets_come_and_go_as_csv_all_rows_or_none(browser: Browser) -> None:
    ada = browser(Role.ADMIN)
    put(ada, "tier:A", "+12.5%")
    put(ada, "company", "40%", "win_rate")
    exported = ada.get(f"{API}/targets", headers={"Accept": "text/csv"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert send(ada, "/targets/import", text=exported.text)["unchanged"] == 2
    faulty = exported.text + "win_rate,tier:B,,2026-Q3,41,,,\nmrr,tier:B,,2026-Q3,100,,,\n"
    checked = send(ada, "/targets/import", text=faulty, check=True)
    assert (checked["written"], checked["set"], [one["row"] for one in checked["faults"]]) == (False, 1, [3])
    refused = send(ada, "/targets/import", 422, text=faulty)
    assert "row 3: amount: win_rate is a fraction" in refused["detail"]
    assert (refused["faults"][0]["cell"], refused["faults"][0]["given"]) == (4, "41")
    assert len(get(ada, "/targets", pace=False)["targets"]) == 2
    good = faulty.replace(",41,", ",41%,")
    assert send(ada, "/targets/import", text=good)["set"] == 2
    assert len(get(ada, "/targets", pace=False)["targets"]) == 4


def test_faults_are_told_with_a_way_out(browser: Browser) -> None:
    ada = browser(Role.ADMIN)
    for body, what in (
        ({"kpi": "win_rat", "period": "2026-Q3", "amount": 1}, "win_rate"),
        ({"kpi": "win_rate", "period": "2026-Q3", "amount": 40}, "Write 40%"),
        ({"kpi": "win_rate", "period": "9999", "amount": 0.4}, "2026-Q4"),
        ({"kpi": "win_rate", "period": "0001-01", "amount": "+1%"}, "2026-Q4"),
    ):
        told = send(ada, "/targets", 400, **body)
        assert what in told["mend"]
    get(ada, "/targets", 400, scope="region:x")
    get(ada, "/targets", 400, period="9999")
    get(ada, "/targets/t-none/history", 404)
    send(ada, "/targets/t-none/retire", 404)
    send(ada, "/targets", 422, kpi="mrr", period="2026-Q3")


def test_each_is_told_and_may_set_targets_of_what_he_sees_only(browser: Browser) -> None:
    ada, bob, sue = browser(Role.ADMIN), browser(Role.ACCOUNT_MANAGER, "E2"), browser(Role.MANAGER, "E2")
    ids = {
        scope: put(ada, scope, 5_000)["id"] for scope in ("company", "owner:E1", "owner:E2", "team:South", "account:A1")
    }
    his = get(bob, "/targets")
    assert [row["scope"]["value"] for row in his["targets"]] == ["E2"]
    assert (his["may_set"], his["scopes"]) == (False, ["team", "owner", "account"])
    assert {row["scope"]["value"] for row in get(sue, "/targets")["targets"]} == {"E2", "South"}
    for who in (bob, sue):
        for scope in ("company", "owner:E1", "account:A1"):
            get(who, f"/targets/{ids[scope]}/history", 404)
            get(who, f"/targets/{ids[scope]}/parts", 404)
        told = get(who, "/query", kpis="sales_revenue", by="owner_id", period="2026-Q3", compare="target")
        assert told["kpis"][0]["compare"]["target"]["value"][-1] is None  # the company's is not beside what he sees
        csv = who.get(f"{API}/targets", headers={"Accept": "text/csv"}).text
        assert "company" not in csv
        assert "E1" not in csv
    send(bob, "/targets", 403, kpi="sales_revenue", scope="owner:E2", period="2026-Q3", amount=1)
    send(sue, "/targets", 400, kpi="sales_revenue", scope="owner:E1", period="2026-Q3", amount=1)
    send(sue, f"/targets/{ids['owner:E1']}/retire", 404)
    send(sue, f"/targets/{ids['company']}/cascade", 404, over="owner")
    send(sue, f"/targets/{ids['team:South']}/cascade", over="owner", save=True)
    send(browser(Role.VIEWER), f"/targets/{ids['company']}/retire", 403)
    assert get(ada, "/targets", scope="owner:E3")["targets"][0]["worth"] == 1_250.0
