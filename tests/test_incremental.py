"""Tables of databases brought up to date by cursor and key: the same as reading them whole."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accountlens.catalog.settings import SourceSettings
from accountlens.sources.kept import Fetched
from accountlens.sources.registry import fetch_source, land_source, read_sources

DEALS = {"name": "deals", "cursor": "updated_at"}


class Crm:
    """An SQLite database that changes, beside what is kept of it."""

    def __init__(self, folder: Path, keys: dict[str, Any] | None = None, **table: Any) -> None:
        self.folder, self.path, self.kept_in = folder, folder / "crm.db", folder / "landed"
        self.keys = keys or {"type": "sqlite", "path": "crm.db"}
        self.tables: list[Any] = [{**DEALS, **table}]
        self.run(
            "CREATE TABLE deals (id INTEGER PRIMARY KEY, name TEXT, amount, updated_at TEXT)",
            "INSERT INTO deals VALUES (1, 'one', 1, '2026-01-01 10:00:00'), (2, 'two', 2, '2026-01-02 10:00:00')",
        )

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as base:
            for statement in statements:
                base.execute(statement)
            base.commit()

    @property
    def source(self) -> SourceSettings:
        given = SourceSettings.model_validate({**self.keys, "tables": self.tables})
        return read_sources(self.folder, {"crm": given})["crm"]

    def fetch(self) -> Fetched:
        return fetch_source("crm", self.source, self.folder, self.kept_in)

    def state(self, kept_in: Path | None) -> tuple[Any, Counter[Any]]:
        """Columns with their types, and rows; numbers of rows are its own."""
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            (landed,) = land_source(con, "crm", self.source, self.folder, None, kept_in)
            types = con.execute("DESCRIBE SELECT * EXCLUDE _row FROM crm.deals").fetchall()
            rows = con.execute("SELECT * EXCLUDE _row FROM crm.deals").fetchall()
            numbers = [row[0] for row in con.execute("SELECT _row FROM crm.deals").fetchall()]
            assert numbers == sorted(set(numbers)), "each row has a number, and they come in its order"
            assert landed.rows == len(rows)
            return [row[:2] for row in types], Counter(map(repr, rows))

    @property
    def kept(self) -> tuple[Any, Counter[Any]]:
        return self.state(self.kept_in)

    def assert_as_whole(self) -> None:
        assert self.kept == self.state(None)

    def rows(self, columns: str = "id, name") -> list[Any]:
        with duckdb.connect() as con:
            land_source(con, "crm", self.source, self.folder, None, self.kept_in)
            return con.execute(f"SELECT {columns} FROM crm.deals ORDER BY 1").fetchall()


@pytest.fixture
def crm(tmp_path: Path) -> Crm:
    return Crm(tmp_path)


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
    "UPDATE deals SET amount = {n}.5, updated_at = '{now}' WHERE id = {old}",
    "UPDATE deals SET amount = 'many', updated_at = '{now}' WHERE id = {old}",
    "UPDATE deals SET amount = 1, updated_at = '{now}'",
    "DELETE FROM deals WHERE id = {old}",
    "DELETE FROM deals WHERE id > {old} AND updated_at < '{now}'",
    "UPDATE deals SET id = id + 1000, updated_at = '{now}' WHERE id = {old}",
)
RARE = (
    "DELETE FROM deals",
    "ALTER TABLE deals ADD COLUMN extra{n} DEFAULT {n}",
    "ALTER TABLE deals DROP COLUMN name; ALTER TABLE deals ADD COLUMN name TEXT",
    "DROP TABLE deals; CREATE TABLE deals (id INTEGER PRIMARY KEY, name TEXT, amount REAL, updated_at TEXT)",
)


def change(crm: Crm, chance: random.Random, number: int) -> None:
    now = f"2026-02-{1 + number // 24:02} {number % 24:02}:{chance.randrange(60):02}:00"
    for _ in range(chance.randrange(4)):
        statements = chance.choice(RARE if chance.random() < 0.06 else CHANGES)
        with closing(sqlite3.connect(crm.path)) as base:
            ids = [row[0] for row in base.execute("SELECT id FROM deals").fetchall()] or [0]
        values = {
            "new": max(ids) + 1,
            "old": chance.choice(ids),
            "n": chance.randrange(1, 10_000),
            "now": now,
            "round": number,
        }
        crm.run(*statements.format(**values).split("; "))


def prove(folder: Path, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    crm = Crm(folder)
    for number in range(rounds):
        change(crm, chance, number)
        crm.fetch()
        crm.assert_as_whole()
        assert crm.fetch().rows == 0, "nothing changed"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_the_database_holds_whatever_changed(tmp_path: Path, seed: int) -> None:
    prove(tmp_path, seed, 7)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_it_is_so_after_many_more_changes(tmp_path: Path, seed: int) -> None:
    prove(tmp_path, seed, 30)
