"""Every derived fact and every KPI computed on a real PostgreSQL are cell by cell those of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from tests.engines.beside import SOME, differences, differences_in, messy
from tests.engines.macro_rows import MACROS
from tests.servers import postgres

from accountlens.certify.run import certify
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.registry import connected


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Engine, Connection]]:
    with postgres.needed() as running, connected(running.url) as found:
        yield found


def schemas(connection: Connection) -> set[str]:
    return set(connection.arrow("SELECT schema_name::text FROM information_schema.schemata")[0].to_pylist())


def test_postgresql_gives_the_same_numbers_of_some(server: tuple[Engine, Connection], tmp_path: Path) -> None:
    """Of all, in another way, in tests/remote."""
    found = certify(*server, *messy(tmp_path, 1, "Europe/Berlin"), only=SOME)
    assert not differences(found)
    assert {one.name for one in (*found.facts, *found.kpis)} == SOME


@pytest.mark.long
def test_postgresql_gives_the_same_numbers(server: tuple[Engine, Connection], tmp_path: Path) -> None:
    before = schemas(server[1])
    found = certify(*server, *messy(tmp_path, 1, "Europe/Berlin"))
    assert not differences(found)
    assert len(found.facts) + len(found.kpis) + len(found.left_out) >= 230
    assert sum(one.cells for one in found.facts) > 50_000
    assert sum(one.cells for one in found.kpis) > 10_000
    assert schemas(server[1]) == before


@pytest.mark.parametrize("sql", MACROS)
def test_every_macro_means_the_same(server: tuple[Engine, Connection], sql: str) -> None:
    assert not differences_in(sql, "Europe/Berlin", *server)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_postgresql_gives_the_same_numbers_of_other_companies(
    server: tuple[Engine, Connection], seed: int, zone: str, tmp_path: Path
) -> None:
    assert not differences(certify(*server, *messy(tmp_path, seed, zone)))


class Forgetful:
    """A connection to an engine that loses a row of the deals."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        self.connection.load(schema, table, rows.slice(table == "opportunities"))


def test_numbers_that_differ_are_told(server: tuple[Engine, Connection], tmp_path: Path) -> None:
    engine, connection = server
    only = {"closed_deals", "opportunities_created", "nps"}
    found = certify(engine, cast(Connection, Forgetful(connection)), *messy(tmp_path, 1, "UTC"), only=only)
    assert {one.name: one.same for one in found.kpis} == {"opportunities_created": False, "nps": True}
    (created,) = (one for one in found.kpis if not one.same)
    assert created.different >= 2
    assert created.shown[0].here == created.shown[0].there + 1
    assert not found.passed
