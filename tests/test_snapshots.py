"""What was known when: history from refresh to refresh, snapshots compared, asked and forgotten by rule."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.workspaces import Say, saying

from accountlens import Workspace
from accountlens.accounts.history import BEFORE, SEEN, history_sql, seen_sql
from accountlens.errors import AccountlensError
from accountlens.store.snapshots import Snapshot, outdated

SETTINGS = "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n"
OPPORTUNITIES = "opportunity_id,account_id,status,amount,created_at,closed_at\n" + "".join(
    f"o{month},a1,won,{amount},2026-01-01,2026-{month:02}-15\n" for month, amount in ((2, 1), (4, 2), (6, 4))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "A", OPPORTUNITIES)
    (tmp_path / "accountlens.yaml").write_text(SETTINGS)
    return tmp_path


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(folder, capsys)


def write(folder: Path, tier: str, opportunities: str | None = None) -> None:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "accounts.csv").write_text(f"account_id,name,tier\na1,Acme,{tier}\na2,Beta,Z\n")
    if opportunities:
        (folder / "data" / "opportunities.csv").write_text(opportunities)


def refresh(folder: Path, day: str, tier: str | None = None, *, full: bool = False) -> None:
    if tier is not None:
        write(folder, tier)
    Workspace(folder).refresh(as_of=datetime.fromisoformat(day), full=full)


def by_tier(folder: Path, **asked: Any) -> dict[str, float]:
    rows = Workspace(folder).ask("sales_revenue", by="tier", totals="none", period="2026-01..2026-06", **asked).rows()
    return {row["by"]["tier"]: row["value"] for row in rows}


class Company:
    """Accounts as refreshes find them, one after the other."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        con.execute(f"CREATE SCHEMA {BEFORE}")

    def refresh(self, day: str, **tiers: str | None) -> None:
        """A refresh whose present is a day of 2026, when sources give these tiers."""
        self.con.execute("CREATE OR REPLACE TABLE accounts (account_id VARCHAR, tier VARCHAR)")
        self.con.executemany("INSERT INTO accounts VALUES (?, ?)", list(tiers.items()))
        self.con.execute(f"CREATE OR REPLACE TABLE now_seen AS {seen_sql(self.con, moment(day))}")
        self.con.execute(f"CREATE OR REPLACE TABLE {BEFORE}.{SEEN} AS FROM now_seen")

    def seen(self) -> list[tuple[str, str | None, str]]:
        rows = self.con.execute(f"SELECT account_id, value, seen_at FROM {BEFORE}.{SEEN} WHERE attribute = 'tier'")
        return [(account, tier, f"{at:%m-%d}") for account, tier, at in rows.fetchall()]

    def intervals(self, present: set[str] = frozenset({"accounts"})) -> list[tuple[Any, ...]]:
        rows = self.con.execute(history_sql(self.con, present, "now_seen")).fetchall()
        return [(row[0], row[2], *(f"{at:%m-%d}" if at else None for at in row[3:])) for row in rows]


def moment(day: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}")


@pytest.fixture
def company() -> Iterator[Company]:
    with duckdb.connect() as con:
        yield Company(con)


def test_what_changes_from_refresh_to_refresh_is_remembered(company: Company) -> None:
    company.refresh("03-01", a1="A", a2="Z")
    assert company.intervals() == [], "what never changed needs no history"
    company.refresh("05-01", a1="B", a2="Z")
    company.refresh("06-10", a1=None, a2="Z", a3="N")
    assert company.intervals() == [
        ("a1", "A", None, "05-01"),
        ("a1", "B", "05-01", "06-10"),
        ("a1", None, "06-10", None),
    ]
    company.refresh("06-20", a1="C")
    company.refresh("06-21", a1="C", a2="Y")
    assert company.intervals()[-2:] == [("a2", "Z", None, "06-21"), ("a2", "Y", "06-21", None)], "gone, and back"


