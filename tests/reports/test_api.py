"""Reviews over HTTP: each reader those of his own accounts, frozen ones by who sees all they tell of, files audited."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from accountlens.people.audit import entries
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import API, create_app
from accountlens.workspace import Workspace

EMPLOYEE = {"ann": "E1", "bob": "E2"}
ROLES = {"ada": Role.ADMIN, "ann": Role.ACCOUNT_MANAGER, "bob": Role.ACCOUNT_MANAGER, "vera": Role.VIEWER}
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(known_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(known_data, tmp_path_factory.mktemp("served") / "known")


@pytest.fixture(scope="module")
def ask(folder: Path) -> Ask:
    """`ask("ann", "/reports")`: what she is answered."""

    def viewer(request: Any) -> Viewer:
        name = request.headers.get("who", "ada")
        return Viewer(name, f"{name}@known.example", name, ROLES[name], EMPLOYEE.get(name))

    client = TestClient(create_app(folder, viewer_of=viewer))

    def asked(who: str, path: str, body: Any = None, **params: Any) -> Any:
        headers = {"who": who}
        if body is not None:
            return client.post(f"{API}{path}", json=body, headers=headers)
        return client.get(f"{API}{path}", params=params, headers=headers)

    return asked


def values(answer: Any) -> dict[str, float | None]:
    told = answer.json()["review"]["sections"]
    return {one["asked"]["kpi"]: one["value"] for part in told for one in part["figures"]}


def test_what_there_is_to_choose_from_is_what_one_sees(ask: Ask) -> None:
    told = ask("ada", "/reports").json()
    assert {"weekly", "monthly", "quarterly", "annual", "business_review"} == {one["pack"] for one in told["packs"]}
    assert (told["teams"], [one["name"] for one in told["owners"]]) == (["North", "South"], ["Ann", "Bob"])
    mine = ask("ann", "/reports").json()
    assert (mine["teams"], mine["owners"], mine["may_freeze"]) == (["North"], [{"id": "E1", "name": "Ann"}], True)
    assert not ask("vera", "/reports").json()["may_freeze"]
    periods = told["periods"]
    assert [one["period"] for one in periods["monthly"]][:2] == ["2026-09", "2026-08"], "October has not begun"
    assert all(one["over"] for one in periods["quarterly"])
    assert periods["annual"][0] == {"period": "2026", "name": "2026", "over": False}


def test_a_company_review_is_of_the_readers_accounts(ask: Ask) -> None:
    whole, mine = (ask(who, "/reports/review", cadence="monthly") for who in ("ada", "ann"))
    assert (values(whole)["sales_revenue"], values(mine)["sales_revenue"]) == (90_000, 40_000)
    assert mine.json()["review"]["sight"].startswith("Made of the 1 account")
    assert "Bolt" not in mine.text
    assert mine.json()["about"][0].startswith("Snapshot ")


@pytest.mark.parametrize("whom", ["owner:Bob", "team:South", "account:A2", "account:Cord"])
def test_of_others_nothing_is_told(whom: str, ask: Ask) -> None:
    answer = ask("ann", "/reports/review", cadence="quarterly", audience=whom)
    assert answer.status_code in (400, 404, 422)
    assert "Bolt" not in answer.text.replace(whom, "")
    assert ask("bob", "/reports/review", cadence="quarterly", audience=whom).status_code == 200


def test_files_have_their_names_and_stand_in_the_audit_log(ask: Ask, folder: Path) -> None:
    for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("md", b"# "), ("html", b"<!DOCTYPE")):
        answer = ask("ada", "/reports/review", cadence="monthly", format=form)
        assert answer.content.startswith(begins)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="monthly-review-2026-09-company.{form}"'
    found = [one for one in entries(Workspace(folder).store) if one.action == "export"]
    assert {one.subject for one in found} == {f"{API}/reports/review"}
    assert len(found) == 4


def test_a_frozen_review_is_told_as_it_was_and_beside_today(ask: Ask, folder: Path) -> None:
    made = ask("ada", "/reports/frozen", {"cadence": "monthly"})
    assert made.status_code == 201
    id_ = made.json()["frozen"]["id"]
    assert all(made.json()["review"][at].endswith("Z") for at in ("as_of", "made_at"))
    mine = ask("bob", "/reports/frozen", {"cadence": "monthly"}).json()["frozen"]["id"]
    assert ask("vera", "/reports/frozen", {"cadence": "monthly"}).status_code == 403
    assert {one["id"] for one in ask("ada", "/reports").json()["frozen"]} == {id_, mine}
    assert [one["id"] for one in ask("bob", "/reports").json()["frozen"]] == [mine]
    assert ask("ann", "/reports").json()["frozen"] == []
    head = next(one for one in ask("ada", "/reports").json()["frozen"] if one["id"] == id_)
    assert (head["cadence"], head["audience"], head["period_name"]) == ("monthly", "company", "September 2026")
    assert (head["whom"], head["kept"], head["explained"]) == ("the whole company", True, True)
    assert head["headline"] == made.json()["review"]["headline"][1]
    assert head.keys() == made.json()["frozen"].keys()
    assert "sees" not in head
    for path in (f"/reports/frozen/{id_}", f"/reports/frozen/{id_}/now"):
        assert ask("bob", path).status_code == 404
    assert ask("ann", f"/reports/frozen/{mine}").status_code == 404
    file = folder / "data" / "opportunities.csv"
    file.write_text(file.read_text() + "late,A3,E2,won,2026-09-01T08:00:00,2026-09-20T08:00:00,5000\n")
    Workspace(folder).refresh()
    assert ask("ada", f"/reports/frozen/{id_}").json()["review"] == made.json()["review"]
    now = ask("ada", f"/reports/frozen/{id_}/now").json()
    moved = {one["kpi"]: one for one in now["figures"] if not one["same"]}
    assert moved["sales_revenue"]["shown"] == ["90,000 EUR", "95,000 EUR", "+5,000 EUR"]
    assert moved["sales_revenue"]["why"] == ["rows"]
    assert now["restated"] == len(moved)


def test_what_cannot_be_made_is_a_problem_with_a_mend(ask: Ask) -> None:
    answer = ask("ada", "/reports/review", cadence="weekly", period="2026-08")
    assert answer.status_code == 422 or answer.status_code == 400
    assert "is no week" in answer.json()["detail"]
    assert ask("ada", "/reports/review", cadence="daily").status_code in (400, 422)
    assert ask("ada", "/reports/frozen/nothing").status_code == 404
