"""How DuckDB would run a SELECT, and what follows for its rows."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb

ROW_WISE = ("PROJECTION", "FILTER", "UNION", "CTE")
SCAN = re.compile(r"\w*SCAN|READ_\w+|EMPTY_RESULT")


def plan_of(con: duckdb.DuckDBPyConnection, select: str) -> Any:
    """Its operators: nodes with `name` and `children`."""
    ((_, text),) = con.execute(f"EXPLAIN (FORMAT json) {select}").fetchall()
    return json.loads(text)[0]


def passes_rows_on(con: duckdb.DuckDBPyConnection, select: str) -> bool:
    """Whether each of its rows comes from one row of a table alone: rows that come in add some and change none."""
    con.execute("PRAGMA disable_optimizer")  # which may leave out what happens to be empty
    try:
        return _is_row_wise(plan_of(con, select))
    finally:
        con.execute("PRAGMA enable_optimizer")


def _is_row_wise(node: Any) -> bool:
    name, children = str(node.get("name", "")).strip(), node.get("children", [])
    if name in ROW_WISE:
        return all(map(_is_row_wise, children))
    return not children and bool(SCAN.fullmatch(name))
