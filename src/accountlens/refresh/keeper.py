"""Finished tables on their way into the store; those that come out as they were keep their version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from accountlens.refresh.bench import month_of, ordered, stream
from accountlens.refresh.order import Order
from accountlens.store import Store, TableVersion
from accountlens.store.month_files import MONTH, by_month, in_months
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
            self.write(name, select, order)
            return
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {NEW} AS {select}")
        if self._is(before):
            self._take(before)
        else:
            self.write(name, f"SELECT * FROM temp.{NEW}", order)
        self.con.execute(f"DROP TABLE temp.{NEW}")

    def write(self, name: str, select: str, order: Order | None) -> None:
        """Keep a table, whatever it was."""
        self._take(self._write(name, select, order))

    def reuse(self, name: str) -> None:
        """Keep a table as the last snapshot has it."""
        self._take(self.before[name])

    def lies_by_month(self, name: str) -> bool:
        """Whether single months of a table can be rewritten."""
        return name in self.before and by_month(self.before[name])

    def exchange(self, before: TableVersion, came: str, went: str, key: Sequence[str], order: Order) -> None:
        """Keep a table that lies by month with other rows: those that went are known by their key."""
        months = self._months(came, went, order)
        if not months:
            self._take(before)
            return
        if None in months:  # rows without a time: which file they lie in is not known by a month
            stayed = _without(f"({self.store.relation_sql(before)})", went, key)
            self._take(self._write(before.table, f"{stayed} UNION ALL BY NAME SELECT * FROM {came}", order))
            return
        stayed = _without(f"({self.store.relation_sql(in_months(before, months))})", went, key)
        rows = with_month(f"{stayed} UNION ALL BY NAME SELECT * FROM {came}", order)
        self._take(self.store.rewrite_months(before, stream(self.con, rows), {*map(str, months)}, run=self.run))

    def _months(self, came: str, went: str, order: Order) -> set[str | None]:
        assert order.time is not None
        month = f"CAST({month_of(order.time)} AS VARCHAR)"
        found = self.con.execute(f"SELECT {month} FROM {came} UNION SELECT {month} FROM {went}").fetchall()
        return {row[0] for row in found}

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
        """Whether the new table has the rows that it had: as many, with the same sums of two hashes."""
        columns = tuple((row[0], str(row[1])) for row in self.con.execute(f"DESCRIBE temp.{NEW}").fetchall())
        if columns != before.columns:
            return False
        listed = ", ".join(quoted(name) for name, _ in columns)
        prints = f"count(*), sum(hash({listed})), bit_xor(hash('another', {listed}))"
        old = self.store.relation_sql(before)
        new, then = (
            self.con.execute(f"SELECT {prints} FROM {rows}").fetchall() for rows in (f"temp.{NEW}", f"({old})")
        )
        return new == then


def _without(rows: str, went: str, key: Sequence[str]) -> str:
    """Rows whose key is none of those that went."""
    same = " AND ".join(f"w.{quoted(name)} IS NOT DISTINCT FROM s.{quoted(name)}" for name in key)
    return f"SELECT s.* FROM {rows} s ANTI JOIN {went} w ON {same}"


def with_month(select: str, order: Order) -> str:
    """The rows in their order, each with its month in front."""
    assert order.time is not None
    listed = ", ".join([MONTH, *order.columns])
    return f"SELECT {month_of(order.time)} AS {MONTH}, * FROM (\n{select}\n) ORDER BY {listed}"
