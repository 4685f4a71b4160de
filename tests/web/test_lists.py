"""Lists and tiers over HTTP: looked at and changed by whoever may, all of a batch or nothing, never others' accounts."""

from __future__ import annotations

import csv
import io
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.web.conftest import API, get
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.lists.edits import Entry, add
from accountlens.lists.files import Sheet
from accountlens.people import audit
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import create_app

NOW = datetime(2026, 7, 1)
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,domain,tier,owner_id\n"
    "a1,Acme,acme.com,C,e2\na2,Beta,beta.io,C,e2\na3,Twin,,B,e3\na4,Twin,,,e3\na5,Hidden Mills,hidden.io,A,e9\n",
    "data/employees.csv": "employee_id,name,manager_id\ne1,Mia,\ne2,Bob,e1\ne3,Carl,e1\ne9,Zoe,\n",
    "data/account_list_members.csv": "account_id,list,group,joined_at\n"
    "a1,target,target,2025-01-01\na5,target,control,2025-01-01\na5,a/b,,2025-01-01\n",
    "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at\n"
    "o1,a1,won,1,2026-01-01,2026-02-10\no2,a2,won,4,2026-01-01,2026-05-10\n",
}
ROWS = "company;domain;group\nAcme;;\n;acme.con;\nTwin;;\n;beta.io;both\n;;target\n"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("listed"), FILES)
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "listed")


@pytest.fixture
def ada(folder: Path) -> Iterator[TestClient]:
    with browser(folder, Role.ADMIN) as client:
        yield client


@pytest.fixture
def mia(folder: Path) -> Iterator[TestClient]:
    """A manager, who sees all accounts but a5."""
    with browser(folder, Role.MANAGER, "e1") as client:
        yield client


def browser(folder: Path, role: Role, employee: str | None = None) -> TestClient:
    def viewer(request: Request) -> Viewer:
        return Viewer("u", "u@example.com", "U", role, employee)

    return TestClient(create_app(folder, viewer_of=viewer))


