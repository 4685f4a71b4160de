"""Finished tables on their way into the store."""

from __future__ import annotations

import duckdb

from accountlens.refresh.bench import stream
from accountlens.store import Store, TableVersion
from accountlens.warehouses.expand import quoted


class StoreKeeper:
    """Writes tables into the store and reads them from there on, so that no table need fit into memory."""

    def __init__(self, con: duckdb.DuckDBPyConnection, store: Store, run: str) -> None:
        self.con, self.store, self.run = con, store, run
        self.versions: dict[str, TableVersion] = {}

    def __call__(self, name: str, select: str) -> None:
        version = self.store.write_table(name, stream(self.con, select), run=self.run)
        self.con.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {self.store.relation_sql(version)}")
        self.versions[name] = version
