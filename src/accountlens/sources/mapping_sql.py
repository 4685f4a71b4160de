"""A mapping written as SQL: run once, its rows numbered, its faults told with their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from accountlens.errors import Problem, ProblemsError, suggest
from accountlens.warehouses.expand import quoted
from accountlens.warehouses.plans import passes_rows_on, plan_of

MAPPED = "_mapped"  # the schema of the results
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
DOTTED = re.compile(r'"?(\w+)"?\s*\.\s*"?(\w+)"?')
PASSING_ON = ("PROJECTION", "FILTER", "LIMIT", "STREAMING_LIMIT")  # operators that keep the order of rows
IN_ORDER = re.compile(r"ORDER_BY|TOP_N|\w*SCAN|READ_\w+|EMPTY_RESULT")


def read_mapping(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(shown, 1, f"The file is not UTF-8 text: {error.reason}.")]) from error


def run_mapping(
    con: duckdb.DuckDBPyConnection, entity: str, text: str, shown: str, tables: Iterable[tuple[str, str]]
) -> str:
    """Make the table of a mapping's rows, with `_row` and `_file` where the SELECT gives none: its name."""
    relation = f"{quoted(MAPPED)}.{quoted(entity)}"
    try:
        statements = con.extract_statements(text)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ProblemsError([Problem(shown, 1, "A mapping is exactly one SELECT.")])
        select = _without_end(statements[0].query)
        columns = [row[0] for row in con.execute(f"DESCRIBE {select}").fetchall()]
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(MAPPED)}")
        con.execute(f"CREATE OR REPLACE TABLE {relation} AS {_numbered(con, select, columns)}")
    except duckdb.Error as error:
        raise ProblemsError([_problem(shown, error, [".".join(table) for table in tables])]) from error
    return relation


def _without_end(select: str) -> str:
    """The statement without its semicolon and what is noted behind it."""
    head, _, tail = select.rpartition(";")
    return select if COMMENT.sub("", tail).strip() or not head else head


def tables_read(text: str, tables: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the landed tables that the SQL names as `source.table`."""
    bare = COMMENT.sub(" ", text)
    named = {(left.lower(), right.lower()) for left, right in DOTTED.findall(bare)}
    return [table for table in tables if (table[0].lower(), table[1].lower()) in named]


def _numbered(con: duckdb.DuckDBPyConnection, select: str, columns: list[str]) -> str:
    """Number rows as they come where that order is sure to be the same each time, else by content."""
    own = {column.lower() for column in columns}
    added = "" if "_file" in own else ", CAST(NULL AS VARCHAR) AS _file"
    if "_row" not in own:
        order = "" if _keeps_order(plan_of(con, select)) else f"ORDER BY {', '.join(map(quoted, columns))}"
        added += f", row_number() OVER ({order}) AS _row"
    return f"SELECT *{added} FROM ({select}\n)"  # on the first line, so that faults name the right one


def is_row_wise(con: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Whether each row of a mapping comes from one row of a table alone: what comes in adds rows and changes none."""
    return passes_rows_on(con, _without_end(text))


def _keeps_order(node: Any) -> bool:
    """Whether two runs surely give the rows in one order: that of the files, or one that is asked for."""
    name, children = str(node.get("name", "")).strip(), node.get("children", [])
    if name == "UNION" or (name in PASSING_ON and children):
        return all(map(_keeps_order, children))
    return bool(IN_ORDER.fullmatch(name))


def _problem(shown: str, error: duckdb.Error, tables: list[str]) -> Problem:
    """DuckDB's message on one line, with the line of the file, and our tables as the suggestion."""
    head, _, place = str(error).partition("\n\nLINE ")
    what = re.sub(r"^\w[\w ]*? Error: ", "", " ".join(head.split()))
    what, _, hint = what.partition(" Did you mean ")
    line = re.match(r"(\d+):", place)
    mend = f"Did you mean {hint}" if hint else ""
    missing = re.search(r'Table with name "?([\w.]+)"? does not exist', what)
    if missing:
        mend = suggest(missing[1], tables) or f"There are: {', '.join(tables) or 'none'}."
        what = f"There is no table '{missing[1]}'."
    return Problem(shown, int(line[1]) if line else 1, what, mend)
