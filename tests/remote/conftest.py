"""A PostgreSQL server, and a company twice: its rows here, and its large tables left there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.remote.company import NOW, Twins, day_before, files, fill, tables, warehouse, write
from tests.servers import postgres

from accountlens.refresh.remote import facts
from accountlens.standing import making
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.registry import connected
from accountlens.workspace import Workspace

SECRET = "WAREHOUSE_PASSWORD"
AT_ONCE = 8  # accounts of a part of the figures, of 20
ROWS_AT_ONCE = 50  # of a fact that comes home


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.needed() as running:
        yield running


@pytest.fixture(scope="session")
def connection(server: postgres.Server) -> Iterator[tuple[Engine, Connection]]:
    with connected(server.url) as found:
        yield found


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    return tables(tmp_path_factory.mktemp("company"))


def address(server: postgres.Server) -> str:
    return server.url.replace("s3cr3t-of%2Fthe%20boss", f"${{{SECRET}}}")


def attached(folder: Path, server: postgres.Server, raw: str = "raw") -> Workspace:
    found = warehouse(folder, address(server), raw)
    (folder / "secrets.env").write_text(f"{SECRET}=s3cr3t-of%2Fthe%20boss\n", encoding="utf-8")
    return found


@pytest.fixture(scope="session")
def twins(
    tmp_path_factory: pytest.TempPathFactory,
    server: postgres.Server,
    connection: tuple[Engine, Connection],
    company: dict[str, pa.Table],
) -> Twins:
    """Refreshed a day before the end, and at the end: what nothing changed of was taken over.

    Figures and facts come home some accounts at a time.
    """
    folder, before = tmp_path_factory.mktemp("twins"), day_before(company)
    fill(*connection, "raw", before)
    made = Twins(files(folder / "here", before), attached(folder / "there", server))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "AT_ONCE", AT_ONCE)
        patch.setattr(facts, "AT_ONCE", ROWS_AT_ONCE)
        for one in (made.here, made.there):
            one.refresh(as_of=NOW - timedelta(days=1))
        fill(*connection, "raw", company)
        write(made.here.folder, company)
        made.here.refresh(as_of=NOW)
        return replace(made, last=made.there.refresh(as_of=NOW))
