"""A warehouse during one refresh: raw tables lie in one schema, and what is made of them in another, made for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import FILE_NAME, Settings, Warehouse
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.errors import AccountlensError
from accountlens.sources.secrets import Secrets, bare_secret
from accountlens.standing.there import Told, prints_sql, rows_of, told_of
from accountlens.store import Store
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.expand import quoted
from accountlens.warehouses.faults import WarehouseError
from accountlens.warehouses.metered import Metered
from accountlens.warehouses.registry import connected
from accountlens.warehouses.translate import translate

WHERE = f"{FILE_NAME}, warehouse"
KEY = "remote"  # of a snapshot's info
RUNS = 1000  # of which the schemas are known again


class Remote:
    """Statements in authored SQL, with the names of raw tables in the schema `raw` and all others in `schema`."""

    def __init__(self, engine: Engine, connection: Connection, raw: str, schema: str, zone: str) -> None:
        self.engine, self.connection, self.raw, self.schema, self.zone = engine, Metered(connection), raw, schema, zone
        self.tables: dict[str, int] = {}  # those that are finished → rows
        self.prints: dict[str, Told] = {}  # of those that were made there
        self.made: dict[str, str] = {}  # fact → a print of all it was made from
        self.columns: dict[str, list[tuple[str, str]]] = {}  # of entities, with their types in DuckDB
        self._readable: dict[str, str] = {}
        self._session: WarehouseSession | None = None
        self.published = False

    def written(self, sql: str) -> str:
        return translate(sql, self.engine.name, self.zone)

    def make(self, name: str, select: str, kind: str = "TABLE") -> None:
        """A table or a view of what a SELECT gives."""
        named = self.engine.named(self.schema, name)
        self.connection.run(f"CREATE {kind} {named} AS {self.written(select)}")
        if kind == "TABLE" and self.engine.analyze:
            self.connection.run(self.engine.analyze.format(named))

    def drop(self, name: str, kind: str = "TABLE") -> None:
        self.connection.run(f"DROP {kind} {self.engine.named(self.schema, name)}")

    def put(self, name: str, rows: pa.Table) -> None:
        """A table of rows from here."""
        self.connection.load(self.schema, name, rows)
        if self.engine.analyze:
            self.connection.run(self.engine.analyze.format(self.engine.named(self.schema, name)))

    def arrow(self, select: str) -> pa.Table:
        return self.connection.arrow(self.written(select))

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT that gives few."""
        found = self.arrow(select)
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def finished(self, name: str, by: str | None) -> int:
        """Note a table that was made there, and what its months, of the column `by`, are known again by; its rows.

        All its columns count, those too that sources bring along and no definition of ours knows.
        """
        columns = self.arrow(f"SELECT * FROM {quoted(name)} LIMIT 0").column_names
        found = self.rows(prints_sql(name, columns, by))
        self.prints[name] = told_of(found, by)
        return self.brought(name, rows_of(self.prints[name]))

    def same(self, name: str, told: Told) -> None:
        """Note a table whose rows were copied from one of which this was `told`."""
        self.prints[name] = told
        self.brought(name, rows_of(told))

    def brought(self, name: str, rows: int) -> int:
        """Note a table that was put there whole."""
        self.tables[name] = rows
        self._readable[name] = ""
        return rows

    def session(self, catalog: Catalog, as_of: datetime) -> WarehouseSession:
        """What asks the tables that are finished there, and knows what it has made beside them."""
        if self._session is None:
            from accountlens.models.modelled import fit_periods

            told = self.engine, self.connection, self.schema, self._readable
            self._session = WarehouseSession(*told, catalog, self.zone, as_of, fit_periods)
        return self._session

    def told(self) -> dict[str, Any]:
        """What a snapshot says of its tables there."""
        crossed = {"home": self.connection.home, "sent": self.connection.sent}  # bytes
        held = {"tables": self.tables, "columns": self.columns, "prints": self.prints, "made": self.made}
        return {"engine": self.engine.label, "schema": self.schema, **held, **crossed}


def schema_of(settings: Warehouse, run: str) -> str:
    """The schema that a run makes."""
    return f"{settings.schema_}_{run.replace('-', '').replace('T', '_')[:15]}_{run.rpartition('-')[2]}"


@contextmanager
def reached(folder: Path, settings: Settings) -> Iterator[tuple[Engine, Connection]]:
    """The warehouse of a workspace; faults say which setting they are about."""
    assert settings.warehouse is not None
    url, secrets = settings.warehouse.url, Secrets(folder)
    if bare_secret(url):
        raise AccountlensError(
            "The address holds a password.", WHERE, "Name it: ${WAREHOUSE_PASSWORD}, and write it into secrets.env."
        )
    try:
        with connected(secrets.fill(url, WHERE)) as found:
            yield found
    except WarehouseError as error:
        raise WarehouseError(secrets.hide(error.what), error.where or WHERE, error.mend) from error


@contextmanager
def remote_of(folder: Path, settings: Settings, run: str) -> Iterator[Remote | None]:
    """The warehouse of a workspace that has one. What was made there goes where the refresh fails."""
    if settings.warehouse is None:
        yield None
        return
    with reached(folder, settings) as (engine, connection):
        told = settings.warehouse
        remote = Remote(engine, connection, told.raw or engine.raw, schema_of(told, run), settings.time_zone)
        connection.run(engine.make_schema.format(engine.named(remote.schema)))
        try:
            connection.use(remote.schema)
            yield remote
        except BaseException:
            if not remote.published:
                with suppress(WarehouseError):  # it may be what cannot be reached any more
                    _drop(remote, remote.schema)
            raise


def tidy(remote: Remote, store: Store, settings: Warehouse, keep: Collection[str]) -> None:
    """Remove what earlier runs of this store left, also those that died, and questions that did; not what to `keep`."""
    ours = {schema_of(settings, run.id) for run in store.runs(RUNS)} - {remote.schema, *keep}
    for schema in remote.connection.schemas():
        if schema in ours or schema.rpartition("_")[0] in ours:
            _drop(remote, schema)


def _drop(remote: Remote, schema: str) -> None:
    remote.connection.run(remote.engine.drop_schema.format(remote.engine.named(schema)))


def relation(*names: str) -> str:
    """A name in authored SQL."""
    return ".".join(map(quoted, names))
