"""Tables of databases brought up to date by cursor and key: the same as reading them whole."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.refreshing import Place
from tests.servers import postgres

import accountlens
from accountlens.catalog.settings import Settings, SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import sqlite
from accountlens.sources.registry import fetch_source, land_source, read_sources


class Crm:
    """An SQLite database that changes, beside what is kept of it."""

    columns = "(id INTEGER PRIMARY KEY, name TEXT, amount, updated_at TEXT)"

    def __init__(self, folder: Path, **table: Any) -> None:
        self.folder, self.kept_in = folder, folder / "landed"
        self.keys = self.source_keys()
        self.tables: list[Any] = [{"name": "deals", "cursor": "updated_at", **table}]
        self.run(
            f"CREATE TABLE deals {self.columns}",
            "INSERT INTO deals VALUES (1, 'one', 1, '2026-01-01 10:00:00'), (2, 'two', 2, '2026-01-02 10:00:00')",
        )

    def source_keys(self) -> dict[str, Any]:
        return {"type": "sqlite", "path": "crm.db"}

    def run(self, *statements: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "crm.db")) as base:
            rows = [base.execute(statement).fetchall() for statement in statements][-1]
            base.commit()
        return rows

    @property
    def source(self) -> SourceSettings:
        given = SourceSettings.model_validate({**self.keys, "tables": self.tables})
        return read_sources(self.folder, {"crm": given})["crm"]

    def fetch(self, anew: bool = False) -> Fetched:
        return fetch_source("crm", self.source, self.folder, self.kept_in, anew=anew)

    def state(self, kept_in: Path | None) -> tuple[Any, Counter[Any]]:
        """Columns with their types, and rows; numbers of rows are its own."""
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            (landed,) = land_source(con, "crm", self.source, self.folder, None, kept_in)
            types = con.execute("DESCRIBE SELECT * EXCLUDE _row FROM crm.deals").fetchall()
            rows = con.execute("SELECT COLUMNS(* EXCLUDE _row)::VARCHAR FROM crm.deals").fetchall()
            numbers = [row[0] for row in con.execute("SELECT _row FROM crm.deals").fetchall()]
            assert numbers == sorted(set(numbers)), "each row has a number, and they come in its order"
            assert landed.rows == len(rows)
            return [row[:2] for row in types], Counter(map(repr, rows))

    def assert_as_whole(self) -> None:
        assert self.state(self.kept_in) == self.state(None)

    def rows(self, columns: str = "id, name") -> list[Any]:
        with duckdb.connect() as con:
            land_source(con, "crm", self.source, self.folder, None, self.kept_in)
            return con.execute(f"SELECT {columns} FROM crm.deals ORDER BY 1").fetchall()


class Alchemy(Crm):
    columns = "(id INTEGER PRIMARY KEY, name TEXT, amount INTEGER, updated_at TEXT)"

    def source_keys(self) -> dict[str, Any]:
        return {"type": "sqlalchemy", "url": f"sqlite:///{self.folder}/crm.db"}

    def state(self, kept_in: Path | None) -> tuple[Any, Counter[Any]]:
        """Types are those of values: without any there is none to be told."""
        types, rows = super().state(kept_in)
        return types if rows else [], rows


class Duck(Crm):
    columns = "(id INTEGER PRIMARY KEY, name TEXT, amount DECIMAL(12, 2), updated_at TIMESTAMPTZ)"

    def source_keys(self) -> dict[str, Any]:
        return {"type": "duckdb", "path": "crm.duckdb"}

    def run(self, *statements: str) -> list[Any]:
        with duckdb.connect(str(self.folder / "crm.duckdb")) as base:
            return [base.execute(statement).fetchall() for statement in statements][-1]


class Postgres(Crm):
    columns = "(id INTEGER PRIMARY KEY, name TEXT, amount NUMERIC(12, 2), updated_at TIMESTAMPTZ)"

    def __init__(self, folder: Path, server: postgres.Server) -> None:
        self.server = server
        (folder / "secrets.env").write_text("BOSS=s3cr3t-of%2Fthe%20boss\n", encoding="utf-8")
        self.run("DROP TABLE IF EXISTS deals")
        super().__init__(folder)

    def source_keys(self) -> dict[str, Any]:
        return {"type": "postgres", "url": self.server.url.replace("s3cr3t-of%2Fthe%20boss", "${BOSS}")}

    def run(self, *statements: str) -> list[Any]:
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(self.server.url, autocommit=True) as con, con.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def crm(tmp_path: Path) -> Crm:
    return Crm(tmp_path)


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL here (tests/servers/postgres.py install)")
    pytest.importorskip("adbc_driver_postgresql", reason="pip install 'accountlens[postgres]'")
    with postgres.running() as one:
        yield one


CHANGES = (
    "INSERT INTO deals (id, name, amount, updated_at) VALUES ({new}, 'n{new}', {n}, '{now}')",
    "INSERT INTO deals (id, name, amount, updated_at) VALUES ({new}, 'n{new}', {n}, (SELECT max(updated_at) FROM deals))",
    "INSERT INTO deals (id, name, amount, updated_at) VALUES ({new}, 'late', {n}, '2020-01-01 00:00:00')",
    "INSERT INTO deals (id, name, amount, updated_at) VALUES ({new}, 'unknown', {n}, NULL)",
    "INSERT INTO deals (id, name, amount, updated_at) VALUES ({new}, 'from the future', {n}, '2999-01-01 00:00:00')",
    "UPDATE deals SET amount = amount + {n}, updated_at = '{now}' WHERE id % 3 = {n} % 3",
    "UPDATE deals SET name = 'it''s {n} % ü', updated_at = '{now}' WHERE id = {old}",
    "UPDATE deals SET name = 'dated back {n}', updated_at = '2019-05-05 05:05:05.{round:04}' WHERE id = {old}",
    "UPDATE deals SET name = 'undated {n}', updated_at = NULL WHERE id = {old}",
    "UPDATE deals SET name = 'again {n}' WHERE updated_at IS NULL",
    "UPDATE deals SET amount = 1, updated_at = '{now}'",
    "DELETE FROM deals WHERE id = {old}",
    "DELETE FROM deals WHERE id > {old} AND updated_at < '{now}'",
    "UPDATE deals SET id = id + 1000, updated_at = '{now}' WHERE id = {old}",
)
LOOSE = (  # where a column may hold anything
    "UPDATE deals SET amount = {n}.5, updated_at = '{now}' WHERE id = {old}",
    "UPDATE deals SET amount = 'many', updated_at = '{now}' WHERE id = {old}",
)
RARE = (
    "DELETE FROM deals",
    "ALTER TABLE deals ADD COLUMN extra{n} INTEGER DEFAULT {n}",
    "ALTER TABLE deals DROP COLUMN name; ALTER TABLE deals ADD COLUMN name TEXT",
    "DROP TABLE deals; CREATE TABLE deals {columns}",
    (
        "CREATE TABLE other AS SELECT * FROM deals; DROP TABLE deals; CREATE TABLE deals {columns}; "
        "INSERT INTO deals (id, name, updated_at) SELECT id, 'restored', updated_at FROM other; DROP TABLE other"
    ),
)


def change(crm: Crm, chance: random.Random, number: int) -> None:
    now = f"2026-02-{1 + number // 24:02} {number % 24:02}:{chance.randrange(60):02}:00"
    loose = LOOSE if type(crm) is Crm else ()
    rare = RARE if type(crm) is Postgres else RARE[:-1]  # others can't tell
    for _ in range(chance.randrange(4)):
        statements = chance.choice(rare if chance.random() < 0.08 else [*CHANGES, *loose])
        ids = [row[0] for row in crm.run("SELECT id FROM deals")] or [0]
        values = {"new": max(ids) + 1, "old": chance.choice(ids), "n": chance.randrange(1, 10_000), "now": now}
        crm.run(*statements.format(**values, round=number, columns=crm.columns).split("; "))


def prove(crm: Crm, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    for number in range(rounds):
        change(crm, chance, number)
        crm.fetch()
        crm.assert_as_whole()
    assert crm.fetch().rows == 0, "nothing changed"


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_the_database_holds_whatever_changed(crm: Crm, seed: int) -> None:
    prove(crm, seed, 7)


@pytest.mark.parametrize("kind", [Alchemy, Duck])
def test_it_is_so_for_other_files(tmp_path: Path, kind: type[Crm]) -> None:
    prove(kind(tmp_path), 3, 4)


def test_it_is_so_for_a_real_server(tmp_path: Path, server: postgres.Server) -> None:
    prove(Postgres(tmp_path, server), 4, 6)


def test_rows_of_equal_cursors_are_not_lost(crm: Crm) -> None:
    crm.tables = [{"name": "deals", "cursor": "updated_at", "lookback": "0s", "deletes": False}]
    crm.fetch()
    crm.run("INSERT INTO deals VALUES (3, 'three', 3, '2026-01-02 10:00:00')")
    assert crm.fetch().rows == 1
    crm.assert_as_whole()


def test_without_a_look_at_keys_the_lookback_finds_what_was_committed_late(crm: Crm) -> None:
    crm.tables = [{"name": "deals", "cursor": "updated_at", "lookback": "2d", "deletes": False}]
    crm.fetch()
    crm.run("INSERT INTO deals VALUES (3, 'late', 3, '2026-01-01 09:59:59'), (4, 'too late', 4, '2025-12-31 09:59:59')")
    crm.run("DELETE FROM deals WHERE id = 2")
    crm.fetch()
    assert crm.rows() == [(1, "one"), (2, "two"), (3, "late")]


def test_rows_that_were_dated_back_or_restored_are_found_by_their_cursor(crm: Crm) -> None:
    crm.fetch()
    crm.run("UPDATE deals SET name = 'uno', updated_at = '2025-12-01 00:00:00' WHERE id = 1")
    assert crm.fetch().rows == 1
    crm.assert_as_whole()


def test_a_row_of_the_far_future_hides_no_change(crm: Crm) -> None:
    crm.tables = [{"name": "deals", "cursor": "updated_at", "deletes": False}]
    crm.run("INSERT INTO deals VALUES (3, 'for ever', 3, '9999-12-31 00:00:00')")
    crm.fetch()
    crm.run("UPDATE deals SET name = 'uno', updated_at = '2026-01-03 00:00:00' WHERE id = 1")
    crm.fetch()
    crm.assert_as_whole()


def test_a_key_that_is_not_found_as_it_is_written_makes_the_table_be_read_whole(crm: Crm) -> None:
    crm.run("DROP TABLE deals", "CREATE TABLE deals (id, updated_at INTEGER)", "INSERT INTO deals VALUES ('a', 5000)")
    crm.tables = [{"name": "deals", "cursor": "updated_at", "key": "id"}]
    crm.fetch()
    crm.run("INSERT INTO deals VALUES (3, 1)")
    crm.fetch()
    crm.assert_as_whole()


def test_only_keys_and_cursors_of_rows_that_did_not_change_are_read(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.fetch()
    crm.run("INSERT INTO deals VALUES (3, 'three', 3, '2026-01-05 10:00:00')", "DELETE FROM deals WHERE id = 1")
    asked: list[tuple[str, int]] = []
    copy = sqlite._copy

    def watched(con: Any, base: Any, name: str, wanted: Any, text: Any) -> Any:
        landed = copy(con, base, name, wanted, text)
        asked.append((wanted.select, landed.rows))
        return landed

    monkeypatch.setattr(sqlite, "_copy", watched)
    crm.fetch()
    table = 'SELECT * FROM "deals"'
    assert asked == [
        (f'SELECT "id", "updated_at" FROM ({table}) t', 2),
        (f'SELECT * FROM ({table}) t WHERE ("updated_at" >= \'2026-01-02 09:00:00\' OR "updated_at" IS NULL)', 2),
    ]


def test_a_table_of_rows_that_never_change_is_known_by_its_key_alone(crm: Crm) -> None:
    crm.tables = [{"name": "deals", "key": "ID"}]
    crm.fetch()
    crm.run(
        "WITH RECURSIVE n(id) AS (SELECT 11 UNION ALL SELECT id + 1 FROM n WHERE id < 510) "
        "INSERT INTO deals SELECT id, 'more', 1, NULL FROM n",
        "DELETE FROM deals WHERE id = 2",
        "UPDATE deals SET name = 'uno' WHERE id = 1",
    )
    assert crm.fetch().rows == 500
    assert crm.rows("id, name")[:2] == [(1, "one"), (11, "more")]
    assert len(crm.rows()) == 501


def test_keys_of_several_columns(crm: Crm) -> None:
    crm.run("CREATE TABLE lines (o TEXT, n INTEGER, seen INTEGER, PRIMARY KEY (o, n))", "DROP TABLE deals")
    crm.run("INSERT INTO lines VALUES ('it''s', 1, 5000), ('a', 1, 9000)", "CREATE VIEW deals AS SELECT * FROM lines")
    crm.tables = [{"name": "deals", "cursor": "seen", "key": ["o", "n"]}]
    crm.fetch()
    crm.run("INSERT INTO lines VALUES ('it''s', 2, 1), ('b', 1, NULL)", "DELETE FROM lines WHERE o = 'a'")
    crm.fetch()
    crm.assert_as_whole()


def test_events_are_appended_and_rows_of_the_last_moments_read_again(crm: Crm) -> None:
    crm.tables = [{"name": "deals", "cursor": "updated_at", "mode": "append", "lookback": "1h"}]
    crm.fetch()
    numbers = crm.rows("id, _row")
    crm.run(
        "INSERT INTO deals VALUES (3, 'same', 3, '2026-01-02 10:00:00'), (4, 'late', 4, '2026-01-02 09:30:00')",
        "INSERT INTO deals VALUES (5, 'later', 5, '2026-01-03 10:00:00'), (6, 'undated', 5, NULL)",
    )
    assert crm.fetch().rows == 4
    crm.assert_as_whole()
    assert crm.rows("id, _row")[:2] == numbers
    crm.run("DELETE FROM deals WHERE id IN (1, 6)")
    crm.fetch()
    assert [row[0] for row in crm.rows()] == [1, 2, 3, 4, 5], "what is older stays, whatever became of it"


def test_columns_that_came_went_and_changed_are_told(crm: Crm) -> None:
    crm.fetch()
    crm.run("ALTER TABLE deals ADD COLUMN fee DEFAULT 7", "ALTER TABLE deals DROP COLUMN name")
    crm.run("UPDATE deals SET amount = 'many' WHERE id = 2")
    assert crm.fetch().notes == (
        "deals: the column fee is new",
        "deals: there is no column name any more",
        "deals: the column amount is of another type",
    )
    crm.assert_as_whole()
    assert crm.fetch().notes == ()


def test_a_mapping_that_reads_a_vanished_column_is_named(crm: Crm) -> None:
    (crm.folder / "entities").mkdir()
    mapping = "SELECT id AS opportunity_id, name, 'open' AS status FROM crm.deals"
    (crm.folder / "entities" / "opportunities.sql").write_text(mapping, encoding="utf-8")
    place = Place(crm.folder)
    place.settings = Settings.model_validate({"sources": {"crm": {**crm.keys, "tables": crm.tables}}})
    place.refresh()
    crm.run("ALTER TABLE deals DROP COLUMN name")
    with pytest.raises(AccountlensError, match=r"opportunities\.sql.*name"):
        place.refresh()


def test_other_settings_of_a_table_read_it_whole(crm: Crm) -> None:
    crm.fetch()
    crm.tables = [{"name": "deals", "query": "SELECT * FROM deals WHERE id > 1", "cursor": "updated_at", "key": "id"}]
    crm.fetch()
    assert crm.rows() == [(2, "two")]


def test_tables_that_are_no_longer_asked_for_go(crm: Crm) -> None:
    crm.run("CREATE TABLE notes (id INTEGER PRIMARY KEY, at INTEGER)")
    crm.tables = ["deals", {"name": "notes", "cursor": "at"}]
    crm.fetch()
    crm.tables = [{"name": "deals", "key": "id"}]
    crm.fetch()
    crm.assert_as_whole()


def test_a_table_that_is_read_whole_is_written_only_where_it_changed(crm: Crm) -> None:
    crm.tables = ["deals", {"name": "notes", "key": "id"}]
    crm.run("CREATE TABLE notes (id INTEGER PRIMARY KEY)")

    def digests() -> list[str]:
        crm.fetch()
        with duckdb.connect() as con:
            return [item.digest for item in land_source(con, "crm", crm.source, crm.folder, None, crm.kept_in)]

    first = digests()
    assert digests() == first
    crm.run("UPDATE deals SET name = 'uno' WHERE id = 1")
    second = digests()
    assert (second[0] != first[0], second[1] == first[1]) == (True, True)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"cursor": "updated"}, "There is no column 'updated' in deals, its cursor. Did you mean 'updated_at'?"),
    ({"cursor": "updated_at", "key": "idd"}, "There is no column 'idd' in deals, its key. Did you mean 'id'?"),
    ({"cursor": "updated_at", "key": "grp"}, "deals has two rows with grp = 1. Name under key what identifies a row"),
    ({"cursor": "updated_at", "key": "name"}, "deals has a row without its key name = nothing."),
    ({"cursor": "updated_at", "lookback": 5}, "lookback 5 does not fit the cursor updated_at: it must be a span"),
    ({"cursor": "id", "lookback": "2h"}, "lookback 2h does not fit the cursor id: it must be a number"),
    ({"query": "SELECT * FROM deals", "cursor": "id"}, "a query with a cursor needs a key"),
    ({"mode": "append"}, "mode append needs a cursor"),
    ({"key": "id", "lookback": "2h"}, "lookback needs a cursor"),
    ({"cursor": "id", "lookback": "2 moons"}, "'2 moons' is no span of time; write one like 30m, 1h or 2d"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "said"), WRONG)
def test_what_is_wrong_with_a_cursor_or_key_is_told(tmp_path: Path, keys: dict[str, Any], said: str) -> None:
    crm = Crm(tmp_path)
    crm.run("ALTER TABLE deals ADD COLUMN grp DEFAULT 1", "UPDATE deals SET name = NULL WHERE id = 2")
    crm.tables = [{"name": "deals", **keys}]
    with pytest.raises(AccountlensError) as caught:
        crm.fetch()
    assert said in str(caught.value)
    assert "tables" in str(caught.value)


def test_a_table_without_a_primary_key_needs_one_named(crm: Crm) -> None:
    crm.run("ALTER TABLE deals RENAME TO d", "CREATE VIEW deals AS SELECT * FROM d")
    with pytest.raises(AccountlensError, match=r"tables: deals has no primary key.*key: \[order, line\]"):
        crm.fetch()


def test_a_fetch_that_fails_leaves_what_is_kept(crm: Crm) -> None:
    crm.fetch()
    crm.run("INSERT INTO deals VALUES (3, 'three', 3, '2026-01-05 10:00:00')")
    crm.tables.append({"name": "gone", "key": "id"})
    with pytest.raises(AccountlensError, match="There is no table 'gone'"):
        crm.fetch()
    crm.tables.pop()
    assert crm.rows() == [(1, "one"), (2, "two")]
    assert crm.fetch().rows == 1


NURSERY = """
import os, sys, traceback
from pathlib import Path
import accountlens.sources.kinds.sqlite
from tests.test_incremental import Crm
crm = Crm.__new__(Crm)
crm.folder = Path(sys.argv[1])
crm.kept_in, crm.keys = crm.folder / "landed", crm.source_keys()
crm.tables = [{"name": "deals", "cursor": "updated_at"}]
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            crm.fetch(anew=line.strip() == "anew")
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def kill_fetches(crm: Crm, kills: int) -> Counter[str]:
    """Each leaves what was kept, or what the database holds now; the next one is right."""
    chance, tally, took = random.Random(3), Counter[str](), 0.1
    home = Path(accountlens.__file__).parent.parent
    nursery = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", NURSERY, str(crm.folder)],
        env=os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{Path(__file__).parent.parent}"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    crm.fetch()
    with nursery:
        for number in range(kills):
            before = crm.state(crm.kept_in)
            crm.run(
                f"INSERT INTO deals SELECT id + {1000 * (number + 1)}, name, {number}, updated_at FROM deals WHERE id < 1000"
            )
            print(chance.choice(["anew", "changes"]), file=nursery.stdin, flush=True)
            pid = int(nursery.stdout.readline())
            time.sleep(chance.uniform(0, took))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            ended = int(nursery.stdout.readline())
            assert ended in (0, -signal.SIGKILL)
            tally["killed" if ended else "had ended"] += 1
            assert crm.state(crm.kept_in) in (before, crm.state(None))
            started = time.monotonic()
            crm.fetch()
            took = max(took, time.monotonic() - started)
            crm.assert_as_whole()
        nursery.stdin.close()
    return tally


def test_a_fetch_killed_at_any_moment_leaves_a_whole_state(crm: Crm) -> None:
    assert kill_fetches(crm, 4)["killed"]


@pytest.mark.long
def test_fetches_killed_a_hundred_times_leave_a_whole_state(crm: Crm) -> None:
    tally = kill_fetches(crm, 100)
    print(dict(tally))  # noqa: T201 - the tally is the finding
    assert tally["killed"] >= 30


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
@pytest.mark.parametrize("kind", [Crm, Alchemy, Duck, Postgres])
def test_it_is_so_after_many_more_changes(tmp_path: Path, seed: int, kind: Any, request: pytest.FixtureRequest) -> None:
    prove(kind(tmp_path, *([request.getfixturevalue("server")] if kind is Postgres else [])), seed, 30)