def post(client: TestClient, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{API}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def stays(folder: Path, name: str) -> list[tuple[str, ...]]:
    with (folder / "lists" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return [(row["account_id"], row["group"], row["joined_at"], row["left_at"]) for row in csv.DictReader(file)]


def lists(client: TestClient) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in get(client, "/lists", period="2025")["lists"]}


def names(client: TestClient, name: str, **asked: Any) -> list[str]:
    return [one["account_id"] for one in get(client, f"/lists/{name}", **asked)["members"]]


def test_a_list_is_made_filled_and_counts_from_the_next_refresh_on(ada: TestClient, folder: Path) -> None:
    assert post(ada, "/lists", 201, name="pilot")["file"] == "lists/pilot.csv"
    assert "already" in post(ada, "/lists", 409, name="pilot")["detail"]
    assert "can't name a list" in post(ada, "/lists", 400, name="a/../b")["detail"]
    told = post(ada, "/lists/pilot/members", accounts=["a1", "beta.io"], on="2026-03-01")
    assert (told["joined"], told["written"], told["faults"]) == (2, True, [])
    assert "next refresh" in told["mend"]
    assert stays(folder, "pilot") == [("a1", "", "2026-03-01", ""), ("a2", "", "2026-03-01", "")]
    assert names(ada, "pilot") == ["a1", "a2"]
    assert names(ada, "pilot", on="2026-02-28") == []
    assert lists(ada)["pilot"]["pending"] == 2
    assert post(ada, "/lists/pilot/members/removed", accounts=["Acme"], on="2026-05-01")["left"] == 1
    assert names(ada, "pilot") == ["a2"]
    Workspace(folder).refresh(as_of=NOW)
    assert lists(ada)["pilot"]["pending"] == 0


def test_who_is_to_join_later_is_counted_apart(ada: TestClient) -> None:
    post(ada, "/lists/target/members", accounts=["a2"], on="2190-01-01", group="target")
    told = lists(ada)["target"]
    assert (told["members"], told["control"], told["coming"], told["joined"]) == (2, 1, 1, 2)
    assert "a2" in names(ada, "target", on="2190-01-02")


def test_members_change_their_group_on_a_day(ada: TestClient, folder: Path) -> None:
    told = post(ada, "/lists/target/members", accounts=["a1"], on="2026-02-01", group="control")
    assert told["moved"] == 1
    assert stays(folder, "target") == [
        ("a1", "target", "2025-01-01", "2026-02-01"),
        ("a1", "control", "2026-02-01", ""),
    ]
    Workspace(folder).refresh(as_of=NOW)
    assert get(ada, "/query", kpis="sales_revenue", period="2026-01..2026-06", scope="control")["kpis"][0]["value"] == [
        1
    ]


def test_an_import_is_checked_row_by_row_before_anything_is_written(ada: TestClient, folder: Path) -> None:
    post(ada, "/lists", 201, name="pilot")
    told = post(ada, "/lists/pilot/import", text=ROWS, on="2026-03-01", check=True)
    assert (told["written"], told["rows"], told["joined"]) == (False, 5, 1)
    found = {one["row"]: one for one in told["faults"]}
    assert list(found) == [2, 3, 4, 5]
    assert (found[2]["line"], found[2]["cell"], found[2]["given"]) == (2, 1, "acme.con")
    assert found[2]["meant"][0] == "acme.com"
    assert found[3]["meant"] == ["a3", "a4"]
    assert found[4]["meant"] == ["target", "control"]
    assert "names no account" in found[5]["what"]
    refused = post(ada, "/lists/pilot/import", 422, text=ROWS)
    assert "row 2: No account has the domain 'acme.con'." in refused["detail"]
    assert [one["row"] for one in refused["faults"]] == [2, 3, 4, 5]
    assert stays(folder, "pilot") == []
    mended = "company;domain;group\nAcme;;\n;acme.com;\na3;;\n;beta.io;control\na4;;target\n"
    assert post(ada, "/lists/pilot/import", text=mended, on="2026-03-01")["joined"] == 4
    assert [one[0] for one in stays(folder, "pilot")] == ["a1", "a3", "a2", "a4"]


def test_plain_lines_are_accounts_and_who_is_not_named_may_leave(ada: TestClient) -> None:
    post(ada, "/lists", 201, name="pilot")
    assert post(ada, "/lists/pilot/import", text="Acme\nbeta.io\na3\n", on="2026-03-01")["joined"] == 3
    faults = post(ada, "/lists/pilot/import", text="Acme\nBetta\n", check=True)["faults"]
    assert [(one["row"], one["line"], one["meant"]) for one in faults] == [(2, 1, ["Beta"])]
    told = post(ada, "/lists/pilot/import", text="a4\nAcme\n", on="2026-05-01", replace=True)
    assert (told["joined"], told["left"], told["unchanged"]) == (1, 2, 1)
    assert names(ada, "pilot") == ["a1", "a4"]


def test_members_are_found_and_exported_as_they_can_be_imported(ada: TestClient) -> None:
    post(ada, "/lists", 201, name="pilot")
    post(ada, "/lists/pilot/members", accounts=["a1", "a2", "a5"], on="2026-03-01")
    assert names(ada, "pilot", search="BETA") == ["a2"]
    assert names(ada, "pilot", where="tier = 'A'") == ["a5"]
    told = get(ada, "/lists/pilot", limit=1, offset=1)
    assert (told["total"], [one["name"] for one in told["members"]]) == (3, ["Beta"])
    text = ada.get(f"{API}/lists/pilot", headers={"Accept": "text/csv"}).text
    assert [row["joined_at"] for row in csv.DictReader(io.StringIO(text))] == ["2026-03-01"] * 3
    post(ada, "/lists", 201, name="copy")
    assert post(ada, "/lists/copy/import", text=text)["joined"] == 3
    assert "pilot" in get(ada, "/lists/pilott", 404)["mend"]


def test_tiers_are_set_and_imported_from_a_day_on(ada: TestClient, folder: Path) -> None:
    counts = {one["tier"]: one["accounts"] for one in get(ada, "/tiers")["tiers"]}
    assert counts == {"A": 1, "B": 1, "C": 2, None: 1}
    assert post(ada, "/tiers", tier="A", accounts=["a1", "beta.io"], on="2026-03-01")["changed"] == 2
    assert post(ada, "/tiers", tier="A", accounts=["a1"], on="2026-04-01")["unchanged"] == 1
    text = "account,tier\nacme.com,B\nTwin,B\na4,\n"
    faults = post(ada, "/tiers/import", text=text, check=True)["faults"]
    assert [(one["row"], one["cell"]) for one in faults] == [(2, 0), (3, 1)]
    assert post(ada, "/tiers/import", 422, text=text)["type"].endswith("faulty-rows")
    assert post(ada, "/tiers/import", text="account,tier,valid_from\na4,A,2190-01-01\n")["changed"] == 1
    told = get(ada, "/tiers")
    assert (told["pending"], told["coming"]) == (2, 1)
    Workspace(folder).refresh(as_of=NOW)
    assert {one["tier"]: one["accounts"] for one in get(ada, "/tiers")["tiers"]} == {"A": 3, "B": 1, None: 1}
    assert get(ada, "/tiers")["pending"] == 0


def test_a_manager_edits_only_the_accounts_he_sees(mia: TestClient, folder: Path) -> None:
    told = lists(mia)
    assert (told["target"]["members"], told["target"]["control"], told["a/b"]["members"]) == (1, 0, 0)
    assert names(mia, "target") == ["a1"]
    everything = mia.get(f"{API}/lists/target", headers={"Accept": "text/csv"}).text + mia.get(f"{API}/lists").text
    for way in ("a5", "Hidden Mills", "hidden.io"):
        assert way not in everything
        for path, body in (
            ("/lists/target/members", {}),
            ("/lists/target/members/removed", {}),
            ("/tiers", {"tier": "B"}),
        ):
            refused = post(mia, path, 400, accounts=["a1", way], **body)
            assert "No account" in refused["detail"], (path, way)
        (fault,) = post(mia, "/lists/target/import", text=f"account\na2\n{way}\n", check=True)["faults"]
        assert fault["row"] == 2
        assert not {"a5", "Hidden Mills", "hidden.io"} & set(fault["meant"])
    assert not (folder / "lists").exists()
    assert not (folder / "tiers.csv").exists()
    replaced = post(mia, "/lists/target/import", text="a2\n", replace=True, on="2026-03-01", group="target")
    assert (replaced["joined"], replaced["left"]) == (1, 1)
    assert [one[0] for one in stays(folder, "target")] == ["a2", "a1"], "who is not seen stays"
    with browser(folder, Role.ADMIN) as ada:
        assert names(ada, "target") == ["a2", "a5"]
        post(ada, "/lists/target/members/removed", accounts=["a5"], on="2026-03-01")
        post(ada, "/tiers", tier="C", accounts=["a5"])
    assert lists(mia)["target"]["pending"] == 2
    assert get(mia, "/tiers")["pending"] == 0
    assert "A" not in {one["tier"] for one in get(mia, "/tiers")["tiers"]}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ACCOUNT_MANAGER])
