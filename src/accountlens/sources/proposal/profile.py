"""Looks at every table and column: how full, how many different values, what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb

from accountlens.language.numbers import count
from accountlens.sources.landed import Landed
from accountlens.sources.naming import OWN_COLUMNS, literal
from accountlens.sources.proposal.detect import Values, kinds
from accountlens.sources.proposal.sqltext import quote
from accountlens.warehouses.expand import quoted

MOST_VALUES = 400  # of a column are looked at
LARGE = 1_000_000  # rows; above, different values are estimated, and every n-th row is looked at
EVERY = 200_000  # rows looked at in a large table
AT_ONCE = 50  # columns in one query
SAMPLE = "_looked_at"


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a table as it landed."""

    name: str
    type: str
    rows: int
    filled: int
    distinct: int
    values: Values  # the most frequent ones
    least: float | None = None  # the smallest number

    @cached_property
    def kinds(self) -> Mapping[str, float]:
        found = kinds(self.values)
        typed = _KIND_OF_TYPE.get(self.type.split("(")[0])
        return {**found, typed: 1.0} if typed else found

    def is_a(self, kind: str, share: float = 0.9) -> bool:
        return self.filled > 0 and self.kinds.get(kind, 0.0) >= share

    @property
    def unique(self) -> bool:
        return self.filled > 0 and self.distinct >= (0.97 if self.rows > LARGE else 0.999) * self.filled

    @property
    def complete(self) -> bool:
        return self.filled == self.rows

    @property
    def few(self) -> bool:
        """Whether the values looked at are all there are."""
        return self.distinct <= MOST_VALUES


_KIND_OF_TYPE = {
    "DOUBLE": "number", "FLOAT": "number", "DECIMAL": "number", "BIGINT": "number", "INTEGER": "number",
    "SMALLINT": "number", "TINYINT": "number", "HUGEINT": "number", "UBIGINT": "number", "UINTEGER": "number",
    "TIMESTAMP": "time", "TIMESTAMP WITH TIME ZONE": "time", "TIMESTAMP_NS": "time", "DATE": "time", "BOOLEAN": "flag",
}  # fmt: skip


@dataclass(frozen=True)
class TableProfile:
    """One landed table, or sister tables of one header read as one."""

    name: str
    relation: str  # what stands after FROM
    rows: int
    columns: Mapping[str, ColumnProfile]
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    landed: tuple[str, ...] = ()  # `source.table` of each landed table in it


def profile(
    con: duckdb.DuckDBPyConnection, landed: Sequence[Landed], apart: Collection[str] = ()
) -> list[TableProfile]:
    """Every landed table; sisters (one header, at least three columns) are one, but for names that stay apart."""
    plain = [_profile(con, *described) for described in _described(landed)]
    own = [table for table in plain if table.name in apart]
    return [*own, *_sisters(con, [table for table in plain if table.name not in apart])]


def _described(landed: Sequence[Landed]) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    for source, table in dict.fromkeys((item.source, item.table) for item in landed):
        mine = [item for item in landed if (item.source, item.table) == (source, table)]
        notes = [f"{item.file}: {note}" for item in mine for note in item.notes]
        notes += [
            f"{item.file}: {count(len(item.faulty), 'line')} can't be read, such as {item.faulty[0].reason}"
            for item in mine
            if item.faulty
        ]
        yield table, f"{quote(source)}.{quote(table)}", tuple(item.file for item in mine), tuple(notes)


def _profile(
    con: duckdb.DuckDBPyConnection, name: str, relation: str, files: tuple[str, ...], notes: tuple[str, ...]
) -> TableProfile:
    (rows,) = con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {row[0]: str(row[1]) for row in described if row[0] not in OWN_COLUMNS}
    some = f"WHERE _row % {rows // EVERY} = 0" if rows > LARGE else ""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {SAMPLE} AS SELECT * FROM {relation} {some}")
    columns = {}
    for start in range(0, len(types), AT_ONCE):
        for column, figures in _figures(con, relation, list(types)[start : start + AT_ONCE], rows).items():
            filled, distinct, least = figures
            values = _values(con, column)
            columns[column] = ColumnProfile(column, types[column], rows, filled, distinct, values, least)
    return TableProfile(name, relation, rows, columns, files, notes, (relation,))


def _figures(
    con: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], rows: int
) -> dict[str, tuple[int, int, float | None]]:
    """How many cells are filled, how many values differ, and the smallest number."""
    different = "approx_count_distinct" if rows > LARGE else "count(DISTINCT"
    asked = []
    for column in columns:
        cell = quoted(column)
        number = f"min(TRY_CAST(CAST({cell} AS VARCHAR) AS DOUBLE))"
        asked += [f"count({cell})", f"{different}({cell}){')' if rows <= LARGE else ''}", number]
    figures = con.execute(f"SELECT {', '.join(asked)} FROM {relation if rows > LARGE else SAMPLE}").fetchone() or ()
    return {column: figures[3 * place : 3 * place + 3] for place, column in enumerate(columns)}


def _values(con: duckdb.DuckDBPyConnection, column: str) -> Values:
    cell = quoted(column)
    found = con.execute(
        f"SELECT left(CAST({cell} AS VARCHAR), 200), count(*) FROM {SAMPLE} "
        f"WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}"
    ).fetchall()
    return tuple((text, count) for text, count in found if text is not None)


def _sisters(con: duckdb.DuckDBPyConnection, tables: Sequence[TableProfile]) -> Iterator[TableProfile]:
    groups: dict[frozenset[str], list[TableProfile]] = {}
    for table in tables:
        groups.setdefault(frozenset(name.lower() for name in table.columns), []).append(table)
    for header, group in groups.items():
        if len(group) == 1 or len(header) < 3:
            yield from group
            continue
        part = "sheet" if "sheet" not in header else "part"
        selects = [f"SELECT *, {literal(table.name)} AS {part} FROM {table.relation}" for table in group]
        relation = "(" + "\n    UNION ALL BY NAME ".join(selects) + ")"
        files = tuple(file for table in group for file in table.files)
        notes = tuple(note for table in group for note in table.notes)
        name = group[0].name + (f"_and_{len(group) - 1}_more" if len(group) > 2 else f"_and_{group[1].name}")
        joined = _profile(con, name, relation, files, notes)
        yield TableProfile(
            joined.name, relation, joined.rows, joined.columns, files, notes, tuple(table.relation for table in group)
        )
