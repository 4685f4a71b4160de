"""Finished tables on their way into the store; those that come out as they were keep their version."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from accountlens.refresh.bench import month_of, ordered, stream
from accountlens.refresh.order import Order
from accountlens.store import Store, TableVersion
from accountlens.store.month_files import MONTH
from accountlens.warehouses.expand import quoted

FEW_ROWS = 1_000_000  # up to here a table is compared with what it was
LEAST_ROWS = 250_000  # from here on a table lies in files by month
NEW = "_made"


class StoreKeeper:
    """Writes tables into the store and reads them from there on, so that no table need fit into memory."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, store: Store, run: str, before: Mapping[str, TableVersion] | None = None
    ) -> None:
        self.con, self.store, self.run, self.before = con, store, run, before or {}
        self.versions: dict[str, TableVersion] = {}

    def __call__(self, name: str, select: str, order: Order | None = None) -> None:
        before = self.before.get(name)
        if before is None or before.rows > FEW_ROWS:
            self._take(self._write(name, select, order))
            return
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {NEW} AS {select}")
        if self._is(before):
            self._take(before)
        else:
            self._take(self._write(name, f"SELECT * FROM temp.{NEW}", order))
        self.con.execute(f"DROP TABLE temp.{NEW}")

    def reuse(self, name: str) -> None:
        """Keep a table as the last snapshot has it."""
        self._take(self.before[name])

    def aside(self, name: str, select: str) -> None:
        """Keep the quarantine."""
        before = self.before.get(name)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {NEW} AS {select}")
        if before is not None and self._is(before):
            self.versions[name] = before
        else:
            self.versions[name] = self.store.quarantine_write(self.run, stream(self.con, f"SELECT * FROM temp.{NEW}"))

    def _write(self, name: str, select: str, order: Order | None) -> TableVersion:
        if order is None or order.time is None:
            return self.store.write_table(name, stream(self.con, ordered(select, order)), run=self.run)
        rows = stream(self.con, with_month(select, order))
        return self.store.write_months(name, rows, run=self.run, least_rows=LEAST_ROWS)

    def _take(self, version: TableVersion) -> None:
        sql = self.store.relation_sql(version)
        self.con.execute(f"CREATE OR REPLACE VIEW {quoted(version.table)} AS {sql}")
        self.versions[version.table] = version

    def _is(self, before: TableVersion) -> bool:
        """Whether the new table has the rows that it had: as many, and none that was not there."""
        columns = tuple((row[0], str(row[1])) for row in self.con.execute(f"DESCRIBE temp.{NEW}").fetchall())
        if columns != before.columns:
            return False
        old = self.store.relation_sql(before)
        ((rows,),) = self.con.execute(f"SELECT count(*) FROM temp.{NEW}").fetchall()
        if rows != before.rows:
            return False
        others = f"SELECT count(*) FROM (SELECT * FROM temp.{NEW} EXCEPT ALL ({old}))"
        return self.con.execute(others).fetchall() == [(0,)]


def with_month(select: str, order: Order) -> str:
    """The rows in their order, each with its month in front."""
    assert order.time is not None
    listed = ", ".join([MONTH, *order.columns])
    return f"SELECT {month_of(order.time)} AS {MONTH}, * FROM (\n{select}\n) ORDER BY {listed}"
