"""Databases as sources: SQLite and DuckDB files, and a real PostgreSQL where one can be had."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
import yaml
from tests.servers import postgres

from accountlens import Workspace
from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import SourceSettings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.kinds.sqlalchemy import select_all
from accountlens.sources.landed import Landed
from accountlens.sources.origin import GITIGNORE
from accountlens.sources.registry import land_source, read_sources

ENTITIES, _ = load_entities([BUILT_IN])
WITHOUT = "no PostgreSQL here (tests/servers/postgres.py install)"


class Ground:
    """A workspace folder and a connection that sources land in."""

    def __init__(self, folder: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.con = folder, con
        self.landed: list[Landed] = []

    def land(self, **keys: Any) -> list[str]:
        """The tables, with their numbers of rows."""
        source = read_sources(self.folder, {"crm": SourceSettings.model_validate(keys)})["crm"]
        self.landed = land_source(self.con, "crm", source, self.folder)
        return [f"{item.table} {item.rows}" for item in self.landed]

    def types(self, table: str) -> dict[str, str]:
        rows = self.con.execute(f"DESCRIBE SELECT * EXCLUDE (_row, _file) FROM crm.{table}").fetchall()
        return {row[0]: row[1] for row in rows}

    def rows(self, select: str) -> list[Any]:
        return self.con.execute(select).fetchall()


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield Ground(tmp_path, con)


def make_sqlite(path: Path, script: str) -> None:
    base = sqlite3.connect(path)
    base.executescript(script)
    base.close()


LOOSE = """
CREATE TABLE deals(id TEXT, zip VARCHAR(9), amount REAL, seats INTEGER, price DECIMAL(9,2), anything, at DATETIME, big NUMERIC);
INSERT INTO deals VALUES
    ('007', '01234', 10, 3, 9.5, 1, '2026-01-05 10:00', 9007199254740993),
    ('NULL', NULL, 0.1, 4, 12, 'x', '2026-02-05', 1.5),
    ('', ' x ', NULL, NULL, NULL, x'ff00', NULL, NULL);
