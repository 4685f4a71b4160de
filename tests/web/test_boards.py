"""Dashboards, saved views and notes over HTTP: kept, shared, changed by whom they belong to, and never shown to others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.web.conftest import every_page
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.people import links, passwords
from accountlens.people.audit import Actor, entries
from accountlens.people.viewer import Role
from accountlens.surfaces.web.app import API, create_app

PASSWORD = "tall windows hum softly"
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,owner_id,tier\na1,Acme,e1,A\na2,Beta,e2,B\n",
    "data/employees.csv": "employee_id,name,email\ne1,Bob,bob@example.com\ne2,Carl,carl@example.com\n",
    "data/orders.csv": "order_id,account_id,ordered_at,amount\nO1,a1,2026-03-02,100\nO2,a2,2026-05-20,250\n",
}
PEOPLE = {
    "ann": Role.ADMIN,
    "bob": Role.ACCOUNT_MANAGER,
    "carl": Role.ACCOUNT_MANAGER,
    "vera": Role.VIEWER,
}
TILE = {"id": "t1", "kind": "number", "box": {"x": 0, "y": 0, "w": 4, "h": 4}, "kpis": ["sales_revenue"]}
TEXT = {"id": "t2", "kind": "text", "box": {"x": 4, "y": 0, "w": 8, "h": 4}, "text": "What we promised."}
LAYOUT = {"name": "Mondays", "tiles": [TILE, TEXT], "narrowing": {"period": "2026"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("boards"), FILES)
    Workspace(folder).refresh()
    return folder


@pytest.fixture(scope="module")
def people(folder: Path) -> dict[str, TestClient]:
    """A browser for each of them, signed in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app, store, found = create_app(folder), Workspace(folder).store, {}
        for name, role in PEOPLE.items():
            browser = TestClient(app, base_url="http://127.0.0.1:8642")
            if role is Role.ADMIN:
                link = links.setup_link(store)
                assert link is not None
                body = {
                    "secret": link.path.partition("#")[2],
                    "email": f"{name}@example.com",
                    "name": name.title(),
                    "password": PASSWORD,
                }
                answer = browser.post(f"{API}/setup", json=body)
            else:
                _, link = links.invite(store, Actor(None, "a test"), f"{name}@example.com", name.title(), role, None)
                answer = browser.post(f"{API}/invitations/{link.path.partition('#')[2]}", json={"password": PASSWORD})
            assert answer.status_code in (200, 201), answer.text
            browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
            found[name] = browser
    return found


