"""SQL as a person would write it: quotes only where they are needed."""

from __future__ import annotations

from functools import cache

import duckdb

from accountlens.warehouses.expand import quoted


def quote(name: str) -> str:
    plain = name.isascii() and name.islower() and name.isidentifier() and name not in reserved()
    return name if plain else quoted(name)


@cache
def reserved() -> frozenset[str]:
    """The words DuckDB keeps to itself."""
    asked = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    return frozenset(row[0] for row in duckdb.connect().execute(asked).fetchall())
