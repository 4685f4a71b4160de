"""Rows written back to a file or a table: only what differs, all or nothing, and by the ids the source knows."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from tests.push.conftest import FILES, NOW
from tests.servers import postgres
from tests.workspaces import Say, write_files

from accountlens.people import audit
from accountlens.workspace import Workspace

CHANGED = {
    "data/opportunities.csv": FILES["data/opportunities.csv"].replace(",50\n", ",80\n"),
    "data/accounts.csv": FILES["data/accounts.csv"].replace("a1,Acme,acme.com,A", "a1,Acme,acme.com,B")
    + "a5,Dune,dune.fr,A,,2024-01-01\n",
}
Rows = dict[str, tuple[Any, ...]]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.needed() as found:
        yield found.url


def told(say: Say, *words: str) -> dict[str, Any]:
    code, out, err = say("push", *words, "--json")
    assert code == 0, err
    (one,) = json.loads(out)
    return dict(one)


def test_a_file_is_written_once_and_again_where_something_differs(folder: Path, say: Say) -> None:
    file = folder / "scores.csv"
    assert "4 new, 0 changed, 0 gone, 0 unchanged" in say("push", "scores", "--dry-run")[1]
    assert not file.exists()
    assert told(say, "scores")["new"] == ["a1", "a2", "a3", "a4"]
    assert file.read_text().splitlines() == [
        "account_id,revenue,tier,owner,next_step",
        "a1,100.0,A,e1,",
        "a2,50.0,A,,",
        "a3,7.0,B,e1,",
        "a4,7.0,B,e1,",  # merged here; its source still has both
    ]
    os.utime(file, (1, 1))
    assert told(say, "scores")["unchanged"] == 4
    assert file.stat().st_mtime == 1, "nothing differs, nothing is written"
    file.unlink()
    assert told(say, "scores")["anew"], "a file that is gone is written anew"
    (entry, *_) = audit.entries(Workspace(folder).store, action="push")
    assert (entry.subject, entry.detail["to"], entry.detail["new"]) == ("scores", "scores.csv", 4)


def test_what_changed_is_shown_with_what_it_was(folder: Path, say: Say) -> None:
    say("push", "scores")
    write_files(folder, CHANGED)
    Workspace(folder).refresh(as_of=NOW)
    _, out, _ = say("push", "scores", "--dry-run")
    assert "1 new, 2 changed, 0 gone, 2 unchanged" in out
    assert "50 → 80" in out
    assert "A → B" in out
    one = told(say, "scores")
    assert one["changed"]["a2"] == {"revenue": {"then": 50.0, "now": 80.0}}
    assert "a2,80.0,A" in (folder / "scores.csv").read_text()
    assert told(say, "scores")["written"] is False


def sqlite_rows(base: str, name: str) -> Rows:
    with sqlite3.connect(base) as con:
        return {row[0]: row[1:3] for row in con.execute(f"SELECT account_id, Revenue, name FROM {name}")}


def test_a_table_is_made_and_follows_and_keeps_columns_of_others(
    folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = folder / "base.db"
    monkeypatch.setenv("BASE", "sqlite:///base.db#account_scores")
    follows(folder, say, lambda: sqlite_rows(str(base), "account_scores"), lambda sql: _sqlite(base, sql))


def _sqlite(base: Path, sql: str) -> None:
    with sqlite3.connect(base) as con:
        con.execute(sql)


def test_a_table_of_a_duckdb_file_follows_too(folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    base = str(folder / "base.duckdb")
    monkeypatch.setenv("BASE", "duckdb:///base.duckdb#account_scores")

    def rows() -> Rows:
        with duckdb.connect(base) as con:
            return {row[0]: row[1:3] for row in con.execute("SELECT * FROM account_scores").fetchall()}

    def change(sql: str) -> None:
        with duckdb.connect(base) as con:
            con.execute(sql)

    follows(folder, say, rows, change)


def test_a_table_of_postgres_follows_too(folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv("BASE", f"{server}#account_scores")
    engine = sa.create_engine(server.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)

    def rows() -> Rows:
        with engine.connect() as con:
            found = con.execute(sa.text('SELECT account_id, "Revenue", name FROM account_scores'))
            return {row[0]: tuple(row[1:3]) for row in found}

    def change(sql: str) -> None:
        with engine.begin() as con:
            con.execute(sa.text(sql))

    follows(folder, say, rows, change)
    assert say("push", "scores", "--to", f"{server}#others")[1].startswith(
        f"scores → postgresql://{postgres.USER}:***@"
    )
    assert "***" in audit.entries(Workspace(folder).store, action="push")[0].detail["to"]


def follows(folder: Path, say: Say, rows: Callable[[], Rows], change: Callable[[str], None]) -> None:
    """Made, brought up to date, set right again; a row of others stays."""
    assert told(say, "tier_a")["new"] == ["a1", "a2"]
    assert rows() == {"a1": (100.0, "Acme"), "a2": (50.0, "=Beta")}
    change("INSERT INTO account_scores (account_id, name) VALUES ('x9', 'Of others')")
    change("DELETE FROM account_scores WHERE account_id = 'a2'")
    write_files(folder, CHANGED)
    Workspace(folder).refresh(as_of=NOW)
    one = told(say, "tier_a")
    assert (one["new"], list(one["changed"]), one["gone"]) == (["a5"], ["a2"], ["a1"])
    assert rows() == {"a2": (80.0, "=Beta"), "a5": (None, "Dune"), "x9": (None, "Of others")}
    change("UPDATE account_scores SET name = 'spoilt'")
    assert told(say, "tier_a")["written"] is False
    assert told(say, "tier_a", "--all")["written"] is True
    assert rows() == {"a2": (80.0, "=Beta"), "a5": (None, "Dune"), "x9": (None, "spoilt")}


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_table_that_does_not_fit_is_left_as_it_is(
    folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("BASE", f"{scheme}:///base.{scheme}#account_scores")
    connect: Any = sqlite3.connect if scheme == "sqlite" else duckdb.connect
    with connect(str(folder / f"base.{scheme}")) as con:
        con.execute("CREATE TABLE account_scores (account_id TEXT, name TEXT)")
        con.execute("INSERT INTO account_scores VALUES ('a1', 'kept')")
        con.commit()
    code, _, err = say("push", "tier_a")
    assert code == 1
    assert "has no column Revenue, since, pushed_at" in " ".join(err.split())
    with connect(str(folder / f"base.{scheme}")) as con:
        assert con.execute("SELECT * FROM account_scores").fetchall() == [("a1", "kept")]


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("nowhere/scores.csv", "There is no folder"),
        ("scores.xlsx", "is no target"),
        ("data", "is no target"),
        ("postgresql://u:s3cr3t@127.0.0.1:1/base#scores", "cannot be written"),
        ("postgresql://u:s3cr3t@127.0.0.1:1/base", "names its table"),
        ("nosuch://base#scores", "no URL of a database that can be opened"),
        ("duckdb:///data/accounts.csv#scores", "cannot be written"),
        ("sqlite:///data/accounts.csv#scores", "cannot be written"),
    ],
)
def test_a_target_that_cannot_be_written_is_told_and_nothing_remembered(
    folder: Path, say: Say, to: str, said: str
) -> None:
    accounts = (folder / "data/accounts.csv").read_text()
    code, _, err = say("push", "scores", "--to", to)
    assert code == 1
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert "s3cr3t" not in err
    assert (folder / "data/accounts.csv").read_text() == accounts
    assert not (folder / "store" / "pushed").exists()


def test_what_cannot_be_asked_is_told_with_a_way_out(folder: Path, say: Say) -> None:
    assert "Did you mean 'scores'?" in say("push", "score")[2]
    for wrong, said in (
        ("tier: tyer", "neither an attribute"),
        ("tier: tier}, list: nolist", "no list 'nolist'"),
        ("tier: tier}, key: nokey", "no attribute of accounts"),
        ("tier: tier}, key: owner_id", "Two accounts have the owner_id 'e1'"),
        ("account_id: tier", "it is there already"),
    ):
        inside = wrong if "}" in wrong else wrong + "}"
        text = f"sources: {{crm: {{path: data}}}}\npush: {{scores: {{to: x.csv, columns: {{{inside}}}}}\n"
        (folder / "accountlens.yaml").write_text(text)
        code, _, err = say("push")
        assert code == 1, text
        assert said in " ".join(err.split()), err
    (folder / "accountlens.yaml").write_text("sources: {crm: {path: data}}\n")
    assert "Nothing is to be pushed." in say("push")[2]
    assert not (folder / "x.csv").exists()
