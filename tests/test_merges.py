"""What people decide about who is who: accounts that are one, values that are whose, and all of it undone again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest

from accountlens import Workspace
from accountlens.accounts.decision_files import read_decided
from accountlens.errors import ProblemsError

NOW = datetime(2024, 6, 30, 12)
DATA = {
    "accounts": """
        account_id,name,domain,parent_account_id,tier
        a1,Acme,acme.com,,A
        a2,Acme Inc,acme.io,a1,B
        a3,Acme Old,,a2,B
        a4,Bolt,bolt.io,a2,C
        a5,Twin One,twin.com,,C
        a6,Twin Two,twin.com,,C
        """,
    "contacts": "contact_id,account_id,email\nc1,a1,\nc2,a2,\nc3,,x@acme.io\n",
    "opportunities": """
        opportunity_id,account_id,status,amount,created_at,closed_at
        o1,a1,won,100,2024-01-10,2024-05-02
        o2,a2,won,50,2024-01-10,2024-05-03
        o3,a3,lost,70,2024-01-10,2024-05-04
        o4,a4,won,10,2024-01-10,2024-05-05
        o5,gone,won,1,2024-01-10,2024-05-05
        """,
    "leads": """
        lead_id,created_at,email,company
        l1,2024-05-01,x@acme.io,
        l2,2024-05-02,,Acme Inc
        l3,2024-05-03,y@twin.com,
        l4,2024-05-04,z@acme.com,
        """,
    "account_list_members": """
        account_id,list,joined_at,left_at
        a1,target,2024-01-01,
        a2,target,2024-01-01,2024-02-01
        a3,target,2024-03-01,
        """,
    "account_history": """
        account_id,attribute,value,valid_from,valid_to
        a1,tier,B,2024-01-01,2024-03-01
        a2,tier,C,2024-01-01,2024-02-01
        """,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "data").mkdir()
    for name, text in DATA.items():
        (tmp_path / "data" / f"{name}.csv").write_text(dedent(text).strip() + "\n", encoding="utf-8")
    (tmp_path / "accountlens.yaml").write_text("currency: EUR\nsources: {files: {path: data}}\n", encoding="utf-8")
    return Workspace(tmp_path)


def refreshed(workspace: Workspace, as_of: datetime = NOW) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables after a refresh, but for what remembers the refreshes themselves."""
    workspace.refresh(as_of=as_of)
    snapshot = workspace.store.current()
    assert snapshot is not None
    with duckdb.connect() as con:
        return {
            name: con.execute(f"SELECT * FROM ({workspace.store.relation_sql(table)}) ORDER BY ALL").fetchall()
            for name, table in snapshot.tables.items()
            if name != "account_attributes_seen"
        }


def accounts_of(tables: dict[str, list[tuple[Any, ...]]], name: str) -> list[tuple[Any, ...]]:
    return sorted((row[0], row[1]) for row in tables[name])


def keep(workspace: Workspace, *names: str) -> None:
    """Leave out the other files: fewer facts are derived."""
    for file in (workspace.folder / "data").iterdir():
        if file.stem not in names:
            file.unlink()


def write(workspace: Workspace, name: str, text: str) -> None:
    (workspace.folder / name).write_text(dedent(text).strip() + "\n", encoding="utf-8")


def column(workspace: Workspace, table: str, *names: str) -> list[tuple[Any, ...]]:
    snapshot = workspace.store.current()
    assert snapshot is not None
    with duckdb.connect() as con:
        reading = workspace.store.relation_sql(snapshot.tables[table])
        return con.execute(f"SELECT {', '.join(names)} FROM ({reading}) ORDER BY ALL").fetchall()


def answers(workspace: Workspace) -> list[Any]:
    return workspace.ask("win_rate", "avg_deal_size", "leads_generated", by="account_id", period="2024-05").rows()


