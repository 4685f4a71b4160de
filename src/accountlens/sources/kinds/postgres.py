"""Tables of a PostgreSQL database, streamed as Arrow (ADBC), all as of one moment, in a read-only transaction.

Instants with a zone become instants of UTC; `numeric` stays exact (a decimal where its precision is declared, else
text as written, as are all types that DuckDB has no twin of: json, uuid, enums, arrays, ranges, money, intervals).
`infinity` and `NaN` are unknown: a time without an end has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import duckdb
import pyarrow as pa

from accountlens.errors import AccountlensError
from accountlens.sources.databases import Given, ServerSettings, Wanted, choose, land_all, land_batches
from accountlens.sources.incremental import fetch_changes
from accountlens.sources.kept import Fetched, beside
from accountlens.sources.landed import Landed
from accountlens.sources.naming import literal
from accountlens.sources.secrets import Secrets
from accountlens.warehouses.expand import quoted

Reading = Callable[[str, int, int], None]
SCHEMES = ("postgres", "postgresql")
AS_THEY_ARE = frozenset("bool int2 int4 int8 float4 float8 text varchar bpchar name".split())
TIMES = frozenset("date timestamp timestamptz".split())
MOST_DIGITS = 38  # of a decimal in DuckDB
CONNECT_SECONDS = 15
SESSION = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
TABLES = """
SELECT n.nspname, c.relname, has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1, 2
"""
ADVICE = (  # what a message says → what to do
    ("password authentication failed", "Are user and password right?"),
    ("no password supplied", "Name a password: postgresql://user:${A_NAME}@host/database"),
    ("could not translate host name", "Is the host's name right?"),
    ("refused", "Are host and port right, and does the server run?"),
    ("timeout", "Can the host be reached from here?"),
    ("no pg_hba.conf entry", "The server lets nobody in from here in this way; it may want ?sslmode=require."),
    ("SSL", "Add ?sslmode=require, or what your server asks for."),
    ("does not exist", "Are user and database right?"),
    ("read-only transaction", "A query may only read."),
)
BY_STATE = {
    "42501": "Grant it: GRANT SELECT ON ... TO the user of the url; or list other tables.",
    "42P01": "Is the table's name right, and in that schema?",
    "42703": "Is the column's name right?",
    "42601": "Is the query PostgreSQL's own SQL, one SELECT?",
}


class Settings(ServerSettings):
    """Tables and views of a PostgreSQL database."""

    type: Literal["postgres"] = "postgres"


def recognise(text: str) -> dict[str, str] | None:
    """`postgres://…` and `postgresql://…`."""
    return {"type": "postgres", "url": text} if text.partition("://")[0] in SCHEMES and "://" in text else None


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Copy every table that is asked for."""
    with _base(name, source, folder) as base:
        return land_all(con, name, base, progress)


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    with beside(file) as con, _base(name, source, folder) as base:
        return fetch_changes(con, name, base, progress)


@contextmanager
def _base(name: str, source: Settings, folder: Path) -> Iterator[_Base]:
    where, secrets = f"source '{name}'", Secrets(folder)
    url = secrets.fill(source.url, f"{where}, url")
    with _connected(url, where, secrets) as cursor:
        schema = source.schema_name or "public"
        there, closed = _tables(cursor, schema, bool(source.tables))
        wanted = list(
            choose(source.tables, there, where, f"schema {schema}", lambda t: t.name.removeprefix(f"{schema}."))
        )
        if source.tables and (barred := [table.shown for table in wanted if table.shown in closed]):
            raise AccountlensError(f"The user may not read {barred[0]}.", f"{where}, tables", BY_STATE["42501"])
        if any(table.query for table in source.tables):
            cursor.execute(f"SET LOCAL search_path = {quoted(schema)}, public")
        barred = [] if source.tables else sorted(closed)
        notes = [f"not read, because the user has no right to: {', '.join(barred)}"] if barred else []
        open_ = [table for table in wanted if table.shown not in barred]
        yield _Base(cursor, open_, where, secrets, schema, notes)


@dataclass
class _Base:
    """A PostgreSQL database in a transaction."""

    cursor: Any
    wanted: Sequence[Wanted]
    where: str
    secrets: Secrets
    schema: str
    notes: Sequence[str]
    guesses_types: bool = False

    def copy(self, con: duckdb.DuckDBPyConnection, source: str, table: Wanted) -> Landed:
        return _land_table(con, self.cursor, source, table, self.where, self.secrets)

    def shape(self, table: Wanted) -> dict[str, str]:
        """Types as declared; and where the rows lie, which is elsewhere when the table was made or filled anew."""
        fields = self._asking(table, lambda: _fields(self.cursor, table))
        told = {field.name: " ".join(map(bytes.decode, (field.metadata or {}).values())) for field in fields}
        place = self._one(f"SELECT pg_relation_filenode({self._oid(table)})", table)
        return told | ({"": str(place)} if place else {})

    def primary_key(self, table: Wanted) -> list[str]:
        keys = (
            "SELECT string_agg(a.attname, chr(31) ORDER BY array_position(i.indkey::int2[], a.attnum)) "
            "FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
            f"WHERE i.indisprimary AND i.indrelid = {self._oid(table)}"
        )
        found = self._one(keys, table)
        return str(found).split("\x1f") if found else []

    def quoted(self, name: str) -> str:
        return quoted(name)

    def literal(self, text: str) -> str:
        """Of no type yet: it takes that of the column it is held against."""
        return literal(text)

    def _oid(self, table: Wanted) -> str:
        if table.settings and table.settings.query:
            return "NULL::oid"
        home, _, name = table.shown.rpartition(".")
        return f"{literal(f'{quoted(home or self.schema)}.{quoted(name)}')}::regclass"

    def _one(self, select: str, table: Wanted) -> Any:
        self._asking(table, lambda: self.cursor.execute(select))
        return self.cursor.fetchall()[0][0]

    def _asking(self, table: Wanted, ask: Callable[[], Any]) -> Any:
        from adbc_driver_postgresql import dbapi

        try:
            return ask()
        except dbapi.Error as error:
            raise _refused(error, f"{table.shown} can't be read", f"{self.where}, tables", self.secrets) from None


