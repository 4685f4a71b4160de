"""Quarantined rows that somebody mended: `corrections.csv` of the workspace, taken in place of the faulty rows.

A correction names its row by source, number and a digest of the content it had: when that row changes in its source,
the correction is not used any more. The corrected row stands where the faulty one stood, is checked like any other,
and is counted once.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from accountlens.errors import AccountlensError
from accountlens.language.tables import Entity
from accountlens.sources.landed import FaultyRow
from accountlens.sources.mapping import Origin
from accountlens.sources.naming import literal
from accountlens.sources.rows_sql import Step, rows_of
from accountlens.warehouses.expand import quoted

FILE = "corrections.csv"
COLUMNS = ("table", "source", "row_number", "was", "content")  # was: md5 of the content; content: JSON, as mended
TABLE = "_corrections"
SCHEMA = "main"

Faulty = Sequence[tuple[str, FaultyRow]]


def load_corrections(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the corrections of a workspace readable; without any nothing is made."""
    file = folder / FILE
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise AccountlensError(f"The column {' and '.join(missing)} is missing.", FILE)
        rows = [tuple(row[name] for name in COLUMNS) for row in reader]
    kinds = '"table" VARCHAR, source VARCHAR, row_number BIGINT, was VARCHAR, content VARCHAR'
    con.execute(f"CREATE TABLE {SCHEMA}.{TABLE} ({kinds})")
    if rows:
        con.executemany(f"INSERT INTO {SCHEMA}.{TABLE} VALUES (?, ?, try_cast(? AS BIGINT), ?, ?)", rows)


@dataclass(frozen=True)
class Given:
    """The rows of an entity as they came, with their reasons: a table, or a view, made by this SQL."""

    name: str
    sql: str
    is_view: bool


def correct(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    origins: Sequence[Origin],
    staged: Given,
    faulty: Faulty,
    step: Step | None,
) -> tuple[Faulty, int]:
    """Put corrected rows in the place of faulty ones; the lines still faulty, and how many of them are rows now."""
    place = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2"
    if not con.execute(place, [SCHEMA, TABLE]).fetchall():
        return faulty, 0
    lines = _lines(con, entity, faulty)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _mended AS SELECT s._part, s._file, c.source, c.row_number, c.content "
        f"FROM {staged.name} s JOIN {SCHEMA}.{TABLE} c ON c.source = s._source AND c.row_number = s._row "
        f'AND c.was = md5(s._content) WHERE s._reason IS NOT NULL AND c."table" = {literal(entity.name)}'
    )
    for source, line, content in lines:
        file = source.partition("/")[2]
        con.execute("INSERT INTO temp._mended VALUES (0, $1, $2, $3, $4)", [file, source, line.row_number, content])
    if con.execute("SELECT count(*) FROM temp._mended").fetchall() != [(0,)]:
        _exchange(con, entity, origins, staged, step)
    con.execute("DROP TABLE temp._mended")
    mended = {(source, line.row_number) for source, line, _ in lines}
    return [one for one in faulty if (one[0], one[1].row_number) not in mended], len(mended)


def _lines(con: duckdb.DuckDBPyConnection, entity: Entity, faulty: Faulty) -> list[tuple[str, FaultyRow, str]]:
    """Lines that could not be split and are mended: source, line, content."""
    found = []
    for source, line in faulty:
        same = '"table" = $1 AND source = $2 AND row_number = $3 AND was = md5($4)'
        sql = f"SELECT content FROM {SCHEMA}.{TABLE} WHERE {same}"
        rows = con.execute(sql, [entity.name, source, line.row_number, line.content]).fetchall()
        found += [(source, line, row[0]) for row in rows[:1]]
    return found


def _exchange(
    con: duckdb.DuckDBPyConnection, entity: Entity, origins: Sequence[Origin], staged: Given, step: Step | None
) -> None:
    """The corrected rows in the place of those that had faults: in the table, or in the view on the files."""
    schema = staged.name.partition(".")[0]
    came, went = (f"{schema}.{quoted(f'{word} {entity.name}')}" for word in ("came", "went"))
    con.execute(f"CREATE OR REPLACE TABLE {came} AS SELECT * FROM {staged.name} LIMIT 0")
    con.execute(f"CREATE OR REPLACE TABLE {went} AS SELECT source, row_number FROM temp._mended")
    for part, origin in enumerate(origins):
        given = dict.fromkeys(origin.columns.values(), "VARCHAR")
        values = ", ".join(f"content ->> {literal(_path(name))} AS {quoted(name)}" for name in given)
        rows = f"(SELECT {values}, source AS _from, _file, row_number AS _row FROM temp._mended WHERE _part = {part})"
        corrected = replace(origin, relation=rows, source="_from", types=given)
        con.execute(f"INSERT INTO {came} BY NAME {rows_of(entity, corrected, part, step).sql}")
    gone = f"_reason IS NOT NULL AND (_source, _row) IN (SELECT (source, row_number) FROM {went})"
    if staged.is_view:
        kept = f"SELECT * FROM (\n{staged.sql}\n) WHERE NOT coalesce({gone}, false)"
        con.execute(f"CREATE OR REPLACE VIEW {staged.name} AS {kept} UNION ALL BY NAME FROM {came}")
    else:
        con.execute(f"DELETE FROM {staged.name} WHERE {gone}")
        con.execute(f"INSERT INTO {staged.name} BY NAME FROM {came}")


def _path(name: str) -> str:
    """Where a column stands in the JSON of a row."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'
