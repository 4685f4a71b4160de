"""What has come from an API: collected page by page, then settled into the tables that land, all at once.

The kept file has two schemas. `arriving` holds what came since the last whole state, as text, with the position to go
on from: each page is one transaction, so a fetch that dies goes on after its last page. `landed` is the last whole
state: when every stream is through, one transaction brings all that arrived into it, and the positions with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa

from accountlens.errors import AccountlensError
from accountlens.sources.api import rows
from accountlens.sources.api.settling import count_alive, put_away, settle_table
from accountlens.sources.api.system import TEXT, Child, Page, Position, Record, Stream
from accountlens.sources.kept import MEMORY_LIMIT
from accountlens.warehouses.expand import quoted

ROOM = """
CREATE SCHEMA IF NOT EXISTS landed;
CREATE SCHEMA IF NOT EXISTS arriving;
CREATE TABLE IF NOT EXISTS landed._dlt_positions (stream VARCHAR, position VARCHAR);
CREATE TABLE IF NOT EXISTS landed._dlt_digests (tab VARCHAR, digest VARCHAR);
CREATE TABLE IF NOT EXISTS arriving._positions
    (stream VARCHAR, position VARCHAR, whole BOOLEAN, through BOOLEAN, place BIGINT);
CREATE TABLE IF NOT EXISTS arriving._kinds (tab VARCHAR, col VARCHAR, kind VARCHAR);
CREATE TABLE IF NOT EXISTS arriving._gone (stream VARCHAR, key VARCHAR, into_key VARCHAR, place BIGINT);
CREATE TABLE IF NOT EXISTS arriving._alive (stream VARCHAR, key VARCHAR);
"""


class Kept:
    """The kept file of a source, open for writing."""

    def __init__(self, con: duckdb.DuckDBPyConnection, where: str) -> None:
        self.con, self.where = con, where
        con.execute(ROOM)
        known = con.execute("SELECT tab, col, kind FROM arriving._kinds").fetchall()
        self.kinds: dict[tuple[str, str], str | None] = {(tab, col): kind for tab, col, kind in known}
        (self.place,) = con.execute("SELECT coalesce(max(place), 0) FROM arriving._positions").fetchone() or (0,)

    def position(self, stream: str) -> Position:
        """Where a stream goes on: after its last page, else where the last whole state ended."""
        rows = self.con.execute(
            "SELECT position FROM (SELECT 1 AS n, stream, position FROM arriving._positions "
            "UNION ALL SELECT 2, stream, position FROM landed._dlt_positions) WHERE stream = $1 ORDER BY n LIMIT 1",
            [stream],
        ).fetchall()
        return dict(json.loads(rows[0][0])) if rows else {}

    def is_through(self, stream: str) -> bool:
        """Whether all of a stream has come in this fetch, which died in another one."""
        done = self.con.execute("SELECT 1 FROM arriving._positions WHERE stream = $1 AND through", [stream])
        return bool(done.fetchall())

    def collect(self, stream: Stream, page: Page) -> None:
        """Take in a page: its rows and its position, both or neither."""
        with transaction(self.con):
            first = self.place + 1
            self.place += len(page.records) + len(page.gone) + len(page.merged) + 1
            self._take(stream.table, self._rows_of(stream, page.records, first))
            for child in stream.children:
                self._take(child.table, self._rows_inside(stream, child, page.records, first))
            self._insert("_gone", "stream key into_key place", self._gone(stream, page))
            self._insert("_alive", "stream key", [(stream.table, key) for key in page.alive])
            self._remember(stream.table, page)

    def through(self, stream: Stream) -> None:
        """All of it has come."""
        known = self.con.execute("SELECT 1 FROM arriving._positions WHERE stream = $1", [stream.table]).fetchall()
        if not known:
            self.collect(stream, Page((), self.position(stream.table)))
        self.con.execute("UPDATE arriving._positions SET through = true WHERE stream = $1", [stream.table])

    def alive(self, stream: Stream) -> int:
        """How many rows would not be deleted, if what arrived were settled now."""
        return count_alive(self.con, stream)

    def settle(self, streams: Sequence[Stream]) -> tuple[int, list[str]]:
        """Bring all that arrived into what lands. How many rows came or changed, and what to tell of columns."""
        changed = 0
        with transaction(self.con):
            notes = put_away(self.con, {stream.table for stream in streams})
            for stream in streams:
                kinds = {table: self._kinds_of(table) for table in _tables(stream)}
                count, told = settle_table(self.con, stream, kinds)
                changed, notes = changed + count, notes + told
                if count or told or not self._is_told_apart(stream.table):
                    self._tell_apart(_tables(stream))
            self.con.execute(
                "DELETE FROM landed._dlt_positions WHERE stream IN (SELECT stream FROM arriving._positions);"
                "INSERT INTO landed._dlt_positions SELECT stream, position FROM arriving._positions;"
                "DROP SCHEMA arriving CASCADE"
            )
            self.con.execute(ROOM)
        self.kinds, self.place = {}, 0
        return changed, notes

    def _is_told_apart(self, table: str) -> bool:
        return bool(self.con.execute("SELECT 1 FROM landed._dlt_digests WHERE tab = $1", [table]).fetchall())

    def _tell_apart(self, tables: Sequence[str]) -> None:
        """Whoever knows a table by its digest is to read it again."""
        for table in tables:
            self.con.execute("DELETE FROM landed._dlt_digests WHERE tab = $1", [table])
            self.con.execute("INSERT INTO landed._dlt_digests VALUES ($1, $2)", [table, uuid4().hex])

    def _kinds_of(self, table: str) -> dict[str, str | None]:
        return {column: kind for (of, column), kind in self.kinds.items() if of == table}

    def _rows_of(self, stream: Stream, records: Sequence[Record], first: int) -> Iterator[dict[str, rows.Cell]]:
        for number, record in enumerate(records):
            if record.get(stream.key) is None:
                raise AccountlensError(f"A record of {stream.table} has no {stream.key}.", self.where)
            bare: Record = record
            for child in stream.children:
                bare = rows.without(bare, child.inside)
            row = dict(rows.cells(bare, stream.spread, stream.instants))
            yield row | {"_dlt_place": (str(first + number), None), "_dlt_hash": (rows.digest(record), None)}

    def _rows_inside(
        self, stream: Stream, child: Child, records: Sequence[Record], first: int
    ) -> Iterator[dict[str, rows.Cell]]:
        for number, record in enumerate(records):
            owner = rows.cell(record[stream.key])[0]
            for inner in rows.inside(record, child.inside):
                row = dict(rows.cells(inner, child.spread, child.instants))
                yield row | {child.parent: (owner, TEXT), "_dlt_place": (str(first + number), None)}

    def _take(self, table: str, taken: Iterable[dict[str, rows.Cell]]) -> None:
        listed = list(taken)
        if not listed:
            return
        columns = list(dict.fromkeys(name for row in listed for name in row))
        place = f"arriving.{quoted(table)}"
        self.con.execute(f"CREATE TABLE IF NOT EXISTS {place} (_dlt_place VARCHAR)")
        there = {row[0].lower() for row in self.con.execute(f"DESCRIBE {place}").fetchall()}
        for name in columns:
            if name.lower() not in there:
                self.con.execute(f"ALTER TABLE {place} ADD COLUMN {quoted(name)} VARCHAR")
                there.add(name.lower())
        none: rows.Cell = (None, None)
        arrays = [pa.array([row.get(name, none)[0] for row in listed], pa.string()) for name in columns]
        self._append(place, pa.table(arrays, names=columns))
        self._learn_kinds(table, columns, listed)

    def _learn_kinds(self, table: str, columns: Sequence[str], listed: Sequence[Mapping[str, rows.Cell]]) -> None:
        learnt = dict[tuple[str, str], str | None]()
        for name in columns:
            kind = before = self.kinds.get((table, name))
            for row in listed:
                kind = rows.wider(kind, row.get(name, (None, None))[1])
            if kind != before or (table, name) not in self.kinds:
                learnt[table, name] = kind
        if learnt:
            self.kinds |= learnt
            self.con.execute("DELETE FROM arriving._kinds WHERE tab = $1", [table])
            self._insert("_kinds", "tab col kind", [(*of, kind) for of, kind in self.kinds.items() if of[0] == table])

    def _gone(self, stream: Stream, page: Page) -> list[tuple[Any, ...]]:
        went = [(key, None) for key in page.gone] + list(page.merged)
        return [(stream.table, key, into, self.place) for key, into in went]

    def _remember(self, stream: str, page: Page) -> None:
        said = self.con.execute("SELECT bool_or(whole) FROM arriving._positions WHERE stream = $1", [stream]).fetchone()
        whole = page.whole or bool(said and said[0])
        self.con.execute("DELETE FROM arriving._positions WHERE stream = $1", [stream])
        told = (stream, json.dumps(dict(page.position)), whole, False, self.place)
        self._insert("_positions", "stream position whole through place", [told])

    def _insert(self, table: str, columns: str, values: Sequence[tuple[Any, ...]]) -> None:
        if values:
            cells = [list(column) for column in zip(*values, strict=True)]
            self._append(f"arriving.{table}", pa.table(cells, names=columns.split()))

    def _append(self, place: str, given: pa.Table) -> None:
        self.con.register("_page", given)
        self.con.execute(f"INSERT INTO {place} BY NAME SELECT * FROM _page")
        self.con.unregister("_page")


def _tables(stream: Stream) -> list[str]:
    return [stream.table, *(child.table for child in stream.children)]


@contextmanager
def opened(file: Path, where: str) -> Iterator[Kept]:
    """The kept file; it is made where there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        con = duckdb.connect(str(file))
    except duckdb.Error as error:
        what = f"What is kept can't be opened: {str(error).partition(chr(10))[0]}"
        raise AccountlensError(what, where, "Is another refresh under way?") from None
    with con:
        con.execute(f"SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET memory_limit = '{MEMORY_LIMIT}'")
        yield Kept(con, where)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")