CREATE TABLE stray(n INTEGER, r REAL, m INTEGER);
INSERT INTO stray VALUES (1, 1, 1), ('n/a', 'many', 2.5), (9007199254740993, 1e300, NULL);
CREATE VIEW sums AS SELECT count(*) AS n, sum(amount) AS total FROM deals;
"""


def test_sqlite_keeps_text_as_text_and_numbers_as_numbers(ground: Ground) -> None:
    make_sqlite(ground.folder / "crm.db", LOOSE)
    assert ground.land(type="sqlite", path="crm.db") == ["deals 3", "stray 3", "sums 1"]
    assert ground.types("deals") == {
        "id": "VARCHAR", "zip": "VARCHAR", "amount": "DOUBLE", "seats": "BIGINT", "price": "DOUBLE",
        "anything": "VARCHAR", "at": "VARCHAR", "big": "VARCHAR",
    }  # fmt: skip
    assert ground.rows("SELECT * FROM crm.deals ORDER BY _row") == [
        ("007", "01234", 10.0, 3, 9.5, "1", "2026-01-05 10:00", "9007199254740993", 1, "deals"),
        ("NULL", None, 0.1, 4, 12.0, "x", "2026-02-05", "1.5", 2, "deals"),
        ("", " x ", None, None, None, "ff00", None, None, 3, "deals"),
    ]
    assert ground.rows("SELECT n, total FROM crm.sums") == [(3, 10.1)]


def test_a_word_in_a_column_of_numbers_makes_it_text_and_is_told(ground: Ground) -> None:
    make_sqlite(ground.folder / "crm.db", LOOSE)
    ground.land(type="sqlite", path="crm.db", tables=["stray"])
    assert ground.rows("SELECT n, r, m FROM crm.stray ORDER BY _row") == [
        ("1", "1.0", 1.0), ("n/a", "many", 2.5), ("9007199254740993", "1e+300", None)
    ]  # fmt: skip
    assert ground.landed[0].notes == (
        "the column n holds more than numbers; it is read as text",
        "the column r holds more than numbers; it is read as text",
    )


def test_sqlite_text_that_is_no_utf8_is_read_all_the_same(ground: Ground) -> None:
    base = sqlite3.connect(ground.folder / "crm.db")
    base.execute("CREATE TABLE a(name TEXT)")
    base.execute("INSERT INTO a VALUES (CAST(x'4df6bc' AS TEXT)), ('Möhre')")
    base.commit()
    base.close()
    ground.land(type="sqlite", path="crm.db")
    assert ground.rows("SELECT name FROM crm.a ORDER BY _row") == [("Mö¼",), ("Möhre",)]
    assert "Windows-1252" in ground.landed[0].notes[0]


def make_duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE deals AS SELECT i AS id, i * 1.5 AS amount, ['a', 'b'] AS tags FROM range(5) t(i)")
        base.execute("CREATE VIEW big AS SELECT id, amount AS _row FROM deals WHERE id > 2")
        base.execute("CREATE SCHEMA billing; CREATE TABLE billing.invoices AS SELECT 1 AS no")


def test_a_duckdb_file_is_read_where_it_stands(ground: Ground) -> None:
    make_duckdb(ground.folder / "crm.duckdb")
    assert ground.land(type="duckdb", path="crm.duckdb") == ["big 2", "deals 5"]
    assert ground.types("deals") == {"id": "BIGINT", "amount": "DECIMAL(21,1)", "tags": "VARCHAR[]"}
    assert ground.rows("SELECT id, _row, _file FROM crm.deals ORDER BY _row")[-1] == (4, 5, "deals")
    assert ground.types("big") == {"id": "BIGINT", "_row_2": "DECIMAL(21,1)"}, "our own names are not taken"
    assert ground.land(type="duckdb", path="crm.duckdb", schema="billing") == ["invoices 1"]
    assert ground.land(type="duckdb", path="crm.duckdb", tables=["billing.invoices", "main.deals"]) == [
        "invoices 1", "deals 5"
    ]  # fmt: skip


QUERY = {"name": "won", "query": "SELECT id AS no, amount FROM deals WHERE amount > 1 ORDER BY id DESC;\n"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_query_stands_for_a_table(kind: str, ground: Ground) -> None:
    path = ground.folder / "crm.file"
    if kind == "sqlite":
        make_sqlite(path, LOOSE.replace("'007'", "'7'"))
    else:
        make_duckdb(path)
    ground.land(type=kind, path="crm.file", tables=[QUERY, "deals"])
    assert [item.table for item in ground.landed] == ["won", "deals"]
    first = ground.rows("SELECT * FROM crm.won ORDER BY _row")[0]
    assert first[2:] == (1, "won")
    assert float(first[1]) == {"sqlite": 10, "duckdb": 6}[kind]


FAULTS = [
    ({"type": "sqlite", "path": "no.db"}, "source 'crm', path: There is no file 'no.db'."),
    ({"type": "duckdb", "path": "no.db"}, "source 'crm', path: There is no file 'no.db'."),
    ({"type": "sqlite", "path": "text.db"}, "source 'crm', path: 'text.db' can't be read: file is not a database."),
    ({"type": "duckdb", "path": "text.db"}, "source 'crm', path: 'text.db' can't be read: "),
    (
        {"type": "sqlite", "path": "crm.db", "tables": ["deal"]},
        "source 'crm', tables: There is no table 'deal' in crm.db. Did you mean 'deals'?",
    ),
    (
        {"type": "sqlite", "path": "crm.db", "tables": [{"name": "q", "query": "SELECT nix FROM deals"}]},
        "no such column",
    ),
    ({"type": "sqlite", "path": "crm.db", "tables": [{"name": "q", "query": "DELETE FROM deals"}]}, "syntax error"),
    ({"type": "sqlite", "path": "empty.db"}, "There is no table in empty.db."),
]


@pytest.mark.parametrize(("keys", "said"), FAULTS)
def test_a_fault_of_a_file_is_told_with_its_setting(keys: dict[str, Any], said: str, ground: Ground) -> None:
    make_sqlite(ground.folder / "crm.db", LOOSE)
    make_sqlite(ground.folder / "empty.db", "CREATE TABLE a(b); DROP TABLE a;")
    (ground.folder / "text.db").write_text("this is no database at all, but long enough\n" * 99, encoding="utf-8")
    with pytest.raises(AccountlensError) as caught:
        ground.land(**keys)
    assert said in str(caught.value)
    assert str(caught.value).startswith("source 'crm'")
    assert str(ground.folder) not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"type": "sqlite"}, "The key 'path' is missing."),
        ({"type": "sqlite", "path": "x", "tables": ["a", {"name": "b.a"}]}, "two tables would both be called 'a'"),
        ({"type": "sqlite", "path": "x", "tables": [{"nme": "b"}]}, "Unknown key 'tables.0.nme'."),
        ({"type": "postgres", "url": "postgres://me:geheim@h/db"}, "'url': a secret stands in it; write ${A_NAME}"),
        ({"type": "postgres", "url": "postgres://h/db?password=geheim"}, "'url': a secret stands in it"),
    ],
)
def test_a_wrong_key_is_told(keys: dict[str, Any], said: str, ground: Ground) -> None:
    with pytest.raises(ProblemsError) as caught:
        ground.land(**keys)
    assert said in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A real server, once for all tests of a run."""
    if postgres.programs() is None:
        pytest.skip(WITHOUT)
    pytest.importorskip("adbc_driver_postgresql", reason="pip install 'accountlens[postgres]'")
    with postgres.running() as one:
        run(one.url, PREPARED)
        yield one


