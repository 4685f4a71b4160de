"""Rows made anew in part, joined to what they were: spans that go on, numbers that are counted on, rows that merge."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from accountlens.language.reach import Reach
from accountlens.refresh.changes import Delta
from accountlens.warehouses.expand import quoted


def join(con: duckdb.DuckDBPyConnection, key: Sequence[str], reach: Reach, delta: Delta) -> None:
    """Give the rows that came what they have of earlier ones; `_cuts` says from when on a part is made anew."""
    if reach.until:
        _join_spans(con, key, reach, delta)
    if reach.numbered:
        _count_on(con, key, reach, delta)


def merged(key: Sequence[str], reach: Reach, columns: Sequence[str], came: str, went: str) -> str:
    """SELECT of rows made of what they were, and of the same rows made of the events that came alone."""
    aggregates = reach.merged or {}
    told = ", ".join(
        quoted(name) if name in key else f"{aggregates.get(name, 'MIN')}({quoted(name)}) AS {quoted(name)}"
        for name in columns
    )
    by = ", ".join(map(quoted, key))
    return f"SELECT {told} FROM (SELECT * FROM {came} UNION ALL SELECT * FROM {went}) GROUP BY {by}"


def _join_spans(con: duckdb.DuckDBPyConnection, key: Sequence[str], reach: Reach, delta: Delta) -> None:
    """A span that the change cuts through begins where it did; only its end is known anew."""
    begin, end = quoted(reach.at), quoted(reach.until)
    same = _same([name for name in key if name != reach.at])  # a part may hold spans of several
    con.execute(
        f"CREATE OR REPLACE TABLE {delta.came} AS "
        f"SELECT n.* FROM {_cut(reach, delta)} WHERE c.since IS NULL OR n.{begin} >= c.since UNION ALL "
        f"SELECT o.* REPLACE (n.{end} AS {end}) FROM {_cut(reach, delta)} "
        f"JOIN {delta.went} o ON {same} AND o.{begin} < c.since "
        f"WHERE n.{begin} < c.since"
    )


def _count_on(con: duckdb.DuckDBPyConnection, key: Sequence[str], reach: Reach, delta: Delta) -> None:
    """Rows before the change keep their number, and what they say of the row before; those after it are counted on."""
    at, number = quoted(reach.at), quoted(reach.numbered)
    kept = ", ".join(f"o.{name} AS {name}" for name in map(quoted, (reach.numbered, *reach.looks_back)))
    before = f"{_cut(reach, delta)} JOIN {delta.went} o ON {_same(key)} WHERE n.{at} < c.since"
    con.execute(
        f"CREATE OR REPLACE TABLE {delta.came} AS SELECT n.* REPLACE ({kept}) FROM {before} UNION ALL "
        f"SELECT n.* REPLACE (n.{number} + coalesce(s.more, 0) AS {number}) FROM {_cut(reach, delta)} LEFT JOIN "
        f"(SELECT c.part, max(o.{number} - n.{number}) AS more FROM {before} GROUP BY c.part) s "
        f"ON s.part IS NOT DISTINCT FROM c.part WHERE c.since IS NULL OR n.{at} >= c.since"
    )


def _cut(reach: Reach, delta: Delta) -> str:
    """The rows that came beside the cut of their part."""
    return f"{delta.came} n JOIN temp._cuts c ON c.part IS NOT DISTINCT FROM n.{reach.by}"


def _same(key: Sequence[str]) -> str:
    return " AND ".join(f"o.{quoted(name)} IS NOT DISTINCT FROM n.{quoted(name)}" for name in key) or "true"


def one_by_one(part: str) -> list[str]:
    """COALESCE over columns, column by column: DuckDB leaves out rows while it reads only by a column itself."""
    columns = re.fullmatch(r"COALESCE\((\w+(?:, \w+)*)\)", part)
    names = columns[1].split(", ") if columns else [f"({part})"]
    return [" AND ".join([*(f"{other} IS NULL" for other in names[:place]), name]) for place, name in enumerate(names)]
