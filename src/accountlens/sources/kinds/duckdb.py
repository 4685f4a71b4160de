"""Tables of a DuckDB file: read where they stand, nothing is copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

import duckdb
from pydantic import Field

from accountlens.errors import AccountlensError
from accountlens.sources.databases import DatabaseSettings, Wanted, choose, each, first_bytes, landing_place, publish
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
    where = f"source '{name}'"
    alias = _attached(con, folder / Path(source.path).expanduser(), source.path, where)
    landing_place(con, name)
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
    queries = {table.name: table.query for table in source.tables}
    before = con.execute("SELECT current_database(), current_schema()").fetchone() or ("memory", "main")

    def land_table(table: Wanted) -> Landed:
        try:
            return (
                _land_query(con, name, table, (alias, mine), before)
                if queries.get(table.shown)
                else _land(con, name, table)
            )
        except duckdb.Error as error:
            raise AccountlensError(f"{table.shown} can't be read: {error}".strip(), f"{where}, tables") from error

    return each(wanted, land_table, progress)


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


def _land_query(
    con: duckdb.DuckDBPyConnection, name: str, wanted: Wanted, home: tuple[str, str], before: tuple[str, str]
) -> Landed:
    """A query reads tables of the file by their bare names, so it is run at home in it."""
    place = f"{quoted(before[0])}.{quoted(LANDING)}.{quoted(f'{name}/{wanted.shown}')}"
    try:
        con.execute(f"USE {'.'.join(map(quoted, home))}")
        names, notes = _names(con, wanted)
        arriving = ", ".join(map(quoted, names))
        con.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM ({wanted.select}) AS t({arriving})")
    finally:
        con.execute(f"USE {'.'.join(map(quoted, before))}")
    return publish(con, name, wanted, place, "rowid + 1", names, notes)


def _names(con: duckdb.DuckDBPyConnection, wanted: Wanted) -> tuple[list[str], list[str]]:
    return column_names(row[0] for row in con.execute(f"DESCRIBE {wanted.select}").fetchall())
