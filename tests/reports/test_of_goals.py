"""Business goals: what is missing is told, starting twice makes nothing twice, each starts with what he may."""

from __future__ import annotations

import csv
import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.workspaces import Say, saying, write_files

from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import API, create_app

OWN = """handover:
  label: Handover
  asks: Does sales take up what marketing hands over?
  leading:
    {kpi}: It comes first.
  lagging:
    win_rate: It comes last.
"""
ROLES = {"ada": (Role.ADMIN, None), "ann": (Role.ACCOUNT_MANAGER, "E1"), "vera": (Role.VIEWER, None)}


@pytest.fixture
def known(known_data: Path, tmp_path: Path) -> Path:
    """A company with deals, subscriptions, calls and answers, and nothing of its support."""
    return shutil.copytree(known_data, tmp_path / "known")


@pytest.fixture
def say(known: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(known, capsys)


def told(said: tuple[int, str, str]) -> Any:
    assert said[0] == 0, said[2]
    return json.loads(said[1])


def test_what_is_missing_is_told_with_how_to_begin(say: Say) -> None:
    listed = {one["goal"]: one for one in told(say("goals", "--json"))}
    assert (listed["satisfaction"]["known"], listed["satisfaction"]["kpis"]) == (2, 6)
    found = {one["kpi"]: one for one in told(say("goals", "satisfaction", "--json"))["serving"]}
    assert found["csat"]["lacks"] == []
    assert found["csat"]["value"] == 1.0
    (lack,) = found["first_response_time"]["lacks"]
    assert (lack["entity"], lack["systems"]) == ("tickets", ["HubSpot", "Zendesk"])
    assert found["first_response_time"]["value"] is None
    code, out, _ = say("goals", "satisfaction")
    assert code == 0
    assert out.count("Missing: tickets.") == 1
    assert "help desk" in out
    code, _, wrong = say("goals", "expantion")
    assert code == 1
    assert "Did you mean 'expansion'?" in wrong


def test_a_goal_of_the_company_is_checked_like_a_definition(say: Say, known: Path) -> None:
    write_files(known, {"goals.yaml": OWN.format(kpi="mqa_count")})
    assert told(say("goals", "handover", "--json"))["own"]
    write_files(known, {"goals.yaml": OWN.format(kpi="mqa_cuont")})
    for words in (("goals",), ("goals", "expansion"), ("check",)):
        code, out, wrong = say(*words)
        assert code == 1, words
        assert "goals.yaml:5" in out + wrong, words
        assert "mqa_count" in out + wrong, words
    write_files(
        known, {"goals.yaml": OWN.format(kpi="mqa_count").replace("asks:", "ask:").replace("handover", "Hand-over")}
    )
    assert "is no name of a goal" in say("goals")[2]
    write_files(known, {"goals.yaml": "- handover\n"})
    assert "no mapping of goals" in say("goals")[2]


def test_starting_twice_makes_nothing_twice_and_the_sheet_can_be_filled_in_bit_by_bit(say: Say, known: Path) -> None:
    first = told(say("goals", "stability", "--start", "--json"))
    again = told(say("goals", "stability", "--start", "--json"))
    for what in ("dashboard", "frozen"):
        assert (first[what]["new"], again[what]["new"]) == (True, False)
        assert first[what]["id"] == again[what]["id"]
    assert (first["sheet_new"], again["sheet_new"]) == (True, False)
    assert len(told(say("reports", "list", "--json"))) == 1
    sheet = known / first["sheet"]
    rows = list(csv.DictReader(StringIO(sheet.read_text())))
    assert {row["period"] for row in rows} == {"2026-Q4"}  # today is its first day
    churn = next(row for row in rows if row["kpi"] == "logo_churn_rate")
    assert (churn["last_year"], churn["amount"]) == ("0.0%", "")
    line = f"{churn['kpi']},{churn['label']},company,2026-Q4,0.0%,"
    sheet.write_text(sheet.read_text().replace(line, f"{line}5%"))
    assert "1 target set, 0 as before" in say("targets", "import", str(sheet))[1]
    left = {one["kpi"]: one["amount"] for one in told(say("goals", "stability", "--start", "--json"))["targets"]}
    assert (left["logo_churn_rate"], left["grr"]) == ("0.05", None)


def test_the_review_of_a_goal_tells_its_kpis_alone(say: Say) -> None:
    code, out, _ = say("report", "monthly", "--goal", "stability")
    assert code == 0
    assert out.startswith("# Stability review: September 2026")
    assert "Logo churn" in out
    assert "Win rate" not in out
    assert "needs tickets" not in out
    code, _, wrong = say("report", "monthly", "--goal", "stability", "--for", "account:A2")
    assert code == 1
    assert "company, team, owner" in wrong


def test_each_starts_with_what_he_may_and_sees(known: Path) -> None:
    def viewer(request: Any) -> Viewer:
        name = request.headers.get("who", "ada")
        return Viewer(name, f"{name}@known.example", name, *ROLES[name])

    with TestClient(create_app(known, viewer_of=viewer)) as client:

        def ask(who: str, path: str, body: Any = None) -> Any:
            sent: dict[str, Any] = {"headers": {"who": who}}
            return (
                client.get(f"{API}{path}", **sent) if body is None else client.post(f"{API}{path}", json=body, **sent)
            )

        assert ask("vera", "/goals/stability/start", {}).status_code == 403
        whole = ask("ada", "/goals/stability/start", {}).json()
        mine = ask("ann", "/goals/stability/start", {}).json()
        assert {row["scope"] for row in whole["targets"]} == {"company"}
        assert {row["scope"] for row in mine["targets"]} == {"team:North"}  # she is all of it
        assert (whole["may_set"], mine["may_set"]) == (True, False)
        assert whole["dashboard"]["id"] != mine["dashboard"]["id"]  # ada's is not shared
        assert whole["frozen"]["id"] != mine["frozen"]["id"]  # nor may she read one of all accounts
        assert ask("ann", f"/reports/frozen/{whole['frozen']['id']}").status_code == 404
        assert ask("ada", "/goals/stability/start", {}).json()["dashboard"] == {**whole["dashboard"], "new": False}
        assert ask("ada", "/goals/stability?period=2026-Q4x").status_code == 400
        assert ask("ada", "/goals/no-goal").status_code == 404
        assert ask("ada", "/reports/review?cadence=monthly&goal=no-goal").status_code == 400
