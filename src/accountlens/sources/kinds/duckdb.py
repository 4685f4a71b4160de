"""Tables of a DuckDB file: read where they stand, nothing is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import duckdb
from pydantic import Field

from accountlens.errors import AccountlensError
from accountlens.sources.databases import DatabaseSettings, Wanted, choose, first_bytes, land_all, publish
from accountlens.sources.incremental import fetch_changes
from accountlens.sources.kept import Fetched, beside
from accountlens.sources.landed import LANDING, Landed
from accountlens.sources.naming import column_names, literal
from accountlens.warehouses.expand import quoted

Reading = Callable[[str, int, int], None]
MAGIC = slice(8, 12)  # where a DuckDB file says that it is one


class Settings(DatabaseSettings):
    """Tables and views of a DuckDB file."""

    local: ClassVar[bool] = True
    type: Literal["duckdb"] = "duckdb"
    path: str = Field(description="The file, relative to the workspace.")
    schema_name: str = Field("main", alias="schema", description="Where tables without a schema are.")


def recognise(text: str) -> dict[str, str] | None:
    """`duckdb:///crm.duckdb`, or a file that is one by its first bytes."""
    if text.startswith("duckdb:"):
        return {"type": "duckdb", "path": text.removeprefix("duckdb:").removeprefix("//").removeprefix("/")}
    if first_bytes(text, MAGIC.stop)[MAGIC] == b"DUCK":
        return {"type": "duckdb", "path": text}
    return None


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """A view on every table that is asked for; a query is run once and its rows kept."""
    return land_all(con, name, _base(con, name, source, folder), progress)


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    with beside(file) as con:
        return fetch_changes(con, name, _base(con, name, source, folder), progress)


def _base(con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path) -> _Base:
    where = f"source '{name}'"
    alias = _attached(con, folder / Path(source.path).expanduser(), source.path, where)
    rows = con.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = $1 ORDER BY 1, 2", [alias]
    ).fetchall()
    mine = source.schema_name
    there = {
        table
        if schema == mine
        else f"{schema}.{table}": f"SELECT * FROM {'.'.join(map(quoted, (alias, schema, table)))}"
        for schema, table in rows
        if schema == mine or source.tables
    }
    wanted = list(
        choose(source.tables, there, where, f"{source.path}, schema {mine}", lambda t: t.name.removeprefix(f"{mine}."))
    )
    return _Base(con, wanted, f"{where}, tables", (alias, mine))


@dataclass
class _Base:
    """A DuckDB file that is attached to the connection its tables land in."""

    con: duckdb.DuckDBPyConnection
    wanted: Sequence[Wanted]
    where: str
    home: tuple[str, str]  # its name in the connection, and the schema of tables without one
    notes: Sequence[str] = ()
    guesses_types: bool = False

    def copy(self, con: duckdb.DuckDBPyConnection, source: str, table: Wanted) -> Landed:
        try:
            return _land_query(con, source, table, self.home) if _is_query(table) else _land(con, source, table)
        except duckdb.Error as error:
            raise AccountlensError(f"{table.shown} can't be read: {error}".strip(), self.where) from error

    def shape(self, table: Wanted) -> dict[str, str]:
        try:
            with _at_home(self.con, self.home):
                return {row[0]: str(row[1]) for row in self.con.execute(f"DESCRIBE {table.select}").fetchall()}
        except duckdb.Error as error:
            raise AccountlensError(f"{table.shown} can't be read: {error}".strip(), self.where) from error

    def primary_key(self, table: Wanted) -> list[str]:
        schema, _, name = table.shown.rpartition(".")
        rows = self.con.execute(
            "SELECT unnest(constraint_column_names) FROM duckdb_constraints() "
            "WHERE constraint_type = 'PRIMARY KEY' AND database_name = $1 AND schema_name = $2 AND table_name = $3",
            [self.home[0], schema or self.home[1], name],
        )
        return [str(row[0]) for row in rows.fetchall()]

    def quoted(self, name: str) -> str:
        return quoted(name)

    def literal(self, text: str) -> str:
        return literal(text)


def _is_query(table: Wanted) -> bool:
    return bool(table.settings and table.settings.query)


def _attached(con: duckdb.DuckDBPyConnection, path: Path, given: str, where: str) -> str:
    """The file's name in the connection; a file that two sources read is attached once."""
    if not path.is_file():
        raise AccountlensError(f"There is no file '{given}'.", f"{where}, path", "Paths are read from the workspace.")
    known = con.execute(
        "SELECT database_name FROM duckdb_databases() WHERE path = $1", [str(path.resolve())]
    ).fetchone()
    if known:
        return str(known[0])
    (count,) = con.execute("SELECT count(*) FROM duckdb_databases()").fetchone() or (0,)
    alias = f"_attached_{count}"
    try:
        con.execute(f"ATTACH {literal(str(path.resolve()))} AS {alias} (READ_ONLY)")
    except duckdb.Error as error:
        told = str(error).partition("\n")[0].replace(str(path.resolve()), given).rstrip(".")
        mend = "Another program has it open for writing; try again when it has finished." if "lock" in told else ""
        raise AccountlensError(f"'{given}' can't be read: {told}.", f"{where}, path", mend) from error
    return alias


def _land(con: duckdb.DuckDBPyConnection, name: str, wanted: Wanted) -> Landed:
    """A view on the table itself, its rows counted in the order in which they stand there."""
    names, notes = _names(con, wanted)
    arriving = ", ".join(quoted(f"c{place}") for place in range(len(names)))
    chosen = ", ".join(f"{quoted(f'c{place}')} AS {quoted(column)}" for place, column in enumerate(names))
    body = f"(SELECT {chosen}, row_number() OVER () AS _place FROM ({wanted.select}) AS t({arriving}))"
    return publish(con, name, wanted, body, "_place", names, notes)


@contextmanager
def _at_home(con: duckdb.DuckDBPyConnection, home: tuple[str, str]) -> Iterator[str]:
    """Where a query reads tables of the file by their bare names; gives the database that rows land in."""
    before = con.execute("SELECT current_database(), current_schema()").fetchone() or ("memory", "main")
    try:
        con.execute(f"USE {'.'.join(map(quoted, home))}")
        yield str(before[0])
    finally:
        con.execute(f"USE {'.'.join(map(quoted, before))}")


def _land_query(con: duckdb.DuckDBPyConnection, name: str, wanted: Wanted, home: tuple[str, str]) -> Landed:
    with _at_home(con, home) as before:
        place = f"{quoted(before)}.{quoted(LANDING)}.{quoted(f'{name}/{wanted.shown}')}"
        names, notes = _names(con, wanted)
        arriving = ", ".join(map(quoted, names))
        con.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM ({wanted.select}) AS t({arriving})")
    return publish(con, name, wanted, place, "rowid + 1", names, notes)


def _names(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> tuple[list[str], list[str]]:
    return column_names(row[0] for row in con.execute(f"DESCRIBE {wanted.select}").fetchall())
