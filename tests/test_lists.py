"""Lists and tiers kept in the workspace: edited by commands, answered as of any day, never half done."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.workspaces import Say, saying, write_files

from accountlens import Workspace
from accountlens.surfaces.cli.app import run

FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,domain,tier\na1,Acme,acme.com,C\na2,Beta,beta.io,C\na3,Twin,,B\na4,Twin,,\n",
    "data/account_list_members.csv": "account_id,list,group,joined_at\na1,target,target,2025-01-01\n",
    "data/opportunities.csv": """\
opportunity_id,account_id,status,amount,created_at,closed_at
o1,a1,won,1,2026-01-01,2026-01-10
o2,a1,won,2,2026-01-01,2026-04-10
o3,a2,won,4,2026-01-01,2026-02-10
o4,a2,won,8,2026-01-01,2026-05-10
o5,a3,won,16,2026-01-01,2026-05-10
""",
}
HALF = "2026-01..2026-06"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path, FILES)
    refresh(tmp_path)
    return tmp_path


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(folder, capsys)


def refresh(folder: Path, as_of: str = "2026-07-01") -> None:
    assert run(["-C", str(folder), "refresh", "--as-of", as_of]) == 0


def revenue(folder: Path, **asked: Any) -> dict[str | None, float]:
    rows = Workspace(folder).ask("sales_revenue", period=HALF, **asked).rows()
    return {row["by"].get(asked.get("by")): row["value"] for row in rows}


def stays(folder: Path, name: str) -> list[tuple[str, ...]]:
    with (folder / "lists" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return [(row["account_id"], row["group"], row["joined_at"], row["left_at"]) for row in csv.DictReader(file)]


def test_membership_counts_as_of_each_day_after_the_next_refresh(folder: Path, say: Say) -> None:
    assert revenue(folder, scope="target")[None] == 3
    assert say("list", "add", "target", "beta.io", "--on", "2026-03-01")[0] == 0
    assert say("list", "remove", "target", "Acme", "--on", "2026-03-01")[0] == 0
    assert stays(folder, "target") == [("a2", "", "2026-03-01", ""), ("a1", "target", "2025-01-01", "2026-03-01")]
    assert revenue(folder, scope="target")[None] == 3, "a snapshot never changes"
    assert "accountlens refresh" in say("lists")[2]
    refresh(folder)
    assert revenue(folder, scope="target")[None] == 1 + 8, "Acme up to March, Beta from then on"
    assert "refresh" not in say("lists")[2]
    told = json.loads(say("lists", "--json", "--period", "2026-Q1")[1])
    assert [(one["name"], one["members"], one["joined"], one["left"]) for one in told] == [("target", 1, 1, 1)]
    balance = Workspace(folder).snapshots()[0].balance["account_list_members"]
    assert (balance.taken_in, balance.accepted, balance.duplicates) == (3, 2, 1), "the row here stands for the source's"


def test_an_import_with_one_account_that_cannot_be_told_changes_nothing(folder: Path, say: Say) -> None:
    file = folder / "wanted.csv"
    file.write_text("company;domain;group\nAcme;;\n;acme.con;\nTwin;;\n;beta.io;both\n;;target\n", encoding="utf-8")
    say("list", "create", "pilot")
    code, _, err = say("list", "import", "pilot", str(file))
    assert code == 1
    for told in ("row 2: No account has the domain 'acme.con'", "row 3: 'Twin' is the name of 2 accounts (a3, a4)",
                 "row 4: The group 'both'", "row 5: It names no account"):  # fmt: skip
        assert told in err
    assert "row 1" not in err
    assert stays(folder, "pilot") == []


def test_an_import_takes_ids_names_and_domains_with_dates_and_may_replace(folder: Path, say: Say) -> None:
    file = folder / "wanted.csv"
    file.write_text(
        "account_id,name,website,since,until\n,acme,,2026-01-05,2026-02-01\n,,https://www.Beta.io/x,,\na4,Twin,,,\n"
    )
    say("list", "create", "pilot")
    assert say("list", "import", "pilot", str(file), "--on", "2026-04-01")[0] == 0
    wanted = [("a1", "", "2026-01-05", "2026-02-01"), ("a2", "", "2026-04-01", ""), ("a4", "", "2026-04-01", "")]
    assert stays(folder, "pilot") == wanted
    say("list", "import", "pilot", str(file), "--on", "2026-04-01")
    assert stays(folder, "pilot") == wanted, "twice is once"
    (folder / "next.csv").write_text("account_id\na2\na3\n")
    assert (
        "1 joined, 1 left, 1 already so"
        in say("list", "import", "pilot", str(folder / "next.csv"), "--replace", "--on", "2026-06-01")[1]
    )
    assert stays(folder, "pilot")[2:] == [("a4", "", "2026-04-01", "2026-06-01"), ("a3", "", "2026-06-01", "")]


def test_what_is_exported_can_be_imported(folder: Path, say: Say) -> None:
    say("list", "create", "pilot")
    say("list", "add", "pilot", "a1", "a2", "--on", "2026-02-01", "--group", "control")
    assert say("list", "export", "pilot", "--out", str(folder / "out.csv"))[0] == 0
    say("list", "create", "copy")
    assert say("list", "import", "copy", str(folder / "out.csv"))[0] == 0
    assert stays(folder, "copy") == stays(folder, "pilot")


def test_groups_change_on_a_day_and_an_entry_by_mistake_is_taken_back(folder: Path, say: Say) -> None:
    say("list", "add", "target", "a1", "--group", "control", "--on", "2026-02-01")
    assert stays(folder, "target") == [
        ("a1", "target", "2025-01-01", "2026-02-01"), ("a1", "control", "2026-02-01", "")
    ]  # fmt: skip
    refresh(folder)
    assert revenue(folder, scope="target")[None] == 1
    assert revenue(folder, scope="control")[None] == 2
    say("list", "add", "target", "a2", "--on", "2026-02-01")
    say("list", "remove", "target", "a2", "--on", "2026-02-01")
    assert len(stays(folder, "target")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["list", "add", "targt", "a1"], "Did you mean 'target'?"),
        (["list", "add", "target", "Acne"], "Did you mean 'Acme'?"),
        (["list", "add", "target", "a1", "--on", "1.3.2026"], "'1.3.2026' is no date"),
        (["list", "create", "a/b"], "can't name a list"),
        (["list", "create", "target"], "already"),
        (["tier", "A"], "It is not clear which accounts are meant."),
    ],
)
def test_mistakes_are_told(say: Say, typed: list[str], said: str) -> None:
    code, out, err = say(*typed)
    assert (code, out) == (1, "")
    assert said in err


def test_a_row_mended_by_hand_into_nonsense_is_quarantined_with_its_place(folder: Path) -> None:
    (folder / "lists").mkdir()
    (folder / "lists" / "pilot.csv").write_text("account_id,joined_at,left_at\na1,2026-02-01,2026-01-01\n")
    refresh(folder)
    (row,) = Workspace(folder).quarantine().to_pylist()
    assert (row["table"], row["source"], row["row_number"]) == ("account_list_members", "lists/pilot.csv", 1)


def test_a_tier_counts_from_its_day_on_and_stands_above_the_source(folder: Path, say: Say) -> None:
    assert say("tier", "A", "Acme", "--on", "2026-02-01")[0] == 0
    tiers = (folder / "tiers.csv").read_text()
    (folder / "tiers.csv").write_text(tiers + "a2,,B,2026-05-01\n")
    refresh(folder)
    assert revenue(folder, by="tier", totals="none") == {"A": 2, "B": 8 + 16, "C": 1 + 4}
    assert revenue(folder, by="tier", totals="none", history="as-is") == {"A": 3, "B": 12 + 16}
    accounts = (folder / "data" / "accounts.csv").read_text().replace("acme.com,C", "acme.com,D")
    (folder / "data" / "accounts.csv").write_text(accounts)
    refresh(folder, "2026-07-02")
    assert revenue(folder, by="tier", totals="none") == {"A": 2, "B": 8 + 16, "C": 1 + 4}, "a later word of the source"
    (folder / "tiers.csv").unlink()
    refresh(folder, "2026-07-03")
    assert revenue(folder, by="tier", totals="none", history="as-is") == {"B": 16, "C": 12, "D": 3}
    assert revenue(folder, by="tier", totals="none") == {"B": 16, "C": 1 + 2 + 12}


def test_tiers_are_imported_and_counted(folder: Path, say: Say) -> None:
    (folder / "t.csv").write_text("name,tier\nAcme,A\nBeta,A\n")
    assert "2 accounts changed" in say("tier", "--import", str(folder / "t.csv"), "--on", "2026-01-01")[1]
    assert "0 accounts changed" in say("tier", "--import", str(folder / "t.csv"), "--on", "2026-01-01")[1]
    refresh(folder)
    assert [line.split() for line in say("tier")[1].splitlines()[3:]] == [["A", "2"], ["B", "1"], ["(unknown)", "1"]]


def test_the_account_page_shows_its_lists(say: Say) -> None:
    out = say("account", "Acme")[1]
    assert "Lists" in out
    assert "2025-01-01" in out
