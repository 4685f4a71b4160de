"""Which types a kept table has: Arrow types brought to those that Delta, Parquet and DuckDB all know."""

from __future__ import annotations

from collections import Counter
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.types as pt

from accountlens.errors import AccountlensError

_SIGNED = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
}
_AS_TEXT = (pt.is_null, pt.is_large_string, pt.is_string_view)
_AS_BYTES = (pt.is_large_binary, pt.is_fixed_size_binary, pt.is_binary_view)
_REFUSED = (pt.is_time, pt.is_interval, pt.is_duration, pt.is_union, pt.is_decimal256)


def kept_schema(schema: pa.Schema, table: str) -> pa.Schema:
    """The schema a table is kept with: same columns, same order, every type one that survives."""
    folded = Counter(name.lower() for name in schema.names)
    twice = sorted(name for name in schema.names if folded[name.lower()] > 1)
    if twice:
        raise AccountlensError(f"Columns with one name: {', '.join(twice)}.", where=f"table '{table}'")
    return pa.schema([pa.field(field.name, _kept(field, table)) for field in schema])


def _kept(field: pa.Field, table: str) -> pa.DataType:
    type_ = field.type
    if isinstance(type_, pa.BaseExtensionType):
        type_ = type_.storage_type
    if pt.is_dictionary(type_):
        type_ = type_.value_type
    if any(is_it(type_) for is_it in _REFUSED):
        raise AccountlensError(
            f"Column '{field.name}' has the type {type_}, which Delta tables don't know.",
            where=f"table '{table}'",
            mend="Cast it to text or to a number.",
        )
    if any(is_it(type_) for is_it in _AS_TEXT):
        return pa.string()
    if any(is_it(type_) for is_it in _AS_BYTES):
        return pa.binary()
    if pt.is_timestamp(type_):
        return pa.timestamp("us", "UTC" if type_.tz else None)
    if pt.is_date(type_):
        return pa.date32()
    return _SIGNED.get(type_, type_)


def duckdb_columns(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    """Name and DuckDB type of each column, as DuckDB itself says them."""
    with _duckdb().cursor() as connection:
        relation = connection.from_arrow(schema.empty_table())
        return tuple(zip(relation.columns, map(str, relation.types), strict=True))


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # one for all tables: opening it takes longer than asking it
