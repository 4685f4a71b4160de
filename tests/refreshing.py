"""A folder of files that is refreshed with a catalog of a few facts, and what a snapshot of it holds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import Settings
from accountlens.language.tables import SQL_TYPES, Fact
from accountlens.refresh import RefreshReport, refresh
from accountlens.store import Snapshot, Store

ENTITIES, _ = load_entities([BUILT_IN])
NOW = datetime(2024, 6, 30)
ORDER_COLUMNS = {"order_id": "VARCHAR", "account_id": "VARCHAR", "amount": "DOUBLE", "ordered_at": "TIMESTAMP"}


def fact(name: str, sql: str, reads: tuple[str, ...], **more: Any) -> Fact:
    """A fact; by default with the columns of a sale."""
    return Fact(name, "", sql, more.pop("columns", ORDER_COLUMNS), reads=reads, file=f"facts/{name}.sql", **more)


def catalog_of(*facts: Fact) -> Catalog:
    """The built-in entities and these facts."""
    own = {
        name: Fact(name, "", "", {column.name: SQL_TYPES[column.type] for column in entity.columns.values()})
        for name, entity in ENTITIES.items()
    }
    return Catalog(ENTITIES, own | {one.name: one for one in facts}, {}, {})


class Place:
    """A workspace without definitions of its own."""

    def __init__(self, folder: Path, *facts: Fact) -> None:
        self.folder, self.catalog, self.store = folder, catalog_of(*facts), Store(folder / "store")
        self.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}}})

    def write(self, **files: str) -> Place:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (self.folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
        return self

    def refresh(self, **more: Any) -> RefreshReport:
        return refresh(self.folder, self.settings, self.catalog, self.store, **{"as_of": NOW, **more})

    @property
    def current(self) -> Snapshot:
        found = self.store.current()
        assert found is not None
        return found

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        with duckdb.connect() as con:
            relation = self.store.relation_sql(self.current.tables[table])
            return con.execute(f"SELECT {columns} FROM ({relation})").fetchall()

    def state(self) -> dict[str, Any]:
        """All that a snapshot says: rows of every table, whatever their order, balance, and what was found."""
        tables = {name: (version.columns, Counter(self.rows(name))) for name, version in self.current.tables.items()}
        told = {name: self.current.info[name] for name in ("facts", "latest", "unmatched", "warnings")}
        return {"tables": tables, "balance": self.current.balance, "hash": self.current.settings_hash, **told}

    def assert_as_full(self) -> None:
        found = self.state()
        self.refresh(full=True, as_of=self.current.as_of)
        assert found == self.state()
