"""KPIs by formula over HTTP: tried while typed, kept, changed and removed by whoever may; what is served stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get
from tests.web.test_lists import browser

from accountlens.alerts import kept as rules
from accountlens.boards import dashboards, notes, views
from accountlens.boards.tiles import Layout
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store

FORMULA = "sales_revenue / engaged_accounts.engaged"
DRAFT = {
    "name": "per_engaged",
    "label": "Won revenue per engaged account",
    "asks": "What do we win for each account that deals with us?",
    "family": "economics",
    "unit": "money",
    "formula": FORMULA,
}


@pytest.fixture
def folder(company: Path, tmp_path: Path) -> Path:
    return shutil.copytree(company, tmp_path / "company")


@pytest.fixture
def ada(folder: Path) -> Iterator[TestClient]:
    with browser(folder, Role.ANALYST) as client:
        yield client


def send(client: TestClient, method: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.request(method, f"{API}{path}", json=body or None)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def preview(client: TestClient, formula: str, **more: Any) -> Any:
    return send(client, "POST", "/catalog/preview", formula=formula, **more)


def test_a_draft_is_computed_while_it_is_typed_and_not_kept(ada: TestClient, folder: Path) -> None:
    told = preview(ada, FORMULA, name="per_engaged")
    parts = get(ada, "/query", kpis="sales_revenue,engaged_accounts", by="tier", period="last-12-months")
    revenue, engaged = (one["value"] for one in parts["kpis"])
    named = {group["by"]["tier"]: place for place, group in enumerate(parts["groups"])}
    split = {group["by"]["tier"]: place for place, group in enumerate(told["groups"]["groups"])}
    assert told["faults"] == []
    assert told["by"] == "tier"
    assert "/" in told["numbers"]
    for tier in ("A", "B", None):
        wanted = revenue[named[tier]] / engaged[named[tier]]
        assert told["groups"]["kpis"][0]["value"][split[tier]] == pytest.approx(wanted)
    assert told["total"]["kpis"][0]["value"][0] == pytest.approx(revenue[named[None]] / engaged[named[None]])
    assert len(told["months"]["kpis"][0]["value"]) == 12
    assert get(ada, "/catalog/per_engaged", 404)
    assert not (folder / "kpis").exists()


def test_what_is_wrong_is_told_with_its_place_and_how_to_mend_it(ada: TestClient) -> None:
    told = preview(ada, "sales_revenu / engaged_accounts.engaged", name="mrr")
    assert [one["field"] for one in told["faults"]] == ["name", "formula"]
    assert (told["faults"][1]["start"], told["faults"][1]["end"]) == (0, 12)
    assert told["faults"][1]["mend"] == "Did you mean 'sales_revenue'?"
    assert told["total"] is None
    assert preview(ada, "")["faults"][0]["what"] == "It ends too early."
    assert preview(ada, "mrr - win_rate.won")["faults"][0]["what"] == "'-' stands between money and a count."
    assert preview(ada, "mrr", unit="fraction")["faults"][0]["field"] == "unit"
    nothing = preview(ada, "mrr / (win_rate.won - win_rate.won)")
    assert nothing["faults"] == []
    assert nothing["total"]["kpis"][0]["value"] in (None, [None])


def test_a_kpi_is_kept_asked_explained_changed_and_removed(ada: TestClient, folder: Path) -> None:
    listed = ada.get(f"{API}/catalog")
    tried = preview(ada, FORMULA)["total"]["kpis"][0]["value"]
    assert send(ada, "POST", "/catalog", 201, **DRAFT)["file"] == "kpis/economics/per_engaged.yaml"
    fresh = ada.get(f"{API}/catalog", headers={"If-None-Match": listed.headers["ETag"]})
    assert fresh.status_code == 200, "the running server takes the new catalog, and caches heed it"
    assert [one["label"] for one in fresh.json()["kpis"] if one["name"] == "per_engaged"] == [DRAFT["label"]]
    asked = {"kpis": "per_engaged", "period": "last-12-months"}
    assert get(ada, "/query", **asked)["kpis"][0]["value"] == tried
    told = get(ada, "/catalog/per_engaged")
    assert {one["fact"] for one in told["lineage"]["facts"]} >= {"engagements"}
    assert [one["name"] for one in told["measures"]] == ["sales_revenue.won_amount", "engaged_accounts.engaged"]
    explained = get(ada, "/explain", kpi="per_engaged", period="last-12-months")
    assert [one["counted"]["count"] > 0 for one in explained["measures"]] == [True, True]
    rows = get(ada, "/rows", kpi="per_engaged", period="last-12-months", measure="sales_revenue.won_amount")
    assert len(rows["rows"]) > 0
    found = get(ada, "/catalog/per_engaged/draft")
    assert {name: found["draft"][name] for name in DRAFT} == DRAFT
    changed = {**DRAFT, "formula": f"2 * {FORMULA}", "version": found["version"]}
    send(ada, "PUT", "/catalog/per_engaged", **changed)
    assert get(ada, "/query", **asked)["kpis"][0]["value"] == [pytest.approx(2 * tried[0])]
    assert "meanwhile" in send(ada, "PUT", "/catalog/per_engaged", 409, **changed)["detail"]
    store, herself = Store(folder / "store"), Viewer("u", "u@example.com", "U", Role.ANALYST)
    notes.write(store, herself, None, None, "per_engaged", date(2026, 4, 1), "Doubled in spring.")
    send(
        ada,
        "PUT",
        "/benchmarks/per_engaged",
        204,
        benchmarks=[{"value": 9, "source": "a survey", "dated": "2026-01-01"}],
    )
    send(ada, "PUT", "/catalog/per_engaged", **{**DRAFT, "name": "twice_per_engaged", "formula": f"2 * {FORMULA}"})
    get(ada, "/query", 400, **asked)
    asked["kpis"] = "twice_per_engaged"
    assert get(ada, "/query", **asked)["kpis"][0]["value"] == [pytest.approx(2 * tried[0])]
    assert [one.text for one in notes.notes(store, None, kpi="twice_per_engaged")] == ["Doubled in spring."]
    assert list(get(ada, "/benchmarks")["benchmarks"]) == ["twice_per_engaged"]
    send(ada, "DELETE", "/catalog/twice_per_engaged", 204)
    get(ada, "/query", 400, **asked)
    assert not list((folder / "kpis").rglob("*.yaml"))
    actions = [entry.action for entry in audit.entries(store) if entry.action.startswith("kpi")]
    assert actions == ["kpi_removed", "kpi_changed", "kpi_changed", "kpi_composed"]


def test_what_is_built_in_or_shown_stays(ada: TestClient, folder: Path) -> None:
    assert "is built in" in send(ada, "POST", "/catalog", 422, **{**DRAFT, "name": "mrr"})["detail"]
    assert "built in" in send(ada, "DELETE", "/catalog/mrr", 409)["detail"]
    assert "built in" in send(ada, "PUT", "/catalog/mrr", 409, **{**DRAFT, "name": "mrr"})["detail"]
    get(ada, "/catalog/mrr/draft", 404)
    send(ada, "DELETE", "/catalog/none", 404)
    send(ada, "POST", "/catalog", 201, **DRAFT)
    taking = {**DRAFT, "name": "taking", "formula": "per_engaged * 2"}
    send(ada, "POST", "/catalog", 201, **taking)
    assert "taking takes 'per_engaged'" in send(ada, "DELETE", "/catalog/per_engaged", 409)["detail"]
    assert "circle" in send(ada, "PUT", "/catalog/per_engaged", 422, **{**DRAFT, "formula": "taking"})["detail"]
    tile = {"id": "t", "kind": "number", "box": {"x": 0, "y": 0, "w": 3, "h": 2}, "kpis": ["taking(membership=ever)"]}
    store, ada_herself = Store(folder / "store"), Viewer("u", "u@example.com", "U", Role.ANALYST)
    other = Viewer("o", "o@example.com", "O", Role.ANALYST)
    layouts = [Layout.model_validate({"name": name, "tiles": [tile]}) for name in ("Board of Ada", "Secret")]
    boards = [
        dashboards.add(store, whose, Actor(None, "test"), layout)
        for whose, layout in zip((ada_herself, other), layouts, strict=True)
    ]
    refused = send(ada, "DELETE", "/catalog/taking", 409)
    assert refused["detail"] == "'taking' is used by dashboards: 'Board of Ada', 1 that you do not see."
    for whose, board in zip((ada_herself, other), boards, strict=True):
        dashboards.remove(store, whose, Actor(None, "test"), board)
    views.keep(store, other, "explore", "Hers", "kpis=mrr%2Ctaking&by=tier", False)
    views.keep(store, ada_herself, "accounts", "Mine", "cols=tier,taking.change&sort=-mrr", False)
    views.keep(store, ada_herself, "accounts", "Another", "find=taking", False)
    rule = {"label": "Taking falls", "when": {"kind": "threshold", "kpi": "taking", "below": 1}}
    rules.save(store, Actor(None, "test"), {"falls": rules.read_rule(rule)})
    told = {one["kind"]: one for one in get(ada, "/catalog/taking/uses")["uses"]}
    assert told["alert rules"] == {"kind": "alert rules", "names": ["Taking falls"], "hidden": 0, "holds": True}
    assert told["saved views"] == {"kind": "saved views", "names": ["Mine"], "hidden": 1, "holds": False}
    assert "alert rules: 'Taking falls'" in send(ada, "DELETE", "/catalog/taking", 409)["detail"]
    renamed = send(ada, "PUT", "/catalog/taking", 409, **{**taking, "name": "took"})
    assert renamed["detail"].endswith("alert rules: 'Taking falls'; saved views: 'Mine', 1 that you do not see.")
    taken = send(ada, "PUT", "/catalog/per_engaged", 409, **{**DRAFT, "name": "per_one"})
    assert "takes 'per_engaged'" in taken["detail"]
    rules.remove(store, Actor(None, "test"), "falls")
    assert get(ada, "/catalog/per_engaged/uses")["uses"][0]["names"] == ["taking"]
    send(ada, "DELETE", "/catalog/taking", 204)


def test_a_file_that_is_broken_by_hand_breaks_nothing_that_is_served(ada: TestClient, folder: Path) -> None:
    send(ada, "POST", "/catalog", 201, **DRAFT)
    before = get(ada, "/query", kpis="per_engaged", period="last-12-months")["kpis"][0]["value"]
    (folder / "kpis/bad.yaml").write_text("label: [")
    assert get(ada, "/query", kpis="per_engaged", period="last-12-months")["kpis"][0]["value"] == before
    refused = send(ada, "POST", "/catalog", 409, **{**DRAFT, "name": "another"})
    assert "kpis/bad.yaml" in refused["detail"]
    assert not (folder / "kpis/economics/another.yaml").exists()
    (folder / "kpis/bad.yaml").unlink()
    send(ada, "POST", "/catalog", 201, **{**DRAFT, "name": "another"})


@pytest.mark.parametrize("name", ["../evil", "a/b", "A", "", "x" * 80, "1a", "a-b", "a.yaml"])
def test_a_name_leads_nowhere_else(ada: TestClient, folder: Path, name: str) -> None:
    before = sorted(folder.rglob("*.yaml"))
    send(ada, "POST", "/catalog", 422, **{**DRAFT, "name": name})
    send(ada, "POST", "/catalog", 422, **{**DRAFT, "family": name})
    assert sorted(folder.rglob("*.yaml")) == before


def test_no_sql_comes_from_the_web(ada: TestClient) -> None:
    measure = {"fact": "opportunities", "at": "closed_at", "count": "rows"}
    send(ada, "POST", "/catalog", 422, **DRAFT, measures={"won": measure})
    for formula in ("sales_revenue; drop table x", "(select 1)", "sales_revenue -- x", "'a'", "sum(amount)"):
        assert preview(ada, formula)["faults"], formula
        send(ada, "POST", "/catalog", 422, **{**DRAFT, "formula": formula})


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNT_MANAGER, Role.VIEWER])
def test_who_may_not_define_kpis_may_not(folder: Path, role: Role) -> None:
    with browser(folder, role, "E0001") as client:
        for method, path in (("POST", "/catalog"), ("POST", "/catalog/preview"), ("PUT", "/catalog/mrr")):
            body = {"formula": "mrr"} if path.endswith("preview") else DRAFT
            assert "define KPIs" in send(client, method, path, 403, **body)["detail"]
        assert "define KPIs" in send(client, "DELETE", "/catalog/mrr", 403)["detail"]


def test_what_formulas_may_name_is_told_with_what_it_counts(ada: TestClient) -> None:
    told = get(ada, "/measures")
    found = {one["name"]: one for one in told["kpis"]}
    won = next(one for one in found["win_rate"]["measures"] if one["name"] == "win_rate.won")
    assert "where status = 'won'" in won["sentence"]
    assert found["win_rate"]["known"]
    assert found["win_rate"]["unit"] == "fraction"
    for kpi in told["kpis"]:
        for measure in kpi["measures"]:
            assert "$" not in measure["sentence"]