def test_who_may_not_edit_looks_only(folder: Path, role: Role) -> None:
    with browser(folder, role, "e2") as client:
        assert get(client, "/lists")["may_edit"] is False
        assert get(client, "/tiers")["may_edit"] is False
        assert names(client, "target")[0] == "a1"
        for path, body in (
            ("/lists", {"name": "x"}),
            ("/lists/target/members", {"accounts": ["a1"]}),
            ("/lists/target/members/removed", {"accounts": ["a1"]}),
            ("/lists/target/import", {"text": "a1"}),
            ("/tiers", {"tier": "A", "accounts": ["a1"]}),
            ("/tiers/import", {"text": "account,tier\na1,A"}),
        ):
            assert "Edit lists".lower() in post(client, path, 403, **body)["detail"]
    assert not (folder / "lists").exists()


def test_what_a_source_calls_so_that_no_file_can_is_not_edited_here(ada: TestClient, folder: Path) -> None:
    assert lists(ada)["a/b"]["editable"] is False
    assert ada.get(f"{API}/lists/a/b").status_code == 404
    assert lists(ada)["target"]["editable"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least 1"),
        ("  \n", "It is empty."),
        ("a,b\n1,2\n", "No column says which account is meant (a, b)."),
        ("account\x00\n", "No account"),
        ("account,on\na1,someday\n", "row 1: 'someday' is no date or time."),
        ("account,since,until\na1,2026-05-01,2026-04-01\n", "row 1: It ends before it begins."),
    ],
)
def test_mistakes_are_told(ada: TestClient, text: str, said: str) -> None:
    answer = ada.post(f"{API}/lists/target/import", json={"text": text})
    assert answer.status_code in (400, 422)
    assert said in answer.json()["detail"]


def test_changes_and_exports_stand_in_the_audit_log(ada: TestClient, folder: Path) -> None:
    post(ada, "/lists", 201, name="pilot")
    post(ada, "/lists/pilot/members", accounts=["a1", "a2"], on="2026-03-01")
    post(ada, "/lists/pilot/members", accounts=["a1"], on="2026-03-01")
    post(ada, "/lists/pilot/import", text="a3", check=True)
    post(ada, "/tiers", tier="B", accounts=["a1"], on="2026-03-01")
    ada.get(f"{API}/lists/pilot", headers={"Accept": "text/csv"})
    lines = [(one.action, one.subject, dict(one.detail)) for one in audit.entries(Workspace(folder).store)]
    assert [line[:2] for line in lines] == [
        ("export", f"{API}/lists/pilot"),
        ("set tiers", "B"),
        ("change list", "pilot"),
        ("create list", "pilot"),
    ], "what changed nothing is no line"
    assert lines[2][2] == {"on": "2026-03-01", "joined": "a1, a2"}
    assert lines[1][2] == {"on": "2026-03-01", "accounts": "a1"}


def test_several_who_edit_at_once_lose_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Workspace(folder).lists().create("pilot")
    save, ids = Sheet.save, ["a1", "a2", "a3", "a4"]

    def slowly(sheet: Sheet) -> None:
        time.sleep(0.1)
        save(sheet)

    ready = Barrier(len(ids))

    def join(account_id: str) -> None:
        kept = Workspace(folder).lists()
        entry = Entry(kept.book.find(account_id), NOW)
        kept.require("pilot")  # reads what the snapshot knows
        ready.wait(60)
        add(kept, "pilot", [entry])

    monkeypatch.setattr(Sheet, "save", slowly)
    with ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(join, ids))
    assert sorted(one[0] for one in stays(folder, "pilot")) == ids
