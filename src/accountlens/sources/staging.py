"""Which rows of an entity are accepted, which are duplicates, and which are quarantined, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from accountlens.errors import Problem
from accountlens.language.tables import Column, Entity, OpenColumn
from accountlens.sources.corrections import Given, correct
from accountlens.sources.landed import FaultyRow
from accountlens.sources.mapping import Origin
from accountlens.sources.naming import literal
from accountlens.sources.rows_sql import Rows, Step, rows_of
from accountlens.store.snapshots import Balance
from accountlens.warehouses.expand import quoted

STAGED = "_staged"  # schema: rows with their reasons
REPEATED = "_repeated"  # schema: hashes of keys that stand more than once
RIVALS = "_rivals"  # schema: the rows that have these keys
QUARANTINE = "_quarantined"
LARGE_ROWS = 1_000_000  # from here on rows are not copied into the connection but read again


@dataclass(frozen=True)
class Staged:
    """The accepted rows of an entity as SQL, without an order, and what became of all of them."""

    select: str
    columns: tuple[str, ...]
    balance: Balance
    warnings: tuple[Problem, ...]


def make_room(con: duckdb.DuckDBPyConnection) -> None:
    """The schemas that staging fills, empty."""
    for schema in (STAGED, REPEATED, RIVALS):
        con.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
    con.execute(
        f"CREATE OR REPLACE TABLE {QUARANTINE} "
        '("table" VARCHAR, source VARCHAR, row_number BIGINT, reason VARCHAR, content VARCHAR)'
    )


def stage(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    origins: Sequence[Origin],
    faulty: Sequence[tuple[str, FaultyRow]] = (),
    step: Step | None = None,
    large_rows: int | None = None,
) -> Staged:
    """Check every row of the origins. `step` may add columns and checks to the clean rows (money does)."""
    parts = [rows_of(entity, origin, place, step) for place, origin in enumerate(origins)]
    (given,) = _one(con, " + ".join(f"(SELECT count(*) FROM {origin.relation})" for origin in origins))
    columns = _columns(parts)
    staged = f"{STAGED}.{quoted(entity.name)}"
    kind = "VIEW" if given >= (LARGE_ROWS if large_rows is None else large_rows) else "TABLE"
    sql = "\nUNION ALL BY NAME\n".join(rows.sql for rows in parts)
    con.execute(f"CREATE {kind} {staged} AS {sql}")
    faulty, mended = correct(con, entity, origins, Given(staged, sql, kind == "VIEW"), faulty, step)
    given += mended  # lines that could not be split, and are rows now
    bad = _quarantine(con, entity, staged, faulty)
    valid = f"{staged} WHERE {'_reason IS NULL' if bad else 'true'}"
    select, duplicates, told = _without_repeated(con, entity, valid, columns)
    (accepted,) = _one(con, f"(SELECT count(*) FROM ({select}))")
    balance = Balance(entity.name, given + len(faulty), accepted, duplicates, bad + len(faulty))
    assert balance.whole, balance
    return Staged(select, columns, balance, (*told, *_unread(con, entity, origins, parts)))


def _columns(parts: Sequence[Rows]) -> tuple[str, ...]:
    """All columns of all parts; names that differ by capitals are one column, as the first part spells it."""
    found: dict[str, str] = {}
    for rows in parts:
        for name in rows.columns:
            found.setdefault(name.lower(), name)
    return tuple(found.values())


def clear(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Drop what staging an entity made, when its rows are kept elsewhere."""
    found = con.execute(
        "SELECT table_schema, table_type FROM information_schema.tables WHERE table_name = $1 "
        "AND list_contains($2, table_schema)",
        [entity.name, [STAGED, REPEATED, RIVALS]],
    ).fetchall()
    for schema, kind in found:
        con.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {schema}.{quoted(entity.name)}")


def _quarantine(
    con: duckdb.DuckDBPyConnection, entity: Entity, staged: str, faulty: Sequence[tuple[str, FaultyRow]]
) -> int:
    """Put faulty rows aside; how many of those that could be split."""
    name = literal(entity.name)
    con.execute(
        f"INSERT INTO {QUARANTINE} SELECT {name}, _source, _row, _reason, _content FROM {staged} "
        "WHERE _reason IS NOT NULL ORDER BY _part, _file, _row, _content"
    )
    (bad,) = _one(con, f'(SELECT count(*) FROM {QUARANTINE} WHERE "table" = {name})')
    if faulty:
        rows = pa.table(
            {
                "source": [source for source, _ in faulty],
                "row_number": [row.row_number for _, row in faulty],
                "reason": [row.reason for _, row in faulty],
                "content": [row.content for _, row in faulty],
            }
        )
        con.register("_faulty", rows)
        con.execute(f"INSERT INTO {QUARANTINE} SELECT {name}, source, row_number, reason, content FROM _faulty")
        con.unregister("_faulty")
    return bad


