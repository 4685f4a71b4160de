"""PostgreSQL, from version 12 on, by ADBC: rows come and go as Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from accountlens.warehouses.engine import Engine
from accountlens.warehouses.faults import Fault, WarehouseError, told

if TYPE_CHECKING:
    import pyarrow as pa

MACROS = {
    "KPI_SECONDS": "CAST(EXTRACT(EPOCH FROM ({1} - {0})) AS DOUBLE PRECISION)",
    "KPI_ADD_DAYS": "({0} + ({1}) * INTERVAL '24 hours')",
    "KPI_LOCAL": "((({0}) AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')",
    "KPI_UTC": "((({0}) AT TIME ZONE '{zone}') AT TIME ZONE 'UTC')",
    "KPI_WHOLE_DAYS": "(KPI_LOCAL_DATE({1}) - KPI_LOCAL_DATE({0}))",
    "KPI_ADD_MONTHS": "KPI_UTC(KPI_LOCAL({0}) + ({1}) * INTERVAL '1 month')",
    "KPI_QUANTILE": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
    "KPI_NTH": "(ARRAY_AGG({0} ORDER BY {0}))[{1}]",
    "KPI_LATEST": "(ARRAY_AGG({0} ORDER BY {1} DESC))[1]",
    "KPI_EARLIEST": "(ARRAY_AGG({0} ORDER BY {1} ASC))[1]",
}
# What the server says, by its SQLSTATE or by words of what it says: what is wrong, and what to change.
FAULTS = (
    Fault(
        ("could not connect", "connection refused", "could not translate host"),
        "The warehouse cannot be reached.",
        "Start it, or correct the address under 'warehouse'.",
    ),
    Fault(
        ("28P01", "28000", "password authentication", "no password supplied"),
        "The warehouse refuses this user or password.",
        "Correct them under 'warehouse'.",
    ),
    Fault(("3D000",), "There is no such database.", "Correct its name at the end of the address under 'warehouse'."),
    Fault(
        ("42501", "permission denied"),
        "The user may not do this in the warehouse.",
        "Give it the rights that docs/warehouses/postgres.md lists.",
    ),
    Fault(
        ("42P01", "undefined_table"), "A table is missing.", "Correct its name under 'entities', or load it."
    ),
    Fault(
        ("57014", "57P01", "terminating connection", "server closed the connection"),
        "The server ended the query.",
        "Run it again; where a time limit of the server ends it, raise statement_timeout of this user.",
    ),
    Fault(("53",), "The server lacks memory or room.", "Give it more, or lower work_mem of this user."),
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
    connect=PostgresConnection,
)
