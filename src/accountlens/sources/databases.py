"""What all databases share: which tables a source names, and how rows that stream in become tables of DuckDB.

Rows are copied as Arrow batches into `_landing`, never whole in memory; the source's schema holds a view on each with
`_row` (its place as the database gave it) and `_file` (the table, as the database calls it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self

import duckdb
import pyarrow as pa
from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from accountlens.catalog.settings import SourceSettings
from accountlens.catalog.strict import Strict
from accountlens.errors import AccountlensError, suggest
from accountlens.language.schedule import parse_span
from accountlens.sources.landed import LANDING, Landed
from accountlens.sources.naming import column_names, literal, table_name
from accountlens.sources.secrets import bare_secret
from accountlens.warehouses.expand import quoted

NAME = re.compile(r"^[^\s;]+$")


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class TableSettings(Strict):
    """One table to read: whole each time, or only what changed of it, where it has a cursor or a key."""

    name: str = Field(description="The table, or `schema.table`; with a query, any name.")
    query: str | None = Field(None, description="A SELECT in the database's own SQL, read in place of a table.")
    optional: bool = Field(False, description="Left out where it is not there.")
    cursor: str | None = Field(
        None, description="A column that grows whenever a row changes (updated_at): only later rows are fetched."
    )
    key: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, description="What identifies a row. Left out: the table's primary key, with a cursor."
    )
    mode: Literal["changes", "append"] = Field(
        "changes", description="append: rows only come in, with a greater cursor; none is changed or deleted."
    )
    lookback: str | int | None = Field(
        None, description="How far before the greatest cursor is read again: 2h, 3d; a number where it is one."
    )
    deletes: bool = Field(True, description="Whether all keys are looked at each time to find what was deleted.")

    @property
    def is_incremental(self) -> bool:
        return bool(self.cursor or self.key)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.mode == "append" and not self.cursor:
            raise ValueError("mode append needs a cursor, a column that grows from row to row")
        if self.lookback is not None and not self.cursor:
            raise ValueError("lookback needs a cursor, before whose greatest value it looks")
        if isinstance(self.lookback, str):
            parse_span(self.lookback)
        if self.query and self.cursor and self.mode == "changes" and not self.key:
            raise ValueError("a query with a cursor needs a key, which identifies a row")
        return self


def _as_table(given: Any) -> Any:
    """`account` is `{name: account}`."""
    return {"name": given} if isinstance(given, str) else given


class DatabaseSettings(SourceSettings):
    """Tables of a database."""

    model_config = ConfigDict(extra="forbid")

    tables: list[Annotated[TableSettings, BeforeValidator(_as_table, json_schema_input_type=str | TableSettings)]] = (
        Field(default_factory=list, description="Which tables and views. Left out: all of the schema.")
    )

    @property
    def keeps(self) -> bool:
        """A file is read where it stands, unless only its changes are to be read."""
        return not self.local or any(table.is_incremental for table in self.tables)

    @property
    def identity(self) -> dict[str, Any]:
        """Which database it is; what is read of it may change table by table."""
        return self.model_dump(mode="json", by_alias=True, include={"type", "url", "path", "schema_name"})

    @field_validator("tables")
    @classmethod
    def _names_are_known_once(cls, tables: list[TableSettings]) -> list[TableSettings]:
        names = [table_name(table.name.split(".")[-1]) for table in tables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two tables would both be called '{twice[0]}'; give one a query and another name")
        return tables


class ServerSettings(DatabaseSettings):
    """Tables of a database that is reached by a URL."""

    url: str = Field(description="Where it is. Secrets are named: postgresql://me:${CRM_PASSWORD}@host/crm")
    schema_name: str | None = Field(None, alias="schema", description="Where tables without a schema are.")

    @field_validator("url")
    @classmethod
    def _names_its_secrets(cls, url: str) -> str:
        if bare_secret(url):
            raise ValueError(
                "a secret stands in it; write ${A_NAME} in its place, and its value into the environment or secrets.env"
            )
        return url


@dataclass(frozen=True)
class Wanted:
    """One table on its way: how people know it, how it is called in SQL here, and what is read of the database."""

    shown: str
    table: str
    select: str
    settings: TableSettings | None = None  # where the source names it
    typed: pa.Schema | None = None  # what its columns are where it is kept; None: what they look like now


@dataclass(frozen=True)
class Given:
    """A column as it arrives: `sql` makes its value of the column `«»` of the batches."""

    name: str
    sql: str = "«»"


class Base(Protocol):
    """A database that is open, its tables as of one moment where it can do that."""

    wanted: Sequence[Wanted]
    notes: Sequence[str]
    guesses_types: bool  # by the rows that it sees first

    def copy(self, con: duckdb.DuckDBPyConnection, source: str, table: Wanted) -> Landed:
        """Make `"<source>"."<table>"` of what its `select` gives; `Misfit` where it is `typed` and a value is not."""
        ...

    def shape(self, table: Wanted) -> dict[str, str]:
        """Column → what the database says of it; another shape means that the table was made anew."""
        ...

    def primary_key(self, table: Wanted) -> Sequence[str]:
        """The columns that the database itself knows rows by; none where it knows none."""
        ...

    def quoted(self, name: str) -> str:
        """A column's name in the database's SQL."""
        ...

    def literal(self, text: str) -> str:
        """A text, or a time written as one, in the database's SQL."""
        ...


