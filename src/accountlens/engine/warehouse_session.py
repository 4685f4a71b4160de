"""A session whose tables lie in a warehouse: the same questions and facts, written and run in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from accountlens.catalog.catalog import Catalog
from accountlens.engine.period_models import FitPeriods
from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.engine.shapes import Shapes
from accountlens.warehouses.expand import quoted
from accountlens.warehouses.translate import translate

if TYPE_CHECKING:
    import pyarrow as pa

    from accountlens.warehouses.engine import Connection, Engine


class WarehouseSession(Session):
    """`there`: table → the SELECT that reads it, or nothing where it lies in `schema`.

    What a question needs beside them is made in that schema. Close the session when done.
    """

    here: Session | None = None  # the same snapshot as it lies here: what came home need not come again

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        schema: str,
        there: Mapping[str, str],
        catalog: Catalog,
        zone: str,
        as_of: datetime,
        fit: FitPeriods | None = None,
    ) -> None:
        self.engine, self.connection, self.schema, self.keeps = engine, connection, schema, engine.keeps
        self.catalog, self.tables = catalog, there
        self.zone, self.as_of, self.fit = zone, as_of, fit
        self.standing, self.lock = None, RLock()
        self.made = set()
        self.shapes = Shapes(engine.name)
        self._labels = {}
        connection.use(schema)

    def written(self, sql: str) -> str:
        return translate(sql, self.engine.name, self.zone)

    def table(self, name: str) -> None:
        """Make sure that an entity is there; one without a source is empty, with the right columns."""
        with self.lock:
            if name not in self.made and name not in self.tables:
                self._empty(name, name)
            elif name not in self.made and self.tables[name]:
                self._put(name, "VIEW", self.written(self.tables[name]))
            self.made.add(name)

    def fetch(self, sql: str) -> Fetched:  # type: ignore[override]  # what a cursor of DuckDB gives, of what is read
        """Run a SELECT in the engine's words."""
        return Fetched(self.connection.arrow(sql))

    def keep(self, name: str, sql: str) -> None:
        """Make a table beside the others, in the engine's words."""
        self._put(name, "TABLE", sql)

    def drop(self, name: str) -> None:
        """Remove such a table."""
        self.connection.run(f"DROP TABLE {self._named(name)}")

    def limit_memory(self, limit: str, folder: Path) -> None:
        """What is computed is computed there."""

    def close(self) -> None:
        self.connection.close()

    def _make(self, use: FactUse) -> None:
        """A model that learns from rows which came home is fitted here; what comes of it is put there."""
        fact, here = self.catalog.facts[use.fact], self.here
        if not fact.asked or here is None or here.stays_elsewhere(use):
            super()._make(use)
            return
        here.ensure(use)
        self._put_rows(use, here.arrow(f"SELECT * FROM {quoted(use.relation)}"))
        self.made.add(use.relation)

    def _put(self, name: str, kind: Literal["TABLE", "VIEW"], sql: str) -> None:
        self.connection.run(f"CREATE {kind} {self._named(name)} AS {sql}")

    def _put_rows(self, use: FactUse, rows: pa.Table | None) -> None:
        if rows is None:
            self._empty(use.relation, use.fact)
        else:
            self.connection.load(self.schema, use.relation, rows)

    def _empty(self, relation: str, fact: str) -> None:
        columns = self.catalog.facts[fact].columns.items()
        nulls = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
        self._put(relation, "TABLE", self.written(f"SELECT {nulls} WHERE FALSE"))

    def _named(self, name: str) -> str:
        return self.engine.named(self.schema, name)


class Fetched:
    """The rows of a SELECT, as a cursor would give them."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    @property
    def description(self) -> Sequence[tuple[str]]:
        return [(name,) for name in self.table.column_names]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(zip(*(column.to_pylist() for column in self.table.columns), strict=True))

    def to_arrow_table(self) -> pa.Table:
        return self.table
