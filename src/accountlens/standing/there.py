"""Tables in a warehouse, whose months are known again by prints of their rows, as files are known by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.standing.differing import Differing, Stored
from accountlens.store import Snapshot, TableVersion
from accountlens.warehouses.expand import literal, quoted

THERE = -1  # the version of a table in a warehouse
MOST = 0.5  # of a table's rows: to compare more costs as much as to compute
NEXT, NOTHING = "\x1f", "\x1e"  # what no text holds: between two values, and for none

Told: TypeAlias = Mapping[str, Any]  # of a table: the column `by` whose months it has, and `months`, month:rows:print


def prints_sql(table: str, columns: Iterable[str], by: str | None) -> str:
    """SELECT of each month of a table, how many rows it has, and a print that other rows do not have."""
    values = (f"COALESCE(CAST({quoted(name)} AS VARCHAR), {literal(NOTHING)})" for name in columns)
    text = f" || {literal(NEXT)} || ".join(values)
    rows = f"SELECT {_month(by)} AS part, CAST(KPI_PRINT({text}) AS DECIMAL(38, 0)) AS print FROM {quoted(table)}"
    return f"SELECT part, COUNT(*) AS n, CAST(SUM(print) AS VARCHAR) AS print FROM ({rows}) v GROUP BY part"


def told_of(found: Iterable[tuple[int, int, str]], by: str | None) -> Told:
    """What a snapshot keeps of a table's prints."""
    return {"by": by, "months": [f"{month}:{rows}:{told}" for month, rows, told in sorted(found)]}


def rows_of(told: Told) -> int:
    return sum(map(_rows, told["months"]))


def versions_of(prints: Mapping[str, Told], catalog: Catalog) -> dict[str, TableVersion]:
    """Tables there, as if each month were a file."""
    return {
        name: TableVersion(
            name,
            THERE,
            rows_of(told),
            tuple(told["months"]),
            tuple(catalog.facts[name].columns.items()),
        )
        for name, told in prints.items()
        if name in catalog.facts
    }


def places(now: Snapshot, before: Snapshot | None) -> Mapping[str, Any]:
    """Where the tables of two snapshots lie there, as `DifferingThere` is told."""
    schema = before.info.get("remote", {}).get("schema", "") if before else ""
    return {"schema": schema, "by": {name: told["by"] for name, told in now.prints.items()}}


@dataclass
class DifferingThere(Differing):
    """`schema`: where the tables of the snapshot before lie. `by`: table → the column whose months it has."""

    session: WarehouseSession
    schema: str = ""
    by: Mapping[str, str | None] = field(default_factory=dict)

    def alone(self, name: str, mine: Stored, other: Stored) -> str | None:
        own, others = mine.tables.get(name), other.tables.get(name)
        if own is None or others is None:
            return None
        schema = self.schema if mine is self.then else self.session.schema
        place = f"{quoted(schema)}.{quoted(name)}"
        if own.version != THERE:  # made here, and lent
            return f"SELECT * FROM {place}"
        months = [one for one in own.files if one not in {*others.files}]
        if sum(map(_rows, months)) > MOST * own.rows:
            return None
        listed = literal([int(one.partition(":")[0]) for one in months]) if months else ""
        return f"SELECT * FROM {place} WHERE {f'{_month(self.by[name])} IN {listed}' if months else 'FALSE'}"

    def keep(self, table: str, select: str) -> int:
        self.session.keep(table, self.session.written(select))
        ((many,),) = self.session.fetch(self.session.written(f"SELECT COUNT(*) AS n FROM {quoted(table)}")).fetchall()
        return int(many)

    @cached_property
    def planner(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect()


def _month(by: str | None) -> str:
    """SQL of the month that a row lies in, as a number such as 202609; 0 without one."""
    if by is None:
        return "0"
    moment = quoted(by)
    return f"COALESCE(CAST(EXTRACT(YEAR FROM {moment}) * 100 + EXTRACT(MONTH FROM {moment}) AS BIGINT), 0)"


def _rows(month: str) -> int:
    return int(month.split(":")[1])