class Misfit(Exception):  # noqa: N818 - never told: the table is read whole then
    """A value does not fit the type that its column has where it is kept."""


def land_all(
    con: duckdb.DuckDBPyConnection, name: str, base: Base, progress: Callable[[str, int, int], None] | None
) -> list[Landed]:
    """Copy every table of a database that is asked for."""
    landing_place(con, name)
    landed = each(base.wanted, lambda table: base.copy(con, name, table), progress)
    return [replace(item, notes=(*item.notes, *base.notes)) if not place else item for place, item in enumerate(landed)]


def landing_place(con: duckdb.DuckDBPyConnection, source: str) -> None:
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(LANDING)}; CREATE SCHEMA IF NOT EXISTS {quoted(source)}")


def land_batches(
    con: duckdb.DuckDBPyConnection, source: str, wanted: Wanted, batches: Any, columns: Sequence[Given]
) -> Landed:
    """Copy what streams in (anything DuckDB reads as Arrow); `columns` are those of the batches, in order."""
    names, notes = column_names(column.name for column in columns)
    place = f"{quoted(LANDING)}.{quoted(f'{source}/{wanted.shown}')}"
    arriving = [quoted(f"c{number}") for number in range(len(columns))]
    taken = [
        f"{given.sql.replace('«»', cell)} AS {quoted(name)}"
        for given, cell, name in zip(columns, arriving, names, strict=True)
    ]
    con.register("_arriving", batches)
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE {place} AS SELECT {', '.join(taken)} FROM _arriving AS t({', '.join(arriving)})"
        )
    finally:
        con.unregister("_arriving")
    return publish(con, source, wanted, place, "rowid + 1", names, notes)


def publish(
    con: duckdb.DuckDBPyConnection,
    source: str,
    wanted: Wanted,
    relation: str,
    row: str,
    names: Sequence[str],
    notes: Sequence[str] = (),
) -> Landed:
    """The view of the source's schema on rows that DuckDB can read."""
    listed = ", ".join(map(quoted, names))
    con.execute(
        f"CREATE OR REPLACE VIEW {quoted(source)}.{quoted(wanted.table)} AS "
        f"SELECT {listed}, {row} AS _row, {literal(wanted.shown)} AS _file FROM {relation}"
    )
    ((rows,),) = con.execute(f"SELECT count(*) FROM {relation}").fetchall()
    return Landed(source, wanted.table, rows, (), wanted.shown, tuple(notes))


def each(
    wanted: Sequence[Wanted], land: Callable[[Wanted], Landed], progress: Callable[[str, int, int], None] | None
) -> list[Landed]:
    """Land one table after the other, telling which."""
    landed = []
    for done, table in enumerate(wanted):
        if progress:
            progress(table.shown, done, len(wanted))
        landed.append(land(table))
    if progress:
        progress("", len(wanted), len(wanted))
    return landed


def choose(
    tables: Sequence[TableSettings],
    there: Mapping[str, str],
    where: str,
    schema: str,
    named: Callable[[TableSettings], str],
) -> Iterator[Wanted]:
    """The tables that a source asks for, out of those that are there (name → SELECT); all, where it names none."""
    for table in tables:
        name = table_name(table.name.split(".")[-1])
        if table.query is not None:
            yield Wanted(table.name, name, without_end(table.query), table)
            continue
        shown = _spelled(named(table), there)
        if shown is None:
            if table.optional:
                continue
            near = suggest(named(table), there) or suggest(table.name, there) or _known(there)
            raise AccountlensError(f"There is no table '{table.name}' in {schema}.", f"{where}, tables", near)
        yield Wanted(shown, table_name(shown.split(".")[-1]), there[shown], table)
    if tables:
        return
    if not there:
        raise AccountlensError(f"There is no table in {schema}.", where, "Is it the right one?")
    yield from _all(there, where)


def _spelled(name: str, there: Mapping[str, str]) -> str | None:
    """A table as the database writes it: `OpportunityHistory` for `opportunity_history`."""
    if name in there:
        return name
    return next((shown for shown in there if table_name(shown) == table_name(name)), None)


def _all(there: Mapping[str, str], where: str) -> Iterator[Wanted]:
    names: dict[str, str] = {}
    for shown, select in there.items():
        name = table_name(shown.split(".")[-1])
        if name in names:
            what = f"{names[name]} and {shown} would both be the table '{name}'."
            raise AccountlensError(what, where, "List the tables to read under tables.")
        names[name] = shown
        yield Wanted(shown, name, select)


def _known(there: Mapping[str, str]) -> str:
    some = sorted(there)
    return f"There are: {', '.join(some[:20])}{' ...' if len(some) > 20 else ''}." if some else "It has no tables."


def without_end(query: str) -> str:
    """A query that can stand inside another one."""
    return query.strip().rstrip(";").strip()


def first_bytes(text: str, count: int) -> bytes:
    """How a file begins; nothing where the text names none."""
    path = Path(text)
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(count)
