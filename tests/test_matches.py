"""`accountlens matches`, `merge`, `unmerge`: what waits for a person, what a decision would change, and that it does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.test_merges import DATA, NOW

from accountlens import Workspace
from accountlens.accounts.decision_files import read_decided
from accountlens.errors import AccountlensError
from accountlens.matches.decide import Change, undo, unmerge, wanted, write
from accountlens.matches.trial import touched
from accountlens.surfaces.cli.app import run

Captured = pytest.CaptureFixture[str]
PERIOD = "2024-05"


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matches")
    (folder / "data").mkdir()
    for name, text in DATA.items():
        (folder / "data" / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    (folder / "accountlens.yaml").write_text("currency: EUR\nsources: {files: {path: data}}\n", encoding="utf-8")
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def workspace(refreshed: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(refreshed, tmp_path / "own")
    return Workspace(tmp_path / "own")


def said(workspace: Workspace, capsys: Captured, *typed: str) -> str:
    code = run(["-C", str(workspace.folder), *typed])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return f"{code}\n{out}{err}"


def values(workspace: Workspace, kpis: list[str], **question: Any) -> dict[str, Any]:
    return {row["kpi"]: row["value"] for row in workspace.ask(*kpis, period=PERIOD, **question).rows()}


def test_what_waits_is_listed_with_its_rows_and_candidates(refreshed: Path) -> None:
    waiting = Workspace(refreshed).matches().waiting()
    assert [(one.kind, one.value, dict(one.rows)) for one in waiting] == [
        ("domain", "twin.com", {"leads": 1}), ("account", "a6", {}),
    ]  # fmt: skip
    assert [(one.account_id, one.name) for one in waiting[0].candidates] == [("a5", "Twin One"), ("a6", "Twin Two")]


def test_the_list_is_for_people_and_for_machines(refreshed: Path, capsys: Captured) -> None:
    shown = said(Workspace(refreshed), capsys, "matches")
    assert "2 decisions to make, for 1 row" in shown
    assert "a5 Twin One" in shown
    told = json.loads(said(Workspace(refreshed), capsys, "matches", "--json")[2:])
    assert told["waiting"][0]["candidates"][0]["account_id"] == "a5"
    assert {"entity": "leads", "method": "domain", "rows": 2, "lowest": 0.99} in told["matched"]


@pytest.mark.parametrize(
    "change",
    [
        Change("domain", "twin.com", "a5", accepted=True),
        Change("domain", "acme.com", "", accepted=False),
        Change("account", "a2", "a1", accepted=True),
    ],
    ids=["accepted", "rejected", "merged"],
)
def test_a_preview_tells_what_a_refresh_then_finds(workspace: Workspace, change: Change) -> None:
    found = workspace.preview(change, PERIOD)
    _, kpis = touched(workspace.catalog, [*found.rows])
    only = {"where": f"account_id = '{change.account_id}'"}
    asked = [kpi for kpi in ("leads_generated", "lead_conversion_rate", "target_gap", "sales_revenue", "avg_deal_size",
                             "win_rate", "mql_count") if kpi in kpis]  # fmt: skip
    before = [values(workspace, asked, **some) for some in ({}, only)]
    write(workspace.matches(), change)
    workspace.refresh(as_of=NOW)
    after = [values(workspace, asked, **some) for some in ({}, only)]
    told = [{row["kpi"]: (row["before"], row["after"]) for row in rows} for rows in (found.moved, found.of_account)]
    for place in (0, 1) if change.account_id else (0,):
        for kpi in before[place]:
            moved = (before[place][kpi], after[place][kpi])
            assert told[place].get(kpi, (moved[0], moved[0])) == pytest.approx(moved, nan_ok=True), kpi
    assert found.rows["leads"] == {"twin.com": 1, "acme.com": 1, "a2": 2}[change.value]
    assert found.asked >= 15
    assert bool(found.of_account) == bool(change.account_id)


def test_a_preview_writes_nothing(workspace: Workspace, capsys: Captured) -> None:
    before = sorted(path.name for path in workspace.folder.rglob("*"))
    shown = said(workspace, capsys, "merge", "Acme Inc", "acme.com", "--preview", "--period", PERIOD)
    assert "a2 Acme Inc counts as a1 Acme." in shown
    assert "Sales revenue" in shown
    assert "+50.0 %" in shown
    assert sorted(path.name for path in workspace.folder.rglob("*")) == before


def test_decisions_are_rows_of_a_file_and_undone_they_are_gone(workspace: Workspace, capsys: Captured) -> None:
    assert said(workspace, capsys, "matches", "accept", "https://twin.com", "a6", "--note", "wrong").startswith("0\n")
    assert said(workspace, capsys, "matches", "accept", "twin.com", "Twin One").startswith("0\n")
    assert said(workspace, capsys, "matches", "reject", "domain:twin.com", "a6").startswith("0\n")
    assert said(workspace, capsys, "matches", "reject", "account:a6").startswith("0\n")
    found = {(one.kind, one.value, one.account_id, one.accepted) for one in read_decided(workspace.folder).matches}
    assert found == {
        ("domain", "twin.com", "a5", True),
        ("domain", "twin.com", "a6", False),
        ("account", "a6", "a5", False),
    }
    assert undo(workspace.matches(), "twin.com") == 2
    said(workspace, capsys, "matches", "accept", "name:Acme Inc", "a4", "--refresh")
    text = (workspace.folder / "matches.csv").read_text(encoding="utf-8")
    assert text.splitlines()[-1].startswith("name,acme inc,a4,accept,2")
    assert [one.kind for one in Workspace(workspace.folder).matches().waiting()] == ["domain"]


def test_merges_are_rows_of_a_file_and_taken_back_they_are_gone(workspace: Workspace, capsys: Captured) -> None:
    assert said(workspace, capsys, "merge", "a3", "a4", "--on", "2024-06-01").startswith("0\n")
    assert "a4 is merged into" not in said(workspace, capsys, "merge", "a2", "a1")
    assert [(one.loser_id, one.survivor_id, str(one.on)) for one in read_decided(workspace.folder).merges] == [
        ("a3", "a4", "2024-06-01"), ("a2", "a1", "None"),
    ]  # fmt: skip
    assert "a3 is merged into a4 already" in said(workspace, capsys, "merge", "a4", "a3")
    assert unmerge(workspace.matches(), "A3") == 1
    assert "is merged into none" in said(workspace, capsys, "unmerge", "a3")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (["matches", "acept", "x"], "Did you mean 'accept'?"),
        (["matches", "accept"], "What is to be accepted?"),
        (["matches", "accept", "gmail.com", "a1"], "is a host that many share"),
        (["matches", "accept", "twin.com"], "may be several accounts: a5 (Twin One), a6 (Twin Two)"),
        (["matches", "accept", "Nobody Knows"], "Nothing waits for the name 'nobody knows'."),
        (["matches", "accept", "twin.com", "Akme"], "No account is called 'Akme'. Did you mean 'Acme'?"),
        (["matches", "undo", "twin.com"], "Nothing was decided about the domain 'twin.com'."),
        (["merge", "a1", "a1"], "is that account itself"),
        (["merge", "a1", "a2", "--on", "soon"], "'soon' is no date"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(refreshed: Path, capsys: Captured, typed: list[str], error: str) -> None:
    told = " ".join(said(Workspace(refreshed), capsys, *typed).split())
    assert told.startswith("1 ")
    assert error in told
    assert not (refreshed / "matches.csv").exists()


def test_a_file_with_faults_is_not_written_to(workspace: Workspace) -> None:
    (workspace.folder / "matches.csv").write_text("kind,value,account_id,decision\nx,y,z,w\n", encoding="utf-8")
    with pytest.raises(AccountlensError, match=r"matches.csv:2"):
        write(workspace.matches(), wanted(workspace.matches(), "twin.com", "a5", accepted=True))