def test_the_rows_of_a_merged_account_count_for_the_one_that_stays_and_nothing_twice(workspace: Workspace) -> None:
    write(workspace, "merges.csv", "loser_id,survivor_id\na3,a2\na2,a1\n")
    report = workspace.refresh(as_of=NOW)
    assert column(workspace, "opportunities", "opportunity_id", "account_id", "account_id_given") == [
        ("o1", "a1", "a1"), ("o2", "a1", "a2"), ("o3", "a1", "a3"), ("o4", "a4", "a4"), ("o5", None, "gone"),
    ]  # fmt: skip
    assert column(workspace, "contacts", "contact_id", "account_id") == [("c1", "a1"), ("c2", "a1"), ("c3", "a1")]
    assert column(workspace, "leads", "lead_id", "account_id") == [
        ("l1", "a1"), ("l2", "a1"), ("l3", None), ("l4", "a1"),
    ]  # fmt: skip
    assert column(workspace, "accounts", "account_id", "parent_account_id", "ultimate_parent_id", "tier") == [
        ("a1", None, "a1", "A"), ("a4", "a1", "a1", "C"), ("a5", None, "a5", "C"), ("a6", None, "a6", "C"),
    ]  # fmt: skip
    assert (report.balance["accounts"].accepted, report.balance["accounts"].duplicates) == (4, 2)
    members = column(
        workspace, "account_list_members", "account_id", "account_id_given", "strftime(joined_at, '%m-%d')"
    )
    assert members == [("a1", "a1", "01-01"), ("a1", "a3", "03-01")]
    assert report.balance["account_list_members"].duplicates == 1
    history = column(workspace, "account_attributes", "account_id", "value", "strftime(valid_to, '%m-%d')")
    assert ("a1", "B", "03-01") in history
    assert not [row for row in history if row[1] == "C"]
    rows = workspace.ask("avg_deal_size", by="account_id", period="2024-05").rows()
    assert {row["by"]["account_id"]: (row["value"], row["n"]) for row in rows if "total" not in row["flags"]} == {
        "a1": (75, 2), "a4": (10, 1), "(unmatched)": (1, 1),
    }  # fmt: skip


def test_unmerged_all_is_as_it_was_cell_by_cell(workspace: Workspace) -> None:
    before, asked = refreshed(workspace), None
    asked = answers(workspace)
    write(workspace, "merges.csv", "loser_id,survivor_id\na2,a1\n")
    assert refreshed(workspace)["opportunities"] != before["opportunities"]
    assert answers(workspace) != asked
    (workspace.folder / "merges.csv").unlink()
    assert refreshed(workspace) == before
    assert answers(workspace) == asked


def test_a_merge_is_known_from_its_day_on_and_holds_for_all_time_then(workspace: Workspace) -> None:
    keep(workspace, "accounts", "opportunities")
    write(workspace, "merges.csv", "loser_id,survivor_id,merged_on\na2,a1,2024-06-30\n")
    workspace.refresh(as_of=datetime(2024, 6, 29, 12))
    assert ("o2", "a2") in column(workspace, "opportunities", "opportunity_id", "account_id")
    workspace.refresh(as_of=NOW)
    assert ("o2", "a1") in column(workspace, "opportunities", "opportunity_id", "account_id")
    assert column(workspace, "account_merges", "loser_id", "survivor_id", "source") == [("a2", "a1", "merges.csv")]


def test_what_a_crm_says_it_merged_is_merged_and_the_workspace_may_say_otherwise(workspace: Workspace) -> None:
    keep(workspace, "accounts", "opportunities")
    text = "account_id,name,master_record_id\na1,Acme,\na2,Acme Inc,a1\na3,Round,a5\na5,About,a3\na6,Lost,zz\n"
    write(workspace, "data/accounts.csv", text)
    report = workspace.refresh(as_of=NOW)
    assert column(workspace, "account_merges", "loser_id", "survivor_id", "source") == [("a2", "a1", "accounts")]
    told = " ".join(problem.what for problem in report.warnings)
    assert "a3 ends up merged into itself" in told
    assert "a6 is merged into zz, which is no account" in told
    write(workspace, "merges.csv", "loser_id,survivor_id\na2,a3\na5,a6\n")
    workspace.refresh(as_of=NOW)
    assert column(workspace, "account_merges", "loser_id", "survivor_id", "source")[0] == ("a2", "a6", "merges.csv")
    write(workspace, "data/accounts.csv", text.replace("a2,Acme Inc,a1", "a2,Acme Inc,a6"))
    (workspace.folder / "merges.csv").unlink()
    workspace.refresh(as_of=NOW)
    write(
        workspace,
        "data/accounts.csv",
        text.replace("a2,Acme Inc,a1", "a2,Acme Inc,a5").replace("a5,About,a3", "a5,About,"),
    )
    workspace.refresh(as_of=NOW)
    assert ("o2", "a5") in column(workspace, "opportunities", "opportunity_id", "account_id")
    write(
        workspace,
        "data/accounts.csv",
        text.replace("a2,Acme Inc,a1", "a2,Acme Inc,a6").replace("a5,About,a3", "a5,About,"),
    )
    workspace.refresh(as_of=NOW)  # the accounts left are the same, and still the rows are another's
    assert ("o2", "a6") in column(workspace, "opportunities", "opportunity_id", "account_id")