def run(url: str, script: str) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=True) as con, con.cursor() as cursor:
        for statement in script.strip().rstrip(";").split(";\n"):
            cursor.execute(statement)


PREPARED = """
CREATE SCHEMA crm;
CREATE TYPE crm.mood AS ENUM ('glad', 'sad');
CREATE TABLE crm.kinds (
    whole bigint, exact numeric(14,2), wide numeric, far numeric(50, 2), real8 double precision, yes boolean,
    at timestamptz, bare timestamp, day date, data jsonb, id uuid, many text[], mood crm.mood, price money, "Odd ""name" text,
    took interval
);
INSERT INTO crm.kinds VALUES
    (9007199254740993, 123456789012.34, 0.1234567890123456789, 1e40, 0.1, true, '2026-03-29 02:30+02', '2026-03-29 02:30',
     '2026-03-29', '{"a": [1, null]}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a,"b c"}', 'sad', 12.5, ' 007 ', '1 day 02:00'),
    (NULL, 'NaN', 'NaN', NULL, 'Infinity', NULL, 'infinity', '-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, '', NULL);
CREATE TABLE crm.deals AS SELECT i AS id, 'deal ' || i AS name FROM generate_series(1, 1000) i;
CREATE VIEW crm.big AS SELECT * FROM crm.deals WHERE id > 990;
CREATE MATERIALIZED VIEW crm.kept AS SELECT 1 AS one;
CREATE TABLE crm.parts (id int, day date) PARTITION BY RANGE (day);
CREATE TABLE crm.parts_2026 PARTITION OF crm.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO crm.parts VALUES (1, '2026-05-05');
CREATE TABLE crm.secret (salary int);
CREATE TABLE other (x int);
CREATE SEQUENCE crm.numbers;
CREATE TABLE crm.first (x int);
CREATE TABLE crm.second (x int);
CREATE ROLE guest LOGIN PASSWORD 'guest%word';
GRANT USAGE ON SCHEMA crm TO guest;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO guest;
GRANT ALL ON SEQUENCE crm.numbers TO guest;
REVOKE SELECT ON crm.secret FROM guest;
"""


