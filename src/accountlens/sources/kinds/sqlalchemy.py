"""Tables of any database that SQLAlchemy has a dialect for: MySQL, Snowflake, BigQuery, Redshift, and many more.

Rows stream through Python in batches. Whole numbers, floats, days and instants keep their type; decimals stay exact
(typed where the table declares them); everything else is text. Where a column holds values of several types it is text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pyarrow as pa

from accountlens.errors import AccountlensError
from accountlens.sources.databases import Given, Misfit, ServerSettings, Wanted, choose, land_all, land_batches
from accountlens.sources.incremental import fetch_changes
from accountlens.sources.kept import Fetched, beside
from accountlens.sources.landed import Landed
from accountlens.sources.secrets import Secrets

if TYPE_CHECKING:  # imported where a source needs it
    from sqlalchemy.engine import Connection, Dialect, Engine, Result

Reading = Callable[[str, int, int], None]
AT_ONCE = 10_000  # rows of a batch
MOST_DIGITS = 38
TEXT = pa.string()
PACKAGES = {
    "bigquery": "'accountlens[bigquery]'",
    "mariadb": "'accountlens[mysql]'",
    "mysql": "'accountlens[mysql]'",
    "redshift": "'accountlens[redshift]'",
    "snowflake": "'accountlens[snowflake]'",
}
TYPES: tuple[tuple[type, pa.DataType], ...] = (  # bool before int, datetime before date: each is the other's kind
    (bool, pa.bool_()),
    (int, pa.int64()),
    (float, pa.float64()),
    (datetime, pa.timestamp("us")),
    (date, pa.date32()),
)
INSTANT = pa.timestamp("us", "UTC")


class Settings(ServerSettings):
    """Tables and views of a database that SQLAlchemy can open."""

    type: Literal["sqlalchemy"] = "sqlalchemy"


def recognise(text: str) -> dict[str, str] | None:
    """Any URL with the name of a dialect in front: `mysql+pymysql://…`, `snowflake://…`, `bigquery://…`."""
    scheme = text.partition("://")[0]
    if "://" in text and ("+" in scheme or scheme in PACKAGES):
        return {"type": "sqlalchemy", "url": text}
    return None


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Copy every table that is asked for, within one transaction."""
    with _base(name, source, folder) as base:
        return land_all(con, name, base, progress)


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    with beside(file) as con, _base(name, source, folder) as base:
        return fetch_changes(con, name, base, progress)


@contextmanager
def _base(name: str, source: Settings, folder: Path) -> Iterator[_Base]:
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    where, secrets = f"source '{name}'", Secrets(folder)
    url = secrets.fill(source.url, f"{where}, url")
    with _engine(url, where, secrets) as engine:
        try:
            with engine.connect() as base:
                there = _there(inspect(base), source, engine.dialect)
                named = f"schema {source.schema_name}" if source.schema_name else "the database"
                wanted = list(choose(source.tables, there, where, named, lambda table: _bare(table.name, source)))
                yield _Base(base, wanted, source, where, secrets)
        except SQLAlchemyError as error:
            raise _refused(error, "The database can't be opened", f"{where}, url", secrets) from None


@dataclass
class _Base:
    """A database in a transaction."""

    base: Connection
    wanted: Sequence[Wanted]
    source: Settings
    where: str
    secrets: Secrets
    notes: Sequence[str] = ()
    guesses_types: bool = True

    def copy(self, con: duckdb.DuckDBPyConnection, source: str, table: Wanted) -> Landed:
        return _land_table(con, self.base, source, table, self.source, self.where, self.secrets)

    def shape(self, table: Wanted) -> dict[str, str]:
        """As declared where it is a table, else by name alone."""
        if not _is_table(table, self.source):
            return dict.fromkeys(_Stream(self.base, nothing_of(table), {}, {}).columns, "")
        return {str(column["name"]): str(column["type"]) for column in _described(self.base, table, self.source)}

    def primary_key(self, table: Wanted) -> list[str]:
        import sqlalchemy as sa

        schema, _, name = table.shown.rpartition(".")
        found = sa.inspect(self.base).get_pk_constraint(name, schema or self.source.schema_name)
        return [str(column) for column in (found or {}).get("constrained_columns", [])]

    def quoted(self, name: str) -> str:
        return self.base.dialect.identifier_preparer.quote(name)

    def literal(self, text: str) -> str:
        return literal_of(text, self.base.dialect)


def nothing_of(table: Wanted) -> Wanted:
    return replace(table, select=f"SELECT * FROM ({table.select}) t WHERE 1 = 0")


