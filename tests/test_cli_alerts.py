"""`accountlens alerts`: rules taken, tested, switched on, looked at; snoozed, acknowledged; after each refresh."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.alerts.conftest import FILES, TINY_NOW
from tests.workspaces import write_files

from accountlens.surfaces.cli.app import run
from accountlens.workspace import Workspace

Captured = pytest.CaptureFixture[str]
RULES = """\
rules:
  low:
    label: Sales are low
    when: {kind: threshold, kpi: sales_revenue, below: 95}
    switched_on: true
    outcome: {what: lost_renewal, within_days: 40}
  fell:
    label: Sales fell
    when: {kind: baseline, kpi: sales_revenue}
    switched_on: true
"""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("told"), FILES | {"rules.yaml": RULES})
    Workspace(folder).refresh(as_of=TINY_NOW)
    return folder


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "told")


def said(capsys: Captured, folder: Path, *words: str, code: int = 0) -> str:
    assert run(["-C", str(folder), "alerts", *words]) == code
    told = capsys.readouterr()
    return told.out + told.err


def test_rules_of_a_file_are_looked_at_and_alerts_shown_by_account(folder: Path, capsys: Captured) -> None:
    assert "accountlens alerts offers" in said(capsys, folder)
    assert "4 new, 0 going on, 0 over; 1 held back" in said(capsys, folder, "import", str(folder / "rules.yaml"))
    told = said(capsys, folder)
    assert "4 alerts about 3 accounts" in told
    assert told.index("Acme  tier A, Bob") < told.index("Sales revenue: 20 EUR, below 95 EUR.") < told.index("Cord")
    assert "Held back, because" in " ".join(said(capsys, folder, "--held").split())
    assert "looked at already" in said(capsys, folder, "check")
    assert "low   on" in said(capsys, folder, "rules")
    assert said(capsys, folder, "export").startswith("rules:\n  fell:\n")
    assert len(json.loads(said(capsys, folder, "--json"))) == 4


def test_an_offer_is_taken_with_its_back_test_and_off(folder: Path, capsys: Captured) -> None:
    assert "cooling_off" in said(capsys, folder, "offers")
    told = said(capsys, folder, "add", "champion_left")
    assert "would have fired" in told
    assert "Of the past only mail that bounced is known" in told
    assert "accountlens alerts on champion_left" in told
    assert "No alert" in said(capsys, folder)
    assert "champion_left: on" in said(capsys, folder, "on", "champion_left")
    assert "(Ada Lund)" in said(capsys, folder, "--account", "Acme")
    assert "champion_left: off" in said(capsys, folder, "off", "champion_left")
    assert "No alert" in said(capsys, folder)
    assert "is removed" in said(capsys, folder, "remove", "champion_left")


def test_a_back_test_says_how_often_it_was_right(folder: Path, capsys: Captured) -> None:
    said(capsys, folder, "import", str(folder / "rules.yaml"))
    told = said(capsys, folder, "test", "low")
    assert "looked at 12 times, 4 subjects" in told
    assert "lost a renewal within 40 days" in told
    assert json.loads(said(capsys, folder, "test", "low", "--json"))["proof"]["within_days"] == 40


def test_what_is_snoozed_is_silent_until_it_is_woken(folder: Path, capsys: Captured) -> None:
    said(capsys, folder, "import", str(folder / "rules.yaml"))
    assert "Acme is spoken of again from" in said(capsys, folder, "snooze", "acme", "--days", "3")
    assert "2 alerts about 2 accounts" in said(capsys, folder)
    assert "snoozed until" in said(capsys, folder, "--all")
    said(capsys, folder, "snooze", "Acme", "--wake")
    id_ = json.loads(said(capsys, folder, "--account", "a3", "--json"))[0]["id"]
    said(capsys, folder, "snooze", id_, "--until", "2999-01-01", code=1)
    said(capsys, folder, "snooze", id_)
    assert "3 alerts about 2 accounts" in said(capsys, folder)
    other = json.loads(said(capsys, folder, "--account", "a4", "--json"))[0]["id"]
    said(capsys, folder, "ack", other)
    assert "acknowledged" in said(capsys, folder, "--account", "a4")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "cooling_of"], "Did you mean 'cooling_off'?"),
        (["on", "nothing"], "There is no rule 'nothing'"),
        (["test", "cooling_of"], "Did you mean 'cooling_off'?"),
        (["ack", "al0"], "There is no alert 'al0'"),
        (["snooze", "nobody"], "nobody"),
        (["import", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_a_mistake_says_how_to_mend_it(words: list[str], told: str, folder: Path, capsys: Captured) -> None:
    assert told in said(capsys, folder, *words, code=1)


def test_a_refresh_looks_at_the_rules_and_a_faulty_one_fails_nothing(folder: Path, capsys: Captured) -> None:
    said(capsys, folder, "import", str(folder / "rules.yaml"))
    (folder / "data/opportunities.csv").unlink()
    assert run(["-C", str(folder), "refresh", "--as-of", "2026-05-02"]) == 0
    assert "low cannot be computed" in capsys.readouterr().err
    assert "low cannot be computed" in said(capsys, folder, "check", code=1)
    assert "4 alerts about 3 accounts" in said(capsys, folder)  # what was found is not lost
