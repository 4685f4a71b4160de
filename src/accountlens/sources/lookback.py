"""From where on a table is read again: the greatest cursor that is kept, less what may have been committed late."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import duckdb

from accountlens.errors import AccountlensError
from accountlens.language.schedule import parse_span
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

TIME_BACK, DAY_BACK = timedelta(hours=1), timedelta(days=1)  # where nothing is said
NUMBER_BACK = 1_000
AHEAD = timedelta(days=1)  # that clocks and zones may differ; what lies further in the future is no last change
TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


def since(
    con: duckdb.DuckDBPyConnection, relation: str, column: str, kind: str, lookback: str | int | None
) -> str | None:
    """The value from which on rows are asked for, as text; None: all of them.

    `kind` is the column's type in DuckDB. Times go back by a span, numbers by a number, other texts not at all.
    """
    if kind == "VARCHAR":
        return _since_text(con, relation, column, lookback)
    if _is_time(kind):
        back = parse_span(lookback) if isinstance(lookback, str) else DAY_BACK if kind == "DATE" else TIME_BACK
        return _one(con, relation, column, kind, f"INTERVAL '{int(back.total_seconds())} seconds'", _latest())
    return _one(con, relation, column, kind, str(NUMBER_BACK if lookback is None else lookback))


def expect_fit(column: str, kind: str, lookback: str | int | None, where: str) -> None:
    """An error where one can't be taken from the other."""
    if lookback is not None and isinstance(lookback, int) == (_is_time(kind) or kind == "VARCHAR"):
        asked = "a number" if not isinstance(lookback, int) else "a span of time like 2h"
        raise AccountlensError(f"lookback {lookback} does not fit the cursor {column}: it must be {asked}.", where)


def _is_time(kind: str) -> bool:
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def _one(
    con: duckdb.DuckDBPyConnection, relation: str, column: str, kind: str, back: str, latest: str = ""
) -> str | None:
    cell = quoted(column)
    among = f"WHERE {cell} <= CAST({literal(latest)} AS {kind})" if latest else ""
    ((found,),) = con.execute(
        f"SELECT CAST(CAST(max({cell}) - {back} AS {kind}) AS VARCHAR) FROM {relation} {among}"
    ).fetchall()
    return None if found is None else str(found)


def _since_text(con: duckdb.DuckDBPyConnection, relation: str, column: str, lookback: str | int | None) -> str | None:
    """A time that is written as text goes back like one; what it is written with behind the second does no harm."""
    cell = quoted(column)
    ((top,),) = con.execute(f"SELECT max({cell}) FROM {relation}").fetchall()
    if top is None or not TIME_TEXT.match(top):
        return None if top is None else str(top)
    ((top,),) = con.execute(f"SELECT max({cell}) FROM {relation} WHERE {cell} <= {literal(_latest())}").fetchall()
    if top is None or not TIME_TEXT.match(top):
        return None
    back = parse_span(lookback) if isinstance(lookback, str) else TIME_BACK
    try:
        return (datetime.fromisoformat(top[:19]) - back).isoformat(top[10], "seconds")
    except ValueError:
        return str(top)


def _latest() -> str:
    return (datetime.now(UTC) + AHEAD).strftime("%Y-%m-%d %H:%M:%S")
