"""Which rows of a table came and went since the last snapshot, as tables of the connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from accountlens.refresh.keeper import FEW_ROWS, StoreKeeper
from accountlens.warehouses.expand import quoted

SCHEMA = "_changes"


@dataclass(frozen=True)
class Delta:
    """Relations with the columns of the table. A row that changed went and came."""

    came: str
    went: str


@dataclass
class Changes:
    """The changes of one refresh. What is not told of a large table is not known."""

    con: duckdb.DuckDBPyConnection
    keeper: StoreKeeper
    told: dict[str, Delta] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")

    def place(self, what: str, table: str) -> str:
        """Where rows of a table that `came` or `went` are put."""
        return f"{SCHEMA}.{quoted(f'{what} {table}')}"

    def tell(self, table: str, delta: Delta) -> None:
        self.told[table] = delta

    def unchanged(self, table: str) -> bool:
        """Whether a table is the last snapshot's, or in neither."""
        return self.keeper.versions.get(table) == self.keeper.before.get(table)

    def of(self, table: str) -> Delta | None:
        """What changed in a table; None where that is not known."""
        if table not in self.told:
            found = self._compared(table)
            if found is None:
                return None
            self.told[table] = found
        return self.told[table]

    def _compared(self, table: str) -> Delta | None:
        now, before = self.keeper.versions.get(table), self.keeper.before.get(table)
        if now is None or before is None or now.columns != before.columns or max(now.rows, before.rows) > FEW_ROWS:
            return None
        new, old = (f"({self.keeper.store.relation_sql(version)})" for version in (now, before))
        delta = Delta(self.place("came", table), self.place("went", table))
        self.con.execute(f"CREATE OR REPLACE TABLE {delta.came} AS SELECT * FROM {new} EXCEPT ALL SELECT * FROM {old}")
        self.con.execute(f"CREATE OR REPLACE TABLE {delta.went} AS SELECT * FROM {old} EXCEPT ALL SELECT * FROM {new}")
        return delta


def net(con: duckdb.DuckDBPyConnection, delta: Delta) -> None:
    """Take out what went and came back the same."""
    if 0 in counts(con, delta).values():
        return
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _both AS SELECT * FROM {delta.came} INTERSECT ALL SELECT * FROM {delta.went}"
    )
    for relation in (delta.came, delta.went):
        con.execute(
            f"CREATE OR REPLACE TABLE {relation} AS SELECT * FROM {relation} EXCEPT ALL SELECT * FROM temp._both"
        )
    con.execute("DROP TABLE temp._both")


def counts(con: duckdb.DuckDBPyConnection, delta: Delta) -> Mapping[str, int]:
    """How many rows came and went."""
    ((came, went),) = con.execute(
        f"SELECT (SELECT count(*) FROM {delta.came}), (SELECT count(*) FROM {delta.went})"
    ).fetchall()
    return {"came": came, "went": went}
