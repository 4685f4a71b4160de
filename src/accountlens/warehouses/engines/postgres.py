"""PostgreSQL, from version 12 on, by ADBC: rows come and go as Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from accountlens.warehouses.engine import Engine
from accountlens.warehouses.faults import Fault, told

if TYPE_CHECKING:
    import pyarrow as pa

MACROS = {
    "KPI_SECONDS": "CAST(EXTRACT(EPOCH FROM ({1} - {0})) AS DOUBLE PRECISION)",
    "KPI_ADD_DAYS": "({0} + ({1}) * INTERVAL '24 hours')",
    "KPI_LOCAL": "((({0}) AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')",
    "KPI_UTC": "((({0}) AT TIME ZONE '{zone}') AT TIME ZONE 'UTC')",
    "KPI_INSTANT": "(({0}) AT TIME ZONE 'UTC')",
    "KPI_WHOLE_DAYS": "(KPI_LOCAL_DATE({1}) - KPI_LOCAL_DATE({0}))",
    "KPI_ADD_MONTHS": "KPI_UTC(KPI_LOCAL({0}) + ({1}) * INTERVAL '1 month')",
    # what is nothing any more is an error here, and 0 everywhere else
    "KPI_HALF": "(CASE WHEN ({0}) > 1000e0 * ({1}) THEN 0e0 "
    "ELSE POWER(2e0, -({0}) / CAST({1} AS DOUBLE PRECISION)) END)",
    "KPI_QUANTILE": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
    "KPI_NTH": "(ARRAY_AGG({0} ORDER BY {0}))[{1}]",
    "KPI_LATEST": "(ARRAY_AGG({0} ORDER BY {1} DESC) FILTER (WHERE {0} IS NOT NULL AND {1} IS NOT NULL))[1]",
    "KPI_EARLIEST": "(ARRAY_AGG({0} ORDER BY {1} ASC) FILTER (WHERE {0} IS NOT NULL AND {1} IS NOT NULL))[1]",
    "KPI_PRINT": "HASHTEXTEXTENDED({0}, 0)",
}
# It takes rows that are picked by an expression for one, and joins them in nested loops; and it compiles long
# expressions for seconds that run for milliseconds.
SESSION = ("SET enable_nestloop = off", "SET jit = off")
# What is wrong and what to change, by the server's SQLSTATE, or by words where there is none, as when connecting.
FAULTS = (
    Fault(
        (
            "invalid URI",
            "invalid integer value",
            "invalid port",
            "invalid connection option",
            "invalid percent-encoded",
        ),
        "This is no address of a PostgreSQL server.",
        "Write 'warehouse' as postgresql://user:password@host:5432/database, signs such as / and @ in a password as "
        "%2F and %40.",
    ),
    Fault(
        ("Connection refused", "could not translate host", "timeout expired", "No route to host", "is unreachable"),
        "The warehouse cannot be reached.",
        "Start it, or correct host and port under 'warehouse'.",
    ),
    Fault(
        (
            "password authentication",
            "no password supplied",
            "pg_hba.conf",
            'FATAL:  role "',
            "is not permitted to log in",
        ),
        "The warehouse refuses this user or password.",
        "Correct them under 'warehouse'.",
        ("28",),
    ),
    Fault(
        ('FATAL:  database "',),
        "There is no such database.",
        "Correct its name, which ends the address under 'warehouse'.",
        ("3D000",),
    ),
    Fault(
        ("too many connections", "connection slots are reserved"),
        "The server takes no more connections.",
        "Close some, or raise its max_connections or the CONNECTION LIMIT of this user.",
        ("53300",),
    ),
    Fault(
        ("recovery mode", "is starting up", "is shutting down"),
        "The server is starting or stopping.",
        "Run it again in a moment.",
        ("57P03",),
    ),
    Fault(
        ("permission denied",),
        "The user may not do this in the warehouse.",
        "Give it the rights that docs/warehouses/postgres.md lists.",
        ("42501",),
    ),
    Fault(
        (),
        "The database takes no changes.",
        "Name a server under 'warehouse' that is no standby, or reset default_transaction_read_only of this user.",
        ("25006",),
    ),
    Fault((), "A table or schema is missing.", "Correct its name under 'entities', or load it.", ("42P01", "3F000")),
    Fault((), "A column is missing.", "Correct its name under 'entities'.", ("42703",)),
    Fault(("ERROR:  function ",), "The server lacks a function.", "Use PostgreSQL 12 or later."),
    Fault(
        (),
        "A column holds other values than it is read as.",
        "Say under 'entities' how it is to be read, or mend its values.",
        ("42883", "42804", "42846", "22"),
    ),
    Fault(
        ("due to statement timeout",),
        "The query took longer than the server lets it.",
        "Raise statement_timeout of this user: ALTER ROLE name SET statement_timeout = '1h'.",
    ),
    Fault((), "A lock is held by somebody else.", "Run it again, or raise lock_timeout of this user.", ("55P03",)),
    Fault((), "Somebody ended the query.", "Run it again.", ("57014",)),
    Fault(
        (
            "terminating connection",
            "server closed the connection",
            "no connection to the server",
            "connection not open",
        ),
        "The server ended the connection.",
        "Run it again; the server's log says why it did.",
        ("57P", "08"),
    ),
    Fault((), "The server's disk is full.", "Make room where its data_directory or tablespace lies.", ("53100",)),
    Fault(
        (),
        "The query needs more room on disk than the server gives it.",
        "Raise temp_file_limit of this user, or its work_mem.",
        ("53400",),
    ),
    Fault((), "The server lacks memory.", "Lower work_mem of this user, or give the server more.", ("53200", "54")),
)


def _double(literal: Any) -> Any:
    """`1e0` is a decimal here, and everywhere else a double."""
    from sqlglot import exp

    return exp.cast(literal.copy(), "double") if not literal.is_string and "e" in literal.name.lower() else literal


class PostgresConnection:
    """One connection; what it makes is kept as soon as it is made."""

    def __init__(self, url: str) -> None:
        from adbc_driver_postgresql import dbapi

        self._error = dbapi.Error
        with told(FAULTS, self._error):
            self._connection = dbapi.connect(url, autocommit=True)
        for setting in SESSION:
            self.run(setting)

    def use(self, schema: str) -> None:
        self.run(f"SET search_path TO {ENGINE.named(schema)}")

    def run(self, sql: str) -> None:
        with told(FAULTS, self._error, sql), self._connection.cursor() as cursor:
            cursor.execute(sql)

    def arrow(self, sql: str) -> pa.Table:
        with told(FAULTS, self._error, sql), self._connection.cursor() as cursor:
            cursor.execute(sql)
            return _plain(cursor.fetch_arrow_table())

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        with told(FAULTS, self._error), self._connection.cursor() as cursor:
            cursor.adbc_ingest(table, rows, mode="replace", db_schema_name=schema)

    def tables(self, schema: str) -> Mapping[str, Mapping[str, str]]:
        found = self.arrow(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns "
            f"WHERE table_schema = '{schema}' ORDER BY table_name, ordinal_position"
        )
        tables: dict[str, dict[str, str]] = {}
        for table, column, kind in zip(*(column.to_pylist() for column in found.columns), strict=True):
            tables.setdefault(table, {})[column] = kind
        return tables

    def schemas(self) -> list[str]:
        return list(self.arrow("SELECT schema_name::text FROM information_schema.schemata")[0].to_pylist())

    def interrupt(self) -> None:
        self._connection.adbc_cancel()

    def close(self) -> None:
        self._connection.close()


def _plain(table: pa.Table) -> pa.Table:
    """Decimals, which come as texts of a type of their own, as doubles."""
    import pyarrow as pa

    for place, column in enumerate(table.schema):
        if isinstance(column.type, pa.OpaqueType):
            table = table.set_column(place, column.name, table[place].cast(pa.string()).cast(pa.float64()))
    return table


ENGINE = Engine(
    name="postgres",
    label="PostgreSQL",
    dialect="postgres",
    schemes=("postgresql", "postgres"),
    macros=MACROS,
    rewrites={"Literal": _double},
    analyze="ANALYZE {0}",
    connect=PostgresConnection,
)