def _without_repeated(
    con: duckdb.DuckDBPyConnection, entity: Entity, valid: str, columns: Sequence[str]
) -> tuple[str, int, list[Problem]]:
    """The rows, each key once: the row loaded last. Only keys that do repeat are ever sorted.

    A hash that stands once proves its key unique; keys whose hashes only collide are told apart by the window.
    """
    listed = ", ".join(map(quoted, columns))
    key = ", ".join(map(quoted, entity.key)) or listed
    repeated, rivals = (f"{schema}.{quoted(entity.name)}" for schema in (REPEATED, RIVALS))
    con.execute(
        f"CREATE TABLE {repeated} AS SELECT key FROM (SELECT hash({key}) AS key FROM {valid}) "
        "GROUP BY key HAVING count(*) > 1"
    )
    if not _one(con, f"(SELECT count(*) FROM {repeated})")[0]:
        return f"SELECT {listed} FROM {valid}", 0, []
    inside = f"hash({key}) IN (SELECT key FROM {repeated})"
    con.execute(f"CREATE TABLE {rivals} AS SELECT {listed}, _part, _file, _row FROM {valid} AND {inside}")
    versions = f"SELECT count(*) AS _rows, count(DISTINCT hash({listed})) AS _versions FROM {rivals} GROUP BY {key}"
    keys, rows, older = _one(con, f"count(*), sum(_rows), sum(_versions - 1) FROM ({versions})")
    last_first = f"_part DESC, _file DESC NULLS LAST, _row DESC, hash({listed})"
    placed = f"SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {last_first}) AS _place FROM {rivals}"
    winners = f"SELECT {listed} FROM ({placed}) WHERE _place = 1"
    select = f"SELECT {listed} FROM {valid} AND NOT {inside} UNION ALL {winners}"
    return select, rows - keys, list(_replaced(entity, older))


def _replaced(entity: Entity, count: int) -> Iterator[Problem]:
    if count:
        what = f"Older versions of rows, by {' and '.join(entity.key)}: {count}."
        yield Problem(entity.name, 0, what, "The last one loaded counts, the others are duplicates.", "warning")


def _unread(
    con: duckdb.DuckDBPyConnection, entity: Entity, origins: Sequence[Origin], parts: Sequence[Rows]
) -> Iterator[Problem]:
    for origin, rows in zip(origins, parts, strict=True):
        (found,) = con.execute(rows.unread).fetchall() if rows.flags else ((),)
        for column, count, shown in zip(rows.flags, found[::2], found[1::2], strict=True):
            if count:
                what = f"Neither yes nor no is {entity.name}.{column} in rows: {count} (such as '{shown}')."
                yield Problem(origin.shown, 0, what, "It counts as unknown there.", "warning")


def unusual_values(
    rows: Callable[[str], Sequence[tuple[Any, ...]]], entity: Entity, relation: str
) -> Iterator[Problem]:
    """Values of open vocabularies that no definition knows, by what gives the rows of a SELECT. They are kept."""
    for column in entity.columns.values():
        words = _vocabulary(column)
        if not words:
            continue
        name = quoted(column.name)
        found = rows(
            f"SELECT {name}, COUNT(*) AS n FROM {relation} WHERE {name} NOT IN ({', '.join(map(literal, words))}) "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        if found:
            shown = ", ".join(f"'{value}' ({count})" for value, count in found[:5])
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            what = f"{entity.name}.{column.name} has values that no definition knows: {shown}{more}."
            yield Problem(entity.name, 0, what, f"Known: {', '.join(words)}.", "warning")


def reading(con: duckdb.DuckDBPyConnection) -> Callable[[str], list[tuple[Any, ...]]]:
    """What gives the rows of a SELECT here."""
    return lambda select: con.execute(select).fetchall()


def _vocabulary(column: Column) -> tuple[str, ...]:
    """The words of a column where others are kept."""
    if isinstance(column, OpenColumn):
        return column.usual
    return () if column.required else column.values


def _one(con: duckdb.DuckDBPyConnection, select: str) -> tuple[int, ...]:
    (found,) = con.execute(f"SELECT {select}").fetchall()  # whole: a half-read result blocks the connection
    return tuple(found)
