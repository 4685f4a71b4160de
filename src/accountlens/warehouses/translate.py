"""One authored SQL, written for another engine: macros are expanded on the syntax tree, the rest is transpiled."""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from accountlens.errors import AccountlensError
from accountlens.warehouses.macros import MACROS, text_of


def translate(sql: str, engine: str, zone: str = "UTC") -> str:
    """SQL of the portable subset (DuckDB words and `KPI_*` macros) in an engine's own words."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        return str(_expanded(tree, engine, zone).sql(dialect=engine))
    except SqlglotError as error:
        raise AccountlensError(f"This SQL cannot be written for {engine}: {str(error).splitlines()[0]}") from error


def _expanded(tree: Any, engine: str, zone: str) -> Any:
    """Innermost macros first, so that arguments are already in the engine's words."""
    while (macro := _innermost(tree)) is not None:
        arguments = [argument.sql(dialect=engine) for argument in macro.expressions]
        text = text_of(macro.name.upper(), engine, zone)
        if text is None:
            raise AccountlensError(f"There is no macro {macro.name} for {engine}.")
        written = sqlglot.parse_one(text.format(*arguments, zone=zone), read=engine)
        if macro is tree:
            tree = written
        else:
            macro.replace(written)
    return tree


def _innermost(tree: Any) -> Any:
    found = None
    for node in tree.find_all(exp.Anonymous):
        if node.name.upper() in MACROS:
            found = node  # breadth first: the last one lies deepest
    return found