def literal_of(text: str, dialect: Dialect) -> str:
    """A text as that database writes it."""
    import sqlalchemy as sa

    written = str(sa.literal(text, sa.String()).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return written.replace("%%", "%") if dialect.identifier_preparer._double_percents else written


@contextmanager
def _engine(url: str, where: str, secrets: Secrets) -> Iterator[Engine]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    dialect = url.partition("://")[0].partition("+")[0]
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        missing = getattr(error, "name", None) or "a package for it"
        way = f"pip install {PACKAGES.get(dialect, missing)}"
        raise AccountlensError(f"Reading {dialect} needs one more package.", f"{where}, url", way) from None
    except ArgumentError as error:
        raise _refused(error, "This is no URL of a database", f"{where}, url", secrets) from None
    except Exception as error:  # noqa: BLE001 - drivers look for credentials here and fail in their own ways
        raise _refused(error, f"{dialect} can't be opened", f"{where}, url", secrets) from None
    try:
        yield engine
    finally:
        engine.dispose()


def _there(inspector: Any, source: Settings, dialect: Dialect) -> dict[str, str]:
    """Tables and views: those of the schema, and of every other one that a table names."""
    there: dict[str, str] = {}
    named = {_bare(table.name, source).rpartition(".")[0] for table in source.tables if table.query is None}
    for schema in dict.fromkeys([source.schema_name, *sorted(named - {""})]):
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        for table in sorted(dict.fromkeys(names)):
            shown = table if schema == source.schema_name else f"{schema}.{table}"
            there[shown] = select_all(table, schema, dialect)
    return there


def _bare(name: str, source: Settings) -> str:
    return name.removeprefix(f"{source.schema_name}.") if source.schema_name else name


def select_all(table: str, schema: str | None, dialect: Dialect) -> str:
    """`SELECT *` as that database writes names."""
    import sqlalchemy as sa

    return str(sa.select(sa.literal_column("*")).select_from(sa.table(table, schema=schema)).compile(dialect=dialect))


def _land_table(
    con: duckdb.DuckDBPyConnection,
    base: Connection,
    name: str,
    wanted: Wanted,
    source: Settings,
    where: str,
    secrets: Secrets,
) -> Landed:
    from sqlalchemy.exc import SQLAlchemyError

    known: dict[int, pa.DataType] = dict(enumerate(wanted.typed.types)) if wanted.typed else {}
    while True:  # again, where a value did not fit what the first rows looked like
        stream: _Stream | None = None
        try:
            stream = _Stream(base, wanted, _declared(base, wanted, source), known)
            columns = [Given(column) for column in stream.columns]
            return land_batches(con, name, wanted, stream.reader(), columns)
        except (SQLAlchemyError, duckdb.Error, pa.ArrowException) as error:
            if stream is None or stream.misfit is None:
                told = (stream and stream.error) or error
                raise _refused(told, f"{wanted.shown} can't be read", f"{where}, tables", secrets) from None
            if wanted.typed:
                raise Misfit from None
            known[stream.misfit] = TEXT


def _declared(base: Connection, wanted: Wanted, source: Settings) -> dict[str, pa.DataType]:
    """Decimals with the digits that the table declares."""
    import sqlalchemy as sa

    if not _is_table(wanted, source):
        return {}
    found = {}
    for column in _described(base, wanted, source):
        kind = column["type"]
        if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float) and kind.precision:
            digits, places = kind.precision, kind.scale or 0
            if 0 <= places <= digits <= MOST_DIGITS:
                found[str(column["name"])] = pa.decimal128(digits, places)
    return found


def _is_table(wanted: Wanted, source: Settings) -> bool:
    return not any(table.query and table.name == wanted.shown for table in source.tables)


def _described(base: Connection, wanted: Wanted, source: Settings) -> Sequence[Any]:
    import sqlalchemy as sa

    schema, _, table = wanted.shown.rpartition(".")
    return sa.inspect(base).get_columns(table, schema or source.schema_name)


class _Stream:
    """One result as Arrow batches; `misfit` is the column whose values turned out to be of several types."""

    def __init__(
        self, base: Connection, wanted: Wanted, declared: dict[str, pa.DataType], known: dict[int, pa.DataType]
    ) -> None:
        # Without parameters, so that a % of the query stays one.
        options = {"stream_results": True, "yield_per": AT_ONCE, "no_parameters": True}
        self.result: Result[Any] = base.execution_options(**options).exec_driver_sql(wanted.select)
        self.columns = [str(column) for column in self.result.keys()]  # noqa: SIM118
        self.misfit: int | None = None
        self.error: Exception | None = None
        self.first = [tuple(row) for row in self.result.fetchmany(AT_ONCE)]
        self.types = [
            known.get(place) or declared.get(column) or _type(row[place] for row in self.first)
            for place, column in enumerate(self.columns)
        ]

    def reader(self) -> pa.RecordBatchReader:
        schema = pa.schema([pa.field(f"c{place}", kind) for place, kind in enumerate(self.types)])
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        rows = self.first
        try:
            while rows:
                yield pa.RecordBatch.from_arrays(list(self._arrays(rows)), schema=schema)
                rows = [tuple(row) for row in self.result.fetchmany(AT_ONCE)]
        except Exception as error:
            self.error = error  # DuckDB tells it in its own words only
            raise

    def _arrays(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[pa.Array]:
        for place, (kind, cells) in enumerate(zip(self.types, zip(*rows, strict=True), strict=True)):
            try:
                yield pa.array([_text(cell) for cell in cells] if kind == TEXT else _plain(cells, kind), kind)
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                self.misfit = place
                raise


def _type(values: Iterator[Any]) -> pa.DataType:
    """The one type that all values have, else text."""
    found = {_type_of(value) for value in values if value is not None}
    return found.pop() if len(found) == 1 else TEXT


def _type_of(value: Any) -> pa.DataType:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return INSTANT
    return next((kind for python, kind in TYPES if isinstance(value, python)), TEXT)


def _plain(cells: Sequence[Any], kind: pa.DataType) -> list[Any]:
    """Values that Arrow takes as they are: instants in UTC, decimals as they read."""
    if pa.types.is_decimal(kind):
        return [None if cell is None else Decimal(str(cell)) for cell in cells]
    return [cell.astimezone(UTC) if isinstance(cell, datetime) and cell.tzinfo else cell for cell in cells]


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return format(cell, "f") if cell.is_finite() else str(cell)
    if isinstance(cell, bytes | bytearray | memoryview):
        raw = bytes(cell)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.hex()
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else str(cell)


def _refused(error: Exception, what: str, where: str, secrets: Secrets) -> AccountlensError:
    said = str(getattr(error, "orig", None) or error).partition("\n")[0].strip().rstrip(".")
    mend = "Is the url right, and may its user read there?"
    return AccountlensError(secrets.hide(f"{what}: {said}."), where, mend)
