"""What an engine is to accountlens: its dialect and its differences as tables, and a way to run statements there.

Each engine is one file of `warehouses/engines`. Nothing else asks which engine it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # the embedded engine needs neither
    import pyarrow as pa


class Connection(Protocol):
    """Statements in the engine's own words. Faults are `WarehouseError`, naming what to change."""

    def use(self, schema: str) -> None:
        """From now on names without a schema are names in this one."""
        ...

    def run(self, sql: str) -> None:
        """One statement that gives no rows."""
        ...

    def arrow(self, sql: str) -> pa.Table:
        """The rows of a SELECT; times without zone in microseconds, numbers as integers or doubles."""
        ...

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        """Make a table of these rows, in the place of one of that name."""
        ...

    def tables(self, schema: str) -> Mapping[str, Mapping[str, str]]:
        """The tables and views of a schema, with the engine's type of each column; empty where there is no schema."""
        ...

    def schemas(self) -> list[str]:
        """The schemas there are."""
        ...

    def interrupt(self) -> None:
        """Asked from another thread: end what runs, where the engine can end it by itself."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Engine:
    """An engine's differences. `macros` are its own texts of `KPI_*`; those it lacks have the text all share."""

    name: str
    label: str
    dialect: str  # SQLGlot's name of it
    macros: Mapping[str, str]
    schemes: tuple[str, ...] = ()  # how addresses of it begin
    types: Mapping[str, str] = field(default_factory=dict)  # DuckDB's type → the engine's, where transpiling errs
    rewrites: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)  # kind of node of SQLGlot → as meant
    refused: Mapping[str, str] = field(default_factory=dict)  # macro or kind of node → why it cannot be said there
    functions: frozenset[str] = frozenset()  # those it has, by its documentation; empty: not looked at
    keeps: bool = True  # it has MATERIALIZED, for common tables that are read again
    make_schema: str = "CREATE SCHEMA IF NOT EXISTS {0}"
    drop_schema: str = "DROP SCHEMA IF EXISTS {0} CASCADE"
    quote: str = '"'
    raw: str = "public"  # the schema in which tables are looked for where none is named
    analyze: str = ""  # what tells the engine how many rows a new table has, where it does not see by itself
    connect: Callable[[str], Connection] | None = None  # none: it is written for, and not run on

    def named(self, *names: str) -> str:
        """A name in quotes, after that of its schema."""
        return ".".join(f"{self.quote}{name.replace(self.quote, 2 * self.quote)}{self.quote}" for name in names)
