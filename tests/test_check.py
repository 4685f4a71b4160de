"""`check` finds what is doubtful in data and says what to do; machines get stable codes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.language.asked import Asked
from accountlens.surfaces.cli.app import run

DAYS = [date(2025, 6, 1) + timedelta(days) for days in range(390)]  # up to 2026-06-25
CALLS = [f"c{place},{day},call,a{place % 2 + 1},e1" for place, day in enumerate(DAYS)]
USES = [f"a1,{day},{place % 3 + 1}" for place, day in enumerate(DAYS) if day < date(2026, 4, 20)]
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,tier\na1,Acme,A\na2,Beta,B\n",
    "data/employees.csv": "employee_id,name\ne1,Eve\n",
    # a broken month: in May hardly a call was taken in; of the last calls the employee is unknown
    "data/activities.csv": "activity_id,occurred_at,kind,account_id,employee_id\n"
    + "\n".join(call if place < 388 else call.replace("e1", "e9")
                for place, call in enumerate(CALLS) if "2026-05" not in call or place % 10 == 0) + "\n",
    "data/usage_events.csv": "account_id,occurred_at,count\n" + "\n".join(USES) + "\n",
    "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at\no1,a1,won,10,2026-01-01,2026-04-01\n"
    "o2,gone,lost,5,2026-01-01,2026-04-02\no3,a1,won,x,2026-01-01,2026-04-02\n",
    "data/tickets.csv": "ticket_id,created_at,account_id,solved_at\nt1,2026-03-05,a1,2026-03-01\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write_files(folder, FILES)
    assert run(["-C", str(folder), "refresh", "--as-of", "2026-06-26"]) == 0
    return folder


@pytest.fixture(scope="module")
def findings(folder: Path) -> dict[str, dict[str, str]]:
    """Code → place → what is told."""
    found: dict[str, dict[str, str]] = {}
    for one in Workspace(folder).check():
        found.setdefault(one.code, {})[one.file] = one.what
    return found


def test_each_kind_of_doubt_is_found_where_it_is(findings: dict[str, dict[str, str]]) -> None:
    assert findings["rows_quarantined"] == {"opportunities": "1 of 3 rows are in quarantine."}
    assert findings["orphans"].keys() == {"activities"}
    assert "2 of 362 rows with employee_id name none of employees (such as 'e9')" in findings["orphans"]["activities"]
    assert "tickets" in findings["tickets_solved_before_created"]
    assert findings["deals_without_account"].keys() == {"opportunities"}
    assert "opportunities" not in findings.get("unmatched_rows", {}), "told once"
    assert (
        "The last row is of 2026-04-19, 67 days before the other data ends" in findings["entity_behind"]["usage_events"]
    )
    assert findings["entity_behind"].keys() == {"usage_events"}
    volume = findings["volume_unusual"]
    assert "fewer than usual (31; the 11 months before had between 28 and 31)" in volume["activities"]


def test_kpis_that_count_nothing_for_want_of_a_column_are_told_apart_from_those_without_a_table(folder: Path) -> None:
    told = {one.file: one.what for one in Workspace(folder).check() if one.code == "kpis_without_column"}
    by_column = [one.what for one in Workspace(folder).check() if one.code == "kpis_without_column"]
    assert any("because type is empty in every row" in what and "upsell_revenue" in what for what in by_column)
    assert any("because fit_score is empty" in what and "opportunity_spotting" in what for what in by_column)
    assert any("because source is empty" in what and "opportunity_spotting" in what for what in by_column)
    assert any("because contact_id is empty" in what for what in by_column)
    assert not any("win_rate" in what or "resolution_time" in what for what in by_column), told
    without = [one.what for one in Workspace(folder).check() if one.code == "kpis_without_entity"]
    assert any(what.startswith("7 KPIs need survey_responses, which no source gives: ") for what in without)


def test_what_no_row_tells_is_unknown_and_says_what_it_needs(folder: Path) -> None:
    workspace = Workspace(folder)
    untold = workspace.opened().untold
    for name, needs in (
        ("upsell_revenue", ["opportunities.type"]),
        ("cross_sell_revenue", ["opportunities.type"]),
        ("opportunity_spotting", ["opportunities.source"]),
        ("pipeline_value_weighted", ["opportunities.probability"]),
    ):
        assert [row["value"] for row in workspace.ask(name, period="2026-01..2026-06").rows()] == [None], name
        assert untold.lacking(workspace.catalog.kpi(Asked(name))) == needs
    trace = workspace.explain("upsell_revenue", period="2026-01..2026-06").traces[0]
    assert trace.excluded[0].reason == "no row of opportunities tells its type"


def test_what_is_only_not_there_yet_is_none(folder: Path, tmp_path: Path) -> None:
    """A deal that was won, of a type: then the other types were not sold."""
    write_files(tmp_path, {name: FILES[name] for name in ("accountlens.yaml", "data/accounts.csv")})
    rows = "opportunity_id,account_id,status,amount,created_at,closed_at,type,probability\no1,a1,won,10,2026-01-01,2026-04-01,renewal,\n"
    write_files(tmp_path, {"data/opportunities.csv": rows})
    workspace = Workspace(tmp_path)
    workspace.refresh()
    kpis = ("upsell_revenue", "pipeline_value_open", "revenue_growth_rate")
    upsold, open_, growth = (row["value"] for row in workspace.ask(*kpis, period="2026-04").rows())
    assert (upsold, open_, growth) == (0, 0, None)
    untold = workspace.opened().untold
    assert untold.lacking(workspace.catalog.kpi(Asked("revenue_growth_rate"))) == [], (
        "deals do where there are no orders"
    )
    assert untold.lacking(workspace.catalog.kpi(Asked("mrr"))) == ["subscriptions"]


def test_machines_get_codes_freshness_and_the_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["-C", str(folder), "check", "--json"]) == 0, "warnings are no errors"
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert all(one["code"] for one in told["findings"])
    fresh = {one["entity"]: one for one in told["freshness"]}
    assert [fresh["activities"][key] for key in ("days_ago", "usual_days", "late")] == [1, 1, False]
    assert fresh["usage_events"]["late"] is True
    (folder / "kpis").mkdir()
    (folder / "kpis" / "broken.yaml").write_text("label: B\n")
    assert run(["-C", str(folder), "check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in told["findings"] if one["severity"] == "error"} == {"definition"}
    (folder / "kpis" / "broken.yaml").unlink()
