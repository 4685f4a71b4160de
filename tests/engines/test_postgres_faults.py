"""What goes wrong with a real PostgreSQL is one clear error that names what to change."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from threading import Timer
from typing import Any

import pyarrow as pa
import pytest
from tests.servers import postgres

from accountlens.warehouses.engines.postgres import FAULTS, PostgresConnection
from accountlens.warehouses.faults import WarehouseError

SLOW = "SELECT CAST(pg_sleep(20) AS text) AS slept"


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    with postgres.needed() as running:
        yield running


Connect = Callable[[str], PostgresConnection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connections that are closed at the end, whatever became of them."""
    made: list[PostgresConnection] = []

    def open_one(url: str) -> PostgresConnection:
        made.append(PostgresConnection(url))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


def said(act: Callable[[], Any]) -> str:
    with pytest.raises(WarehouseError) as found:
        act()
    text = str(found.value)
    assert "s3cr3t" not in text
    assert "\n" not in text
    assert "libpq" not in text.partition("It says")[0]
    return text


def test_a_server_that_cannot_be_opened_says_what_to_correct(server: postgres.Server) -> None:
    url = server.url
    at = f"127.0.0.1:{server.port}"
    for wrong, told in (
        ("postgresql://boss:s3cr3t@127.0.0.1:1/postgres", "cannot be reached.*host and port under 'warehouse'"),
        ("postgresql://boss:s3cr3t@no-such-host.invalid/postgres", "cannot be reached"),
        ("postgresql://boss:s3cr3t@127.0.0.1:many/postgres", "no address of a PostgreSQL server.*postgresql://user"),
        (f"postgresql://boss:s3cr3t@{at}/postgres", "refuses this user or password.*under 'warehouse'"),
        (f"postgresql://boss@{at}/postgres", "refuses this user or password"),
        (url.replace("/postgres", "/nowhere"), 'no such database. It says: database "nowhere" does not exist.'),
    ):
        text = said(lambda wrong=wrong: PostgresConnection(wrong))
        assert re.search(told, text), text


def test_a_statement_that_is_refused_says_what_to_change(server: postgres.Server, connect: Connect) -> None:
    boss = connect(server.url)
    boss.run("CREATE ROLE reader LOGIN PASSWORD 'r' CONNECTION LIMIT 1")
    boss.run("CREATE SCHEMA own")
    boss.run("CREATE TABLE own.sums AS SELECT 1 AS a")
    reader_url = f"postgresql://reader:r@127.0.0.1:{server.port}/postgres"
    reader = connect(reader_url)
    rights = "may not do this.*rights that docs/warehouses/postgres.md lists"
    for act, told in (
        (lambda: reader.run("CREATE SCHEMA mine"), rights),
        (lambda: reader.arrow("SELECT a FROM own.sums"), rights),
        (lambda: reader.load("own", "more", pa.table({"a": [1]})), rights),
        (lambda: connect(reader_url), "takes no more connections.*CONNECTION LIMIT"),
        (lambda: boss.arrow("SELECT a FROM own.nothing"), "table or schema is missing.*under 'entities'"),
        (lambda: boss.run("CREATE TABLE nowhere.x AS SELECT 1 AS a"), "table or schema is missing"),
        (lambda: boss.arrow("SELECT b FROM own.sums"), "column is missing.*under 'entities'"),
        (lambda: boss.arrow("SELECT a FROM own.sums WHERE a = CAST('x' AS text)"), "other values than it is read as"),
        (lambda: boss.arrow("SELECT CAST('x' AS integer) AS a FROM own.sums"), "other values.*under 'entities'"),
        (lambda: boss.arrow("SELECT median_of(a) AS a FROM own.sums"), "lacks a function.*PostgreSQL 12"),
        (lambda: boss.arrow("SELEC 1"), 'refused a statement. It says: syntax error at or near "SELEC".'),
    ):
        text = said(act)
        assert re.search(told, text), text


def test_limits_of_the_server_are_named(server: postgres.Server, connect: Connect) -> None:
    boss = connect(server.url)
    for limit, sql, told in (
        ("statement_timeout = 50", SLOW, "longer than the server lets it.*statement_timeout"),
        (
            "work_mem = '64kB'; SET temp_file_limit = '64kB'",
            "SELECT x FROM generate_series(1, 20000) x ORDER BY md5(CAST(x AS text))",
            "more room on disk.*temp_file_limit",
        ),
        ("default_transaction_read_only = on", "CREATE SCHEMA z", "takes no changes.*default_transaction_read_only"),
    ):
        boss.run("RESET ALL")
        for one in limit.split("; SET "):
            boss.run(f"SET {one}")
        text = said(lambda sql=sql: (boss.run if sql.startswith("CREATE") else boss.arrow)(sql))
        assert re.search(told, text), text


def test_a_connection_that_is_ended_and_a_server_that_is_killed_in_the_middle(
    server: postgres.Server, connect: Connect
) -> None:
    boss, other = connect(server.url), connect(server.url)
    pid = other.arrow("SELECT pg_backend_pid() AS pid")["pid"][0].as_py()
    end = Timer(0.3, lambda: boss.arrow(f"SELECT CAST(pg_terminate_backend({pid}) AS text) AS done"))
    end.start()
    assert "ended the connection" in said(lambda: other.arrow(SLOW))
    end.join()
    assert "ended the connection. It says: " in said(lambda: other.arrow("SELECT 1 AS a"))
    pid = boss.arrow("SELECT pg_backend_pid() AS pid")["pid"][0].as_py()
    Timer(0.3, lambda: os.kill(pid, signal.SIGKILL)).start()
    assert "Run it again; the server's log says why" in said(lambda: boss.arrow(SLOW))


def test_a_port_is_no_state_and_every_fault_can_be_told() -> None:
    """A number in a message was taken for the code of a lack of memory."""
    lacks = [fault for fault in FAULTS if "53200" in fault.states]
    assert not any(fault.fits("", "connection to port 53200 lost") for fault in lacks)
    assert all(fault.fits(fault.states[0], "") if fault.states else fault.fits("", fault.signs[0]) for fault in FAULTS)
    full = next(fault for fault in FAULTS if fault.fits("53100", "could not extend file: No space left on device"))
    assert "disk is full" in full.what