def test_a_refresh_repeated_changes_nothing_that_was_seen(company: Company) -> None:
    company.refresh("03-01", a1="A")
    company.refresh("05-01", a1="B")
    company.refresh("06-01", a1="B")
    once = [("a1", "A", "03-01"), ("a1", "B", "05-01")]
    company.refresh("06-01", a1="B")
    assert company.seen() == once
    company.refresh("05-15", a1="D")
    assert company.seen() == once, "a look back, also to before the last refresh alone, adds nothing"
    company.refresh("07-01", a1="D")
    company.refresh("07-01", a1="E")
    assert company.seen() == [*once, ("a1", "E", "07-01")], "the same present takes the place of what was seen at it"
    company.refresh("07-01", a1="B")
    assert company.seen() == once


def test_a_history_that_a_source_keeps_counts_instead_and_tiers_kept_here_above_both(company: Company) -> None:
    company.refresh("03-01", a1="A", a2="A", a3="A")
    company.refresh("05-01", a1="B", a2="B", a3="A")
    history = "account_id VARCHAR, attribute VARCHAR, value VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP"
    company.con.execute(f"CREATE TABLE account_history ({history}, kept_in VARCHAR)")
    own = [("a2", "O", "04-01", "tiers.csv"), ("a3", "O", "02-01", "tiers.csv")]

    def tell(rows: list[tuple[str, str, str, str | None]]) -> list[tuple[Any, ...]]:
        company.con.execute("DELETE FROM account_history")
        for account, value, day, kept in rows:
            row = [account, value, moment(day), kept]
            company.con.execute("INSERT INTO account_history VALUES ($1, 'tier', $2, $3, NULL, $4)", row)
        return company.intervals({"accounts", "account_history"})

    seen = [("a1", "A", None, "05-01"), ("a1", "B", "05-01", None)]
    here = [
        ("a2", "A", None, "04-01"),
        ("a2", "O", "04-01", None),
        ("a3", "A", None, "02-01"),
        ("a3", "O", "02-01", None),
    ]
    assert tell(own) == [*seen, *here]
    told = [
        ("a1", "S", "01-01", None),
        ("a1", "T", "04-01", None),
        ("a2", "U", "01-01", None),
        ("a2", "V", "06-01", None),
    ]
    assert tell([*told, *own]) == [
        ("a1", "S", None, "04-01"), ("a1", "T", "04-01", None), ("a2", "U", None, "04-01"), ("a2", "O", "04-01", None),
        *here[2:],
    ]  # fmt: skip


def test_a_refresh_takes_over_what_was_seen_also_a_full_one(folder: Path) -> None:
    refresh(folder, "2026-03-01")
    refresh(folder, "2026-05-01", "B")
    refresh(folder, "2026-07-01", full=True)
    assert by_tier(folder) == {"A": 1 + 2, "B": 4}
    assert by_tier(folder, history="as-is") == {"B": 7}


def test_a_question_can_be_asked_as_it_was_known_then(folder: Path, say: Say) -> None:
    before = datetime.now(UTC)
    refresh(folder, "2026-07-01")
    first = Workspace(folder).snapshots()[0]
    time.sleep(0.01)
    then = datetime.now(UTC)
    write(folder, "B", OPPORTUNITIES + "o9,a2,won,100,2026-01-01,2026-03-01\n")
    refresh(folder, "2026-07-02")
    workspace = Workspace(folder)
    asked = {"period": "2026-01..2026-06"}
    assert [row["value"] for row in workspace.ask("sales_revenue", **asked).rows()] == [107]
    answer = workspace.ask("sales_revenue", as_known_at=then, **asked)
    assert [row["value"] for row in answer.rows()] == [7]
    assert answer.snapshot == first.id
    assert workspace.explain("sales_revenue", as_known_at=then, **asked).answer.snapshot == first.id
    with pytest.raises(AccountlensError, match=r"Nothing that was known at .* is kept: the oldest snapshot is of"):
        workspace.ask("sales_revenue", as_known_at=before, **asked)
    with pytest.raises(AccountlensError, match="Both a snapshot and a time"):
        workspace.ask("sales_revenue", as_known_at=then, snapshot=first.id, **asked)
    said = say("ask", "sales_revenue", "--period", "2026-01..2026-06", "--as-known-at", then.isoformat())
    assert f"snapshot {first.id}" in said[1]
    assert say("ask", "sales_revenue", "--as-known-at", "2020-01-01")[0] == 1
    for verb in (["account", "Acme"], ["stages"], ["outlook"], ["ask", "win_rate"], ["explain", "win_rate"]):
        assert "No snapshot '1999'" in say(*verb, "--snapshot", "1999")[2], verb