def test_what_a_person_decided_about_a_value_counts(workspace: Workspace) -> None:
    keep(workspace, "accounts", "leads")
    write(
        workspace,
        "matches.csv",
        """
        kind,value,account_id,decision,note
        domain,https://www.twin.com,a5,accept,as they told us
        name,ACME Incorporated,a4,accept,
        domain,acme.com,,reject,our agency
        """,
    )
    workspace.refresh(as_of=NOW)
    assert column(workspace, "leads", "lead_id", "account_id") == [
        ("l1", "a2"), ("l2", "a4"), ("l3", "a5"), ("l4", None),
    ]  # fmt: skip
    decided = column(workspace, "account_matches", "row_key", "value", "method", "status")
    assert ("l3", "twin.com", "decision", "decided") in decided


def test_of_two_accounts_with_one_domain_the_one_is_left_that_nobody_refused(workspace: Workspace) -> None:
    keep(workspace, "accounts", "leads")
    write(workspace, "matches.csv", "kind,value,account_id,decision\ndomain,twin.com,a6,reject\n")
    workspace.refresh(as_of=NOW)
    assert ("l3", "a5") in column(workspace, "leads", "lead_id", "account_id")


def test_a_decision_about_an_account_that_is_gone_waits_and_is_told(workspace: Workspace) -> None:
    keep(workspace, "accounts", "leads")
    write(workspace, "matches.csv", "kind,value,account_id,decision\ndomain,twin.com,zz,accept\n")
    report = workspace.refresh(as_of=NOW)
    assert "matches.csv:2: There is no account 'zz'." in " ".join(map(str, report.warnings))
    assert ("l3", None) in column(workspace, "leads", "lead_id", "account_id")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("matches.csv", "kind,value,account_id,decision\ndomian,x.com,a1,accept\n", "matches.csv:2: kind 'domian'"),
        ("matches.csv", "kind,value,account_id,decision\ndomain,x.com,a1,yes\n", "matches.csv:2: decision 'yes'"),
        ("matches.csv", "kind,value,account_id,decision\ndomain,gmail.com,a1,accept\n", "a host that many share"),
        ("matches.csv", "kind,value,account_id,decision\nname,?!,a1,accept\n", "'?!' is no name"),
        ("matches.csv", "kind,value,account_id,decision\nname,Acme,,accept\n", "account_id is empty"),
        ("matches.csv", "kind,value,account_id,decision\naccount,a1,a2,accept\n", "is a merge"),
        (
            "matches.csv",
            "kind,value,account_id,decision\nname,Acme,a1,accept\nname,ACME,a2,accept\n",
            "matches.csv:3: The name 'acme' is account a1 in row 2 already.",
        ),
        (
            "matches.csv",
            "kind,value,account_id,decision\nname,Acme,a1,accept\nname,acme,,reject\n",
            "matches.csv:3: The name 'acme' is rejected here and accepted in row 2.",
        ),
        ("merges.csv", "loser_id,survivor_id\na1,a1\n", "merges.csv:2: loser_id and survivor_id"),
        ("merges.csv", "loser_id,survivor_id\na1,a2\na1,a3\n", "merges.csv:3: Account a1 is merged in row 2 already"),
        ("merges.csv", "loser_id,survivor_id\na1,a2\na2,a1\n", "ends up merged into itself"),
        ("merges.csv", "loser_id,survivor_id,merged_on\na1,a2,soon\n", "merges.csv:2: merged_on 'soon' is no date"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as found:
        read_decided(tmp_path)
    assert said in str(found.value)