def ask(browser: TestClient, method: str, path: str, status: int = 200, body: Any = None) -> Any:
    answer = browser.request(method, API + path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def add(browser: TestClient, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask(browser, "POST", "/dashboards", 201, LAYOUT | more)
    return found


def test_a_dashboard_is_kept_as_it_was_laid_out(people: dict[str, TestClient]) -> None:
    made = add(people["bob"])
    found = ask(people["bob"], "GET", f"/dashboards/{made['id']}")
    assert found["layout"]["tiles"][0]["box"] == TILE["box"]
    assert found["layout"]["tiles"][1]["text"] == TEXT["text"]
    assert found["layout"]["narrowing"]["period"] == "2026"
    assert (found["owner"], found["mine"], found["version"], found["faults"]) == ("Bob", True, 1, [])


def test_whoever_has_it_is_told_that_it_is_the_same(people: dict[str, TestClient]) -> None:
    path = f"{API}/dashboards/{add(people['bob'])['id']}"
    etag = people["bob"].get(path).headers["etag"]
    again = people["bob"].get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_tile_that_cannot_be_shown_any_more_is_named(people: dict[str, TestClient], folder: Path) -> None:
    made = add(people["bob"])
    with Workspace(folder).store.state.session("a test") as session:
        from accountlens.store.tables import DashboardRow

        row = session.get(DashboardRow, made["id"])
        assert row is not None
        row.layout = {**row.layout, "tiles": [{**TILE, "kpis": ["gone_kpi"]}, TEXT]}
    (fault,) = ask(people["bob"], "GET", f"/dashboards/{made['id']}")["faults"]
    assert (fault["tile"], fault["title"]) == ("t1", "t1")
    assert "gone_kpi" in fault["why"]


def test_it_is_seen_by_others_only_where_it_is_shared(people: dict[str, TestClient]) -> None:
    made = add(people["bob"], name="Private")
    path = f"/dashboards/{made['id']}"
    ask(people["carl"], "GET", path, 404)
    ask(people["vera"], "GET", path, 404)
    assert made["id"] not in [one["id"] for one in ask(people["carl"], "GET", "/dashboards")["dashboards"]]
    assert ask(people["ann"], "GET", path)["may_change"]  # an admin sees to all
    ask(people["bob"], "PATCH", path, body={"version": 1, "shared": "look"})
    assert not ask(people["carl"], "GET", path)["may_change"]
    assert made["id"] in [one["id"] for one in ask(people["vera"], "GET", "/dashboards")["dashboards"]]
    ask(people["carl"], "PATCH", path, 403, {"version": 2, "layout": LAYOUT})
    ask(people["bob"], "PATCH", path, body={"version": 2, "shared": "change"})
    changed = ask(people["carl"], "PATCH", path, body={"version": 3, "layout": LAYOUT | {"name": "Ours"}})
    assert (changed["name"], changed["version"], changed["may_share"]) == ("Ours", 4, False)
    ask(people["carl"], "PATCH", path, 403, {"version": 4, "shared": "nobody"})
    ask(people["carl"], "DELETE", path, 403)
    ask(people["vera"], "PATCH", path, 403, {"version": 4, "layout": LAYOUT})
    ask(people["bob"], "DELETE", path, 204)
    ask(people["bob"], "GET", path, 404)


def test_a_change_upon_an_older_version_is_refused(people: dict[str, TestClient]) -> None:
    made = add(people["bob"])
    path = f"/dashboards/{made['id']}"
    ask(people["bob"], "PATCH", path, body={"version": 1, "layout": LAYOUT | {"name": "First"}})
    told = ask(people["bob"], "PATCH", path, 409, {"version": 1, "layout": LAYOUT | {"name": "Second"}})
    assert "meanwhile" in told["detail"]
    assert ask(people["bob"], "GET", path)["name"] == "First"


@pytest.mark.parametrize(
    ("tiles", "what"),
    [
        ([TILE, {**TEXT, "box": TILE["box"]}], "lie over each other"),
        ([TILE, {**TEXT, "id": "t1"}], "two tiles are called 't1'"),
        ([{**TILE, "box": {"x": 10, "y": 0, "w": 4, "h": 4}}], "beyond the 12 columns"),
        ([{**TILE, "kpis": []}], "needs a KPI"),
        ([{**TILE, "kpis": ["sales_revenu"]}], "Did you mean 'sales_revenue'?"),
        ([{**TILE, "by": ["shoe_size"]}], "shoe_size"),
        ([{**TILE, "period": "last-moth"}], "'last-moth' is no period"),
        ([{**TILE, "where": "tier = "}], "cannot be read"),
        ([{**TILE, "kind": "hologram"}], "kind"),
        ([{**TILE, "colour": "red"}], "colour"),
        ([{**TILE, "id": f"t{n}", "box": {"x": 0, "y": n, "w": 1, "h": 1}} for n in range(61)], "60"),
    ],
)
def test_a_layout_that_cannot_be_shown_is_refused_whole(
    tiles: list[Any], what: str, people: dict[str, TestClient]
) -> None:
    before = len(ask(people["bob"], "GET", "/dashboards")["dashboards"])
    answer = people["bob"].post(f"{API}/dashboards", json={"name": "Faulty", "tiles": tiles})
    assert answer.status_code == 422
    assert what in answer.text
    assert people["bob"].post(f"{API}/dashboards", json={"name": "  ", "tiles": [TILE]}).status_code in (400, 422)
    assert len(ask(people["bob"], "GET", "/dashboards")["dashboards"]) == before


def test_who_only_looks_keeps_views_of_his_own_and_no_dashboards(people: dict[str, TestClient]) -> None:
    ask(people["vera"], "POST", "/dashboards", 403, LAYOUT)
    view = {"page": "accounts", "name": "Tier A", "state": "where=tier%3D'A'"}
    ask(people["vera"], "PUT", "/views", 403, {**view, "shared": True})
    ask(people["vera"], "PUT", "/views", body=view)
    kept = ask(people["vera"], "PUT", "/views", body={**view, "state": "sort=-mrr"})["views"]
    assert [(one["name"], one["state"], one["mine"]) for one in kept] == [("Tier A", "sort=-mrr", True)]
    assert ask(people["bob"], "GET", "/views?page=accounts")["views"] == []
    ask(people["bob"], "DELETE", f"/views/{kept[0]['id']}", 404)
    ask(people["vera"], "DELETE", f"/views/{kept[0]['id']}", 204)
    assert ask(people["vera"], "GET", "/views")["views"] == []


def test_a_shared_view_is_everybodys_to_use_and_its_owners_to_change(people: dict[str, TestClient]) -> None:
    view = {"page": "accounts", "name": "Renewals", "state": "sort=renewal", "shared": True}
    (kept,) = ask(people["bob"], "PUT", "/views", body=view)["views"]
    (found,) = ask(people["carl"], "GET", "/views?page=accounts")["views"]
    assert (found["id"], found["owner"], found["mine"]) == (kept["id"], "Bob", False)
    assert ask(people["carl"], "GET", "/views?page=overview")["views"] == []
    ask(people["carl"], "DELETE", f"/views/{kept['id']}", 403)
    ask(people["ann"], "DELETE", f"/views/{kept['id']}", 204)


def test_a_note_is_seen_by_whoever_sees_its_account(people: dict[str, TestClient]) -> None:
    told = ask(people["bob"], "POST", "/notes", 201, {"account_id": "a1", "text": "Their CFO leaves in May."})
    (note,) = told["notes"]
    assert (note["author"], note["account_id"], note["mine"]) == ("Bob", "a1", True)
    for name, sees in {"bob": True, "ann": True, "vera": True, "carl": False}.items():
        for path in ("/notes", "/notes?account_id=a1"):
            listed = [one["id"] for one in ask(people[name], "GET", path)["notes"]]
            assert (note["id"] in listed) == sees, name
    ask(people["carl"], "POST", "/notes", 404, {"account_id": "a1", "text": "?"})
    ask(people["carl"], "DELETE", f"/notes/{note['id']}", 404)
    ask(people["vera"], "POST", "/notes", 403, {"text": "?"})
    ask(people["ann"], "PATCH", f"/notes/{note['id']}", 403, {"text": "!"})
    ask(people["bob"], "PATCH", f"/notes/{note['id']}", 204, {"text": "In June."})
    assert [one["text"] for one in ask(people["bob"], "GET", "/notes")["notes"]] == ["In June."]
    ask(people["ann"], "DELETE", f"/notes/{note['id']}", 204)
    assert ask(people["bob"], "GET", "/notes")["notes"] == []


def test_a_note_of_a_day_or_a_kpi_is_everybodys(people: dict[str, TestClient]) -> None:
    body = {"kpi": "sales_revenue", "on": "2026-05-20", "text": "New prices since today."}
    (note,) = ask(people["ann"], "POST", "/notes", 201, body)["notes"]
    assert (note["on"], note["kpi"]) == ("2026-05-20", "sales_revenue")
    assert ask(people["carl"], "GET", "/notes?kpi=sales_revenue&since=2026-05-20&until=2026-05-20")["notes"]
    assert ask(people["carl"], "GET", "/notes?since=2026-05-21")["notes"] == []
    (older,) = ask(people["ann"], "POST", "/notes", 201, {**body, "on": "2026-05-19"})["notes"]
    paged = every_page(people["carl"], "/notes", "notes", kpi="sales_revenue")
    assert [one["id"] for one in paged] == [note["id"], older["id"]]
    ask(people["ann"], "DELETE", f"/notes/{older['id']}", 204)
    assert ask(people["carl"], "GET", "/notes?period=2026-05")["notes"]
    for period in ("2026-04", "2026-06"):
        assert ask(people["carl"], "GET", f"/notes?period={period}")["notes"] == []
    assert "this-quarter" in ask(people["carl"], "GET", "/notes?period=this-quartr", 400)["mend"]
    assert "Did you mean" in ask(people["ann"], "POST", "/notes", 400, {"kpi": "sales_revenu", "text": "x"})["mend"]
    ask(people["ann"], "DELETE", f"/notes/{note['id']}", 204)


def test_what_is_done_with_dashboards_stands_in_the_audit_log(people: dict[str, TestClient], folder: Path) -> None:
    made = add(people["bob"])
    ask(people["bob"], "DELETE", f"/dashboards/{made['id']}", 204)
    told = [(one.action, one.subject) for one in entries(Workspace(folder).store, limit=2)]
    assert told == [("dashboard_removed", made["id"]), ("dashboard_added", made["id"])]