def test_the_difference_of_two_snapshots_is_told_by_table(folder: Path, say: Say) -> None:
    refresh(folder, "2026-07-01")
    first = Workspace(folder).snapshots()[0].id
    write(
        folder,
        "B",
        OPPORTUNITIES.replace("o2,a1,won,1", "o2,a1,won,9").replace("o4,", "o5,")
        + "o6,a1,won,4,2026-01-01,2026-06-15\n",
    )
    (folder / "kpis").mkdir()
    own = "label: L\nasks: How many?\nunit: count\ngood: up\nleads: lagging\nreview: monthly\nformula: a\nmeasures:\n  a: {fact: accounts, at: created_at, count: rows}\n"
    (folder / "kpis" / "mine.yaml").write_text(own)
    refresh(folder, "2026-07-01")
    told = json.loads(say("snapshots", "diff", first, "--json")[1])
    tables = {one["table"]: one for one in told["tables"]}
    counts = {
        name: tuple(tables[name][key] for key in ("came", "went", "changed")) for name in ("accounts", "opportunities")
    }
    assert counts == {"accounts": (0, 0, 1), "opportunities": (1, 1, 1)}
    assert tables["opportunities"]["rows"] == [3, 3]
    assert told["definitions"] == ["KPI mine"]
    assert "accounts" in say("snapshots", "diff", first)[1]
    assert "no row differs" in say("snapshots", "diff", first, first)[1]


def test_vacuum_tells_first_and_never_removes_the_current_snapshot(folder: Path, say: Say) -> None:
    for day in ("2026-07-01", "2026-07-02"):
        refresh(folder, day, f"tier of {day}")
    workspace = Workspace(folder)
    ids = [one.id for one in workspace.snapshots()]
    dry = workspace.vacuum(keep=1, dry_run=True)
    assert (dry.snapshots, [one.id for one in workspace.snapshots()]) == (tuple(ids[1:]), ids)
    assert say("snapshots", "vacuum", "--keep", "1", "--older-than", "90d")[1].startswith("0 snapshots")
    assert "not clear which" in say("snapshots", "vacuum")[2]
    assert "'soon' is no number of days" in say("snapshots", "vacuum", "--older-than", "soon")[2]
    done = workspace.vacuum(days=0)
    assert done == dry
    assert dry.files > 0
    assert [one.id for one in workspace.snapshots()] == ids[:1]
    assert sum(by_tier(folder).values()) == 7


def test_a_policy_in_the_settings_is_kept_after_each_refresh(folder: Path) -> None:
    (folder / "accountlens.yaml").write_text(SETTINGS + "snapshots: {keep: 1}\n")
    for day in ("2026-07-01", "2026-07-02"):
        refresh(folder, day)
    assert [f"{one.as_of:%d}" for one in Workspace(folder).snapshots()] == ["02"]


def test_a_snapshot_stays_as_long_as_one_rule_keeps_it() -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    known = [Snapshot(str(age), now - timedelta(days=age), now, {}, {}, "", {}) for age in (1, 5, 9, 20)]
    assert outdated(known, 2, None) == ("9", "20")
    assert outdated(known, None, timedelta(days=6)) == ("9", "20")
    assert outdated(known, 3, timedelta(days=2)) == ("20",)
    assert outdated(known, 1, timedelta(days=10)) == ("20",)
    assert outdated(known, None, timedelta(0)) == ("5", "9", "20"), "never the current one"
