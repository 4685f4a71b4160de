"""Files behind URLs, from a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.servers import web
from tests.servers.web import Page, Web

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.sources.landed import Landed
from accountlens.sources.origin import find_origin, keep_out_of_git, keep_secrets
from accountlens.sources.registry import land_source, read_sources

GOALS = "goal_id,account_id,name,target\nG1,007,Größer,10\nG2,a,b\n".encode()


@pytest.fixture(scope="module")
def site() -> Iterator[Web]:
    with web.running() as one:
        yield one


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as one:
        yield one


def land(con: duckdb.DuckDBPyConnection, folder: Path, **keys: Any) -> list[Landed]:
    source = read_sources(folder, {"web": SourceSettings.model_validate({"type": "web", **keys})})["web"]
    return land_source(con, "web", source, folder)


def test_a_sheet_published_as_csv_is_a_table(site: Web, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    site.pages["/pub?output=csv"] = Page(GOALS, headers={"Content-Type": "text/csv"})
    (landed,) = land(con, tmp_path, urls={"goals": site.url("/pub?output=csv")})
    assert (landed.table, landed.rows, len(landed.faulty), landed.file) == ("goals", 1, 1, "goals.csv")
    rows = con.execute("SELECT goal_id, account_id, name, _row, _file FROM web.goals").fetchall()
    assert rows == [("G1", "007", "Größer", 1, "goals.csv")]


def test_parquet_behind_a_url_outlives_its_file(site: Web, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(f"COPY (SELECT i AS id FROM range(5) t(i)) TO '{tmp_path}/x.parquet'")
    site.pages["/a/x.parquet"] = Page((tmp_path / "x.parquet").read_bytes())
    land(con, tmp_path, urls={"numbers": site.url("/a/x.parquet")})
    assert con.execute("SELECT sum(id), max(_row) FROM web.numbers").fetchall() == [(10, 5)]


def test_a_secret_header_is_sent_but_not_to_where_we_are_sent_on(
    site: Web, con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHEET_TOKEN", "s3cr3t")
    site.pages["/elsewhere"] = Page(GOALS)
    site.pages["/first"] = Page(code=302, headers={"Location": site.url("/elsewhere")})
    site.asked.clear()
    land(con, tmp_path, urls={"goals": site.url("/first")}, headers={"Authorization": "Bearer ${SHEET_TOKEN}"})
    first, then = site.asked
    assert first[1]["Authorization"] == "Bearer s3cr3t"
    assert then[0] == "/elsewhere"
    assert "Authorization" not in then[1]


FAULTS = [
    (Page(b"no", 403), {}, "The server answered 403 Forbidden. Is the sheet published"),
    (Page(b"no", 404), {}, "The server answered 404 Not Found. Is the address right?"),
    (Page(b"no", 500), {}, "The server answered 500"),
    (Page(b" \n<!DOCTYPE html><title>Sign in</title>"), {}, "There is a web page at this address, not a file."),
    (Page(b"a,b\n" * 1000), {"max_megabytes": 0.001}, "The file is larger than 0.001 MB. Set max_megabytes"),
    (Page(b"a,b\n1,2\n", cut=True), {}, "cut after 8 of 1,008 bytes"),
    (Page(b"a\n", slow_seconds=0.6), {"timeout_seconds": 0.2}, "The server said nothing for 0.2 seconds."),
]


@pytest.mark.parametrize(("page", "keys", "said"), FAULTS)
def test_a_fault_of_a_server_is_told(
    page: Page, keys: dict[str, Any], said: str, site: Web, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    site.pages["/x.csv?token=s3cr3t"] = page
    (tmp_path / "secrets.yaml").write_text("TOKEN: s3cr3t\n", encoding="utf-8")
    with pytest.raises(AccountlensError) as caught:
        land(con, tmp_path, urls={"goals": site.url("/x.csv?token=${TOKEN}")}, **keys)
    assert str(caught.value).startswith("source 'web', urls, goals: ")
    assert said in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/x.csv", "Nothing answers at this address (connection refused)."),
        ("http://no.invalid/x.csv", "There is no server of that name"),
    ],
)
def test_a_server_that_is_not_there_is_told(
    url: str, said: str, con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(AccountlensError) as caught:
        land(con, tmp_path, urls={"goals": url})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        ({"goals": "file:///etc/passwd"}, "the address of goals must begin with https:// or http://"),
        ({"goals": "https://me:pw@host/x.csv"}, "a secret stands in the address of goals"),
        ({"My goals": "https://host/x.csv"}, "the table name 'My goals' must be lower-case"),
        ({}, "at least 1 item"),
    ],
)
def test_an_address_that_is_none_is_told(
    urls: dict[str, str], said: str, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(ProblemsError) as caught:
        land(con, tmp_path, urls=urls)
    assert said in str(caught.value)
    assert "pw@" not in str(caught.value)


def test_a_url_that_would_open_a_file_is_refused_when_it_comes_from_a_secret(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHERE", "file:///etc/hostname")
    with pytest.raises(AccountlensError, match="must begin with https"):
        land(con, tmp_path, urls={"goals": "${WHERE}"})


@pytest.mark.parametrize(
    ("text", "name", "keys", "secrets"),
    [
        (
            "postgresql://me:p%40ss@db.example:5433/crm?sslmode=require",
            "crm",
            {"type": "postgres", "url": "postgresql://me:${CRM_PASSWORD}@db.example:5433/crm?sslmode=require"},
            {"CRM_PASSWORD": "p%40ss"},
        ),
        ("postgres://me:${PW}@h/crm", "crm", {"type": "postgres", "url": "postgres://me:${PW}@h/crm"}, {}),
        ("postgres://h", "database", {"type": "postgres", "url": "postgres://h"}, {}),
        ("postgres://h/temp", "database", {"type": "postgres", "url": "postgres://h/temp"}, {}),
        (
            "snowflake://me:pw@acc/Sales/raw?warehouse=w&token=abc",
            "raw",
            {
                "type": "sqlalchemy",
                "url": "snowflake://me:${RAW_PASSWORD}@acc/Sales/raw?warehouse=w&token=${RAW_TOKEN}",
            },
            {"RAW_PASSWORD": "pw", "RAW_TOKEN": "abc"},
        ),
        (
            "https://docs.example/x/goals.csv",
            "web",
            {"type": "web", "urls": {"goals": "https://docs.example/x/goals.csv"}},
            {},
        ),
    ],
)
def test_a_url_becomes_a_source_with_its_secrets_taken_out(
    text: str, name: str, keys: dict[str, Any], secrets: dict[str, str]
) -> None:
    origin = find_origin(text)
    assert (origin.name, origin.keys, origin.secrets) == (name, keys, secrets)
    assert not [word for word in secrets.values() if word in origin.shown]


def test_a_url_that_nothing_reads_is_told_with_those_that_are() -> None:
    with pytest.raises(AccountlensError, match=r"Nothing here can read such a URL. There are: postgresql://"):
        find_origin("gopher://x")


def test_a_system_that_is_misspelt_is_told() -> None:
    with pytest.raises(AccountlensError, match=r"called 'hubspt'.*Did you mean 'hubspot'"):
        find_origin("hubspt")


def test_what_git_leaves_out_is_added_to_a_file_that_stands_there(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.bak\nstore/", encoding="utf-8")
    assert keep_out_of_git(tmp_path) == tmp_path / ".gitignore"
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "*.bak\nstore/\nsecrets.env\nsecrets.yaml\n"
    assert keep_out_of_git(tmp_path) is None


def test_secrets_are_added_to_those_that_are_kept_and_none_is_overwritten(tmp_path: Path) -> None:
    keep_secrets({"A": "1"}, tmp_path)
    path = keep_secrets({"A": "2", "B": "3"}, tmp_path)
    assert path
    assert path.read_text(encoding="utf-8") == "A=1\nB=3\n"
    assert path.stat().st_mode & 0o077 == 0
    assert keep_secrets({}, tmp_path) is None
