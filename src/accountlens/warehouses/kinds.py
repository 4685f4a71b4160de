"""What a warehouse calls the type of a column, in DuckDB's words: what reads columns knows these alone."""

from __future__ import annotations

from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from accountlens.warehouses.engine import Engine

UNREAD = "UNKNOWN"  # a type that nothing here reads
ZONED = "TIMESTAMP WITH TIME ZONE"
# SQLGlot's kinds of type → DuckDB's; sizes of texts and numbers bear on nothing.
KINDS = {
    **dict.fromkeys((*exp.DataType.TEXT_TYPES, exp.DType.UUID, exp.DType.NAME), "VARCHAR"),
    **dict.fromkeys(exp.DataType.INTEGER_TYPES, "BIGINT"),
    **dict.fromkeys(exp.DataType.FLOAT_TYPES, "DOUBLE"),
    **dict.fromkeys((exp.DType.DECIMAL, exp.DType.DECIMAL32, exp.DType.DECIMAL64, exp.DType.BIGDECIMAL), "DOUBLE"),
    **dict.fromkeys((exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME), "TIMESTAMP"),
    **dict.fromkeys((exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ), ZONED),
    exp.DType.DATE: "DATE",
    exp.DType.BOOLEAN: "BOOLEAN",
}


def kind_of(engine: Engine, told: str) -> str:
    """DuckDB's name of a type, as the engine tells it; `UNREAD` for lists, structs and what nobody knows."""
    try:
        return KINDS.get(exp.DataType.build(told, dialect=engine.dialect).this, UNREAD)
    except SqlglotError:
        return UNREAD