@contextmanager
def _connected(url: str, where: str, secrets: Secrets) -> Iterator[Any]:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise AccountlensError(
            "Reading PostgreSQL needs one more package.", where, "pip install 'accountlens[postgres]'"
        ) from None
    try:
        connection = dbapi.connect(_with_timeout(url))
    except dbapi.Error as error:
        raise _refused(error, f"{_place(url)} can't be opened", f"{where}, url", secrets) from None
    with closing(connection), connection.cursor() as cursor:
        try:
            cursor.execute(SESSION)
            cursor.execute("SET LOCAL DateStyle = 'ISO, YMD'")
            cursor.execute("SET LOCAL TimeZone = 'UTC'")
            cursor.execute("SET LOCAL IntervalStyle = 'iso_8601'")
            yield cursor
        except dbapi.Error as error:
            raise _refused(error, "The database said no", where, secrets) from None


def _with_timeout(url: str) -> str:
    """An unreachable host must not keep a refresh waiting; what the URL says itself stands."""
    parts = urlsplit(url)
    more = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "accountlens"}
    given = parse_qs(parts.query)
    added = urlencode({key: value for key, value in more.items() if key not in given})
    return parts._replace(query="&".join(filter(None, [parts.query, added]))).geturl()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"The database{parts.path and ' ' + parts.path.lstrip('/')} at {parts.hostname}:{parts.port or 5432}"


def _refused(error: Exception, what: str, where: str, secrets: Secrets) -> AccountlensError:
    said = _short(str(error))
    advice = next((advice for word, advice in ADVICE if word in said), "")
    mend = BY_STATE.get(getattr(error, "sqlstate", None) or "", advice)
    return AccountlensError(secrets.hide(f"{what}: {said}."), where, mend)


def _short(said: str) -> str:
    """The server's own words, without the driver's frame and the statement."""
    said = (
        said.partition("\nLINE ")[0].partition("\nQuery was")[0].partition(" Query was:")[0].partition("\n\tIs the")[0]
    )
    own = re.split(r"(?:FATAL|ERROR):\s+", said)
    told = own[-1] if len(own) > 1 else said.rpartition("failed: ")[2]
    return re.sub(r"\s+", " ", told.removeprefix("IO: ")).strip().rstrip(".")


def _tables(base: Any, schema: str, everywhere: bool) -> tuple[dict[str, str], list[str]]:
    """What may be read (as people write it → SELECT), and which of it the user has no right to."""
    base.execute(TABLES)
    there: dict[str, str] = {}
    closed: list[str] = []
    for home, table, readable in base.fetchall():
        if home == schema or everywhere:
            shown = table if home == schema else f"{home}.{table}"
            there[shown] = f"SELECT * FROM {quoted(home)}.{quoted(table)}"
            if not readable:
                closed.append(shown)
    return there, closed


def _fields(base: Any, wanted: Wanted) -> list[pa.Field]:
    base.execute(f"SELECT * FROM ({wanted.select}) AS t LIMIT 0")
    return list(base.fetch_arrow_table().schema)


def _land_table(
    con: duckdb.DuckDBPyConnection, base: Any, name: str, wanted: Wanted, where: str, secrets: Secrets
) -> Landed:
    from adbc_driver_postgresql import dbapi

    try:
        fields = _fields(base, wanted)
        aliases = [f"c{place}" for place in range(len(fields))]
        asked = [_asked(alias, field) for alias, field in zip(aliases, fields, strict=True)]
        select = ", ".join(f"{sql} AS {alias}" for alias, (sql, _) in zip(aliases, asked, strict=True)) or "1 AS none"
        base.execute(f"SELECT {select} FROM ({wanted.select}) AS t({', '.join(aliases)})")
        batches = base.fetch_record_batch()
        columns = [Given(field.name, cast) for field, (_, cast) in zip(fields, asked, strict=True)]
        return land_batches(con, name, wanted, batches, columns)
    except (dbapi.Error, duckdb.Error) as error:  # DuckDB tells what went wrong while rows came in
        raise _refused(error, f"{wanted.shown} can't be read", f"{where}, tables", secrets) from None


def _asked(alias: str, field: pa.Field) -> tuple[str, str]:
    """How a column is asked for on the server, and what DuckDB makes of what comes."""
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    kind = told.get("POSTGRESQL:type", "")
    if kind in AS_THEY_ARE:
        return alias, "«»"
    if kind in TIMES:
        return f"CASE WHEN isfinite({alias}) THEN {alias} END", "«»"
    if kind == "numeric" and (decimal := _decimal(int(told.get("POSTGRESQL:typmod", "-1")))):
        return f"CAST({alias} AS text)", f"CAST(nullif(«», 'NaN') AS {decimal})"
    return f"CAST({alias} AS text)", "«»"


def _decimal(typmod: int) -> str | None:
    """`numeric(p, s)` as the server writes it down; `None` where nothing is declared, or more than DuckDB holds."""
    if typmod < 4:
        return None
    digits, places = (typmod - 4) >> 16 & 0xFFFF, (typmod - 4) & 0x7FF
    return f"DECIMAL({digits}, {places})" if places <= digits <= MOST_DIGITS else None