@pytest.fixture
def guest(server: postgres.Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The url of a user with few rights, as settings write it."""
    monkeypatch.setenv("GUEST_PASSWORD", "guest%25word")
    return f"postgresql://guest:${{GUEST_PASSWORD}}@127.0.0.1:{server.port}/postgres"


def test_postgres_keeps_what_a_value_is(ground: Ground, guest: str) -> None:
    assert ground.land(type="postgres", url=guest, schema="crm", tables=["kinds"]) == ["kinds 2"]
    assert ground.types("kinds") == {
        "whole": "BIGINT", "exact": "DECIMAL(14,2)", "wide": "VARCHAR", "far": "VARCHAR", "real8": "DOUBLE",
        "yes": "BOOLEAN", "at": "TIMESTAMP WITH TIME ZONE", "bare": "TIMESTAMP", "day": "DATE", "data": "VARCHAR",
        "id": "VARCHAR", "many": "VARCHAR", "mood": "VARCHAR", "price": "VARCHAR", 'Odd "name': "VARCHAR", "took": "VARCHAR",
    }  # fmt: skip
    texts = ground.rows("SELECT COLUMNS(*)::VARCHAR FROM crm.kinds ORDER BY _row::BIGINT")
    assert texts[0] == (
        "9007199254740993", "123456789012.34", "0.1234567890123456789", "1" + 40 * "0" + ".00", "0.1", "true",
        "2026-03-29 00:30:00+00", "2026-03-29 02:30:00", "2026-03-29", '{"a": [1, null]}',
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", '{a,"b c"}', "sad", "$12.50", " 007 ", "P1DT2H", "1", "kinds",
    )  # fmt: skip
    assert texts[1][:10] == (None, None, "NaN", None, "inf", None, None, None, None, None)


def test_a_schema_is_read_whole_and_what_may_not_be_read_is_told(ground: Ground, guest: str) -> None:
    tables = ground.land(type="postgres", url=guest, schema="crm")
    assert tables == ["big 10", "deals 1000", "first 0", "kept 1", "kinds 2", "parts 1", "second 0"]
    assert ground.landed[0].notes == ("not read, because the user has no right to: secret",)
    assert ground.rows("SELECT count(*), bool_and(id = _row) FROM crm.deals") == [(1000, True)]


def test_all_tables_are_as_of_one_moment(
    ground: Ground, guest: str, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"type": "postgres", "url": guest, "schema": "crm", "tables": ["first", "second"]}
    source = read_sources(ground.folder, {"crm": SourceSettings.model_validate(keys)})["crm"]

    def meanwhile(table: str, done: int, total: int) -> None:
        if table == "second":
            run(server.url, "INSERT INTO crm.second VALUES (1)")

    try:
        landed = land_source(ground.con, "crm", source, ground.folder, meanwhile)
        assert [(item.table, item.rows) for item in landed] == [("first", 0), ("second", 0)]
    finally:
        run(server.url, "TRUNCATE crm.second")


def test_tables_of_several_schemas_and_queries_are_named(ground: Ground, guest: str) -> None:
    query = {
        "name": "names",
        "query": "SELECT name, id::numeric(9,1) / 2 AS half FROM deals WHERE id <= 2 ORDER BY id;",
    }
    assert ground.land(type="postgres", url=guest, schema="crm", tables=["crm.deals", query]) == [
        "deals 1000",
        "names 2",
    ]
    assert ground.rows("SELECT name, half, _file FROM crm.names") == [
        ("deal 1", "0.50000000000000000000", "names"), ("deal 2", "1.00000000000000000000", "names")
    ]  # fmt: skip


def refusals(port: int) -> list[tuple[dict[str, Any], str]]:
    at = f"127.0.0.1:{port}"
    url = f"postgresql://guest:${{GUEST_PASSWORD}}@{at}/postgres"
    return [
        ({"url": f"postgresql://guest:${{WRONG}}@{at}/postgres"}, "url: The database postgres at 127.0.0.1:"),
        ({"url": "postgresql://guest:${GUEST_PASSWORD}@127.0.0.1:1/postgres"}, "Connection refused. Are host and port"),
        ({"url": "postgresql://guest:${GUEST_PASSWORD}@no.invalid/postgres"}, "Is the host's name right?"),
        ({"url": f"postgresql://guest:${{GUEST_PASSWORD}}@{at}/nix"}, 'database "nix" does not exist. Are user and'),
        ({"url": "postgresql://guest:${NOT_SET}@h/db"}, "source 'crm', url: There is no secret 'NOT_SET'."),
        ({"url": url, "tables": ["crm.secret"]}, "tables: The user may not read crm.secret. Grant it: GRANT SELECT"),
        ({"url": url, "schema": "crm", "tables": ["deal"]}, "There is no table 'deal' in schema crm. Did you mean 'deals'?"),
        ({"url": url, "schema": "crmm"}, "There is no table in schema crmm."),
        ({"url": url, "tables": [{"name": "q", "query": "SELECT x FROM nix"}]}, "tables: q can't be read: relation"),
        ({"url": url, "tables": [{"name": "q", "query": "DELETE FROM crm.deals"}]}, "Is the query PostgreSQL's own SQL"),
        ({"url": url, "tables": [{"name": "q", "query": "SELECT 1/0 AS x"}]}, "q can't be read: division by zero."),
        ({"url": url, "tables": [{"name": "q", "query": "SELECT nextval('crm.numbers')"}]}, "A query may only read."),
    ]  # fmt: skip


def test_what_a_server_refuses_is_told_with_its_setting_and_without_secrets(
    ground: Ground, guest: str, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "falsches-wort")
    for keys, said in refusals(server.port):
        with pytest.raises(AccountlensError) as caught:
            ground.land(type="postgres", **keys)
        assert said in str(caught.value), keys
        assert not {"falsches-wort", "guest%word", "guest%25word"} & set(str(caught.value).split()), keys
        assert "falsches" not in str(caught.value)
        assert "word" not in str(caught.value).replace("password", "")
        assert caught.value.__cause__ is None, "the driver's own words would be printed beside ours"


FILES = {
    "accountlens.yaml": (
        "name: Secrets\ncurrency: EUR\nsources:\n"
        "  crm: {type: postgres, url: '${CRM_URL}', schema: sales, tables: [accounts, opportunities]}\n"
    ),
}
SALES = """
CREATE SCHEMA IF NOT EXISTS sales;
CREATE TABLE sales.accounts (account_id text, name text, created_at timestamptz);
INSERT INTO sales.accounts VALUES ('a', 'Acme', '2026-01-01T00:00+02'), ('b', 'Bolt', NULL);
CREATE TABLE sales.opportunities (opportunity_id bigint, account_id text, status text, amount numeric(12,2), closed_at timestamptz);
INSERT INTO sales.opportunities VALUES (1, 'a', 'won', 100.10, '2026-03-31T23:30-02'), (2, 'a', 'lost', -5, now()), (3, 'b', 'open', NULL, NULL);
"""


COMMANDS = (["check", "--json"], ["ask", "win_rate", "--format", "json"], ["quarantine", "--json"])


def planted(folder: Path, words: list[str]) -> list[str]:
    """Files under a folder that hold one of the words."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "secrets.env":
            content = path.read_bytes()
            found += [f"{path.name}: {word}" for word in words if word.encode() in content]
    return found


def test_no_secret_is_left_behind_by_a_refresh_good_or_bad(
    server: postgres.Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from accountlens.surfaces.cli.app import run as accountlens

    run(server.url, SALES)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    secrets = tmp_path / "secrets.env"
    words = ["s3cr3t-of/the boss", "s3cr3t-of%2Fthe%20boss", "falsch-s3cr3t"]
    parts = urlsplit(server.url)
    wrong = server.url.replace("s3cr3t-of%2Fthe%20boss", "falsch-s3cr3t")
    unreachable = server.url.replace(f":{parts.port}", ":1")
    assert not {"CRM_URL"} & set(os.environ)
    codes = []
    for url in (server.url, wrong, unreachable, server.url + "?sslmode=nonsense&sslpassword=falsch-s3cr3t"):
        secrets.write_text(f"CRM_URL={url}\n", encoding="utf-8")
        codes.append(accountlens(["-C", str(tmp_path), "refresh"]))
    codes += [accountlens(["-C", str(tmp_path), *command]) for command in COMMANDS]
    out, err = capfd.readouterr()
    assert codes[:4] == [0, 1, 1, 1]
    assert not [word for word in words if word in out + err]
    assert not planted(tmp_path, words)
    ws = Workspace(tmp_path)
    assert len(ws.snapshots()) == 1, "nothing was published by the refreshes that failed"
    row = ws.quarantine().to_pylist()[0]
    assert (row["source"], row["row_number"]) == ("crm/opportunities", 2)
    day = ws.ask("win_rate", period="2026-04", grain="month").rows()[0]
    assert day["n"] == 1, "an instant with a zone counts in UTC: 31 March 23:30 at -2 is April"


MIXED = """
CREATE TABLE deals(id INTEGER, name TEXT, amount DECIMAL(12,2), won BOOLEAN, at DATETIME, day DATE, odd);
INSERT INTO deals VALUES (1, '007', 12.34, 1, '2026-01-05 10:00:00', '2026-01-05', 1), (2, NULL, NULL, 0, NULL, NULL, 'x');
CREATE VIEW won AS SELECT * FROM deals WHERE won;
"""


def test_any_database_of_sqlalchemy_is_read(ground: Ground) -> None:
    make_sqlite(ground.folder / "crm.db", MIXED)
    url = f"sqlite+pysqlite:///{ground.folder / 'crm.db'}"
    assert ground.land(type="sqlalchemy", url=url) == ["deals 2", "won 1"]
    assert ground.rows("SELECT id, name, amount, odd, _row, _file FROM crm.deals ORDER BY _row") == [
        (1, "007", Decimal("12.34"), "1", 1, "deals"), (2, None, None, "x", 2, "deals")
    ]  # fmt: skip
    assert ground.types("deals")["amount"] == "DECIMAL(12,2)"
    query = {"name": "like", "query": "SELECT id, name FROM deals WHERE name LIKE '0%';"}
    assert ground.land(type="sqlalchemy", url=url, tables=["won", query]) == ["won 1", "like 1"]


def test_a_server_is_read_through_sqlalchemy_too(ground: Ground, guest: str) -> None:
    pytest.importorskip("psycopg", reason="pip install 'psycopg[binary]'")
    url = guest.replace("postgresql://", "postgresql+psycopg://")
    tables = [
        "deals",
        {
            "name": "some",
            "query": "SELECT whole, exact, at, data, name FROM crm.kinds, crm.deals WHERE name LIKE '%99%' AND yes",
        },
    ]
    assert ground.land(type="sqlalchemy", url=url, schema="crm", tables=tables) == ["deals 1000", "some 19"]
    assert ground.types("deals") == {"id": "BIGINT", "name": "VARCHAR"}
    assert ground.rows('SELECT whole, exact, CAST("at" AS VARCHAR), data FROM crm.some LIMIT 1') == [
        (9007199254740993, "123456789012.34", "2026-03-29 00:30:00+00", '{"a": [1, null]}')
    ]
    with pytest.raises(AccountlensError, match=r"(?i)password authentication failed.*Is the url right") as caught:
        ground.land(type="sqlalchemy", url=url.replace("guest:", "nobody:"))
    assert "word" not in str(caught.value).replace("password", "")


def test_a_value_of_another_type_further_down_makes_the_column_text(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accountlens.sources.kinds.sqlalchemy.AT_ONCE", 2)
    make_sqlite(
        ground.folder / "crm.db", "CREATE TABLE a(x, y); INSERT INTO a VALUES (1, 1), (2, 2), (3, 3), ('n/a', 4);"
    )
    assert ground.land(type="sqlalchemy", url=f"sqlite:///{ground.folder / 'crm.db'}") == ["a 4"]
    assert ground.rows("SELECT x, y FROM crm.a ORDER BY _row") == [("1", 1), ("2", 2), ("3", 3), ("n/a", 4)]


SQLALCHEMY_FAULTS = [
    (
        {"url": "sqlite:///{folder}/crm.db", "tables": ["deal"]},
        "tables: There is no table 'deal' in the database. Did you",
    ),
    (
        {"url": "sqlite:///{folder}/crm.db", "tables": [{"name": "q", "query": "SELECT nix"}]},
        "q can't be read: no such col",
    ),
    (
        {"url": "sqlite:////no/such/folder/x.db"},
        "source 'crm', url: The database can't be opened: unable to open database",
    ),
    ({"url": "nix+nix://${PW}@h/d"}, "url: Reading nix needs one more package."),
    ({"url": "sn owflake"}, "url: This is no URL of a database"),
]


@pytest.mark.parametrize(("keys", "said"), SQLALCHEMY_FAULTS)
def test_what_sqlalchemy_refuses_is_told(
    keys: dict[str, Any], said: str, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "s3cr3t")
    make_sqlite(ground.folder / "crm.db", MIXED)
    keys = {**keys, "url": keys["url"].replace("{folder}", str(ground.folder))}
    with pytest.raises(AccountlensError) as caught:
        ground.land(type="sqlalchemy", **keys)
    assert said in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


WAREHOUSES = [
    ("mysql", "sqlalchemy.dialects.mysql", "SELECT * \nFROM crm.`Order Lines`"),
    ("snowflake", "snowflake.sqlalchemy.snowdialect", 'SELECT * \nFROM crm."Order Lines"'),
    ("bigquery", "sqlalchemy_bigquery", "SELECT * \nFROM `crm`.`Order Lines`"),
    ("redshift", "sqlalchemy_redshift.dialect", 'SELECT * \nFROM crm."Order Lines"'),
]


@pytest.mark.parametrize(("name", "module", "sql"), WAREHOUSES)
def test_a_table_is_named_as_each_warehouse_writes_it(name: str, module: str, sql: str) -> None:
    found = pytest.importorskip(module, reason=f"pip install 'accountlens[{name}]'")
    dialect = {"redshift": "RedshiftDialect_redshift_connector", "mysql": "dialect", "snowflake": "dialect"}
    assert select_all("Order Lines", "crm", getattr(found, dialect.get(name, "BigQueryDialect"))()) == sql


def test_a_warehouse_without_its_package_says_which_to_install(ground: Ground) -> None:
    if find_spec("snowflake"):
        pytest.skip("the package is here")
    with pytest.raises(AccountlensError, match=r"pip install 'accountlens\[snowflake\]'"):
        ground.land(type="sqlalchemy", url="snowflake://me:${HOME}@account/db")


COMPANY = """
CREATE TABLE {0}companies (company_id text, company_name text, website text);
INSERT INTO {0}companies VALUES ('C1', 'Acme', 'acme.example'), ('C2', 'Bolt', 'bolt.example'), ('C3', 'Cog', 'cog.example');
CREATE TABLE {0}deals (deal_id text, company_id text, deal_stage text, amount numeric(12,2), close_date date);
INSERT INTO {0}deals VALUES ('D1', 'C1', 'won', 100.5, '2026-03-01'), ('D2', 'C2', 'lost', 50, '2026-03-05'), ('D3', 'C3', 'won', 10, '2026-04-01');
CREATE TABLE {0}weather (station text, degrees int);
INSERT INTO {0}weather VALUES ('x', 3);
"""


@pytest.mark.parametrize("kind", ["sqlite", "duckdb", "postgres"])
def test_init_proposes_a_mapping_of_a_database_that_then_refreshes(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    from accountlens.surfaces.cli.app import run as accountlens

    more: list[str] = []
    if kind == "sqlite":
        make_sqlite(tmp_path / "our crm.db", COMPANY.format(""))
        where, name = f"sqlite:///{tmp_path}/our crm.db", "our_crm"
    elif kind == "duckdb":
        with duckdb.connect(str(tmp_path / "our crm.db")) as base:
            base.execute(COMPANY.format(""))
        where, name = str(tmp_path / "our crm.db"), "our_crm"
    else:
        where, name = request.getfixturevalue("server").url, "company"
        run(where, "CREATE SCHEMA company;\n" + COMPANY.format("company."))
        more = ["--schema", "company"]
    ws = tmp_path / "ws"
    assert accountlens(["init", str(ws), "--from", where, *more]) == 0
    settings = (ws / "accountlens.yaml").read_text(encoding="utf-8")
    said = "".join(capsys.readouterr())
    assert "s3cr3t" not in said + settings
    assert yaml.safe_load(settings)["sources"][name]["tables"] == ["companies", "deals"], (
        "what no entity takes is not read"
    )
    assert set(GITIGNORE) <= set((ws / ".gitignore").read_text(encoding="utf-8").split())
    if kind == "postgres":
        assert (ws / "secrets.env").read_text(encoding="utf-8") == "COMPANY_PASSWORD=s3cr3t-of%2Fthe%20boss\n"
        assert (ws / "secrets.env").stat().st_mode & 0o077 == 0
    else:
        assert yaml.safe_load(settings)["sources"][name]["path"] == "../our crm.db"
    with workbench() as con:
        told = load_settings(ws)
        prepare(con, ws, told, ENTITIES, land_sources(con, told, ws, lambda *_: None), datetime(2026, 6, 1))
        found = con.execute(
            "SELECT account_id, status, amount, closed_at FROM opportunities ORDER BY opportunity_id"
        ).fetchall()
    assert found[:2] == [("C1", "won", 100.5, datetime(2026, 3, 1)), ("C2", "lost", 50.0, datetime(2026, 3, 5))]
