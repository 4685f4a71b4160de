"""Tables of an SQLite file.

SQLite lets any value stand in any column. A column of text stays text, as in a CSV file (`007` keeps its zeros); one
of numbers is typed while all its values are numbers, and is text, exactly as stored, where one of them is not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Literal

import duckdb
import pyarrow as pa
from pydantic import Field

from accountlens.errors import AccountlensError
from accountlens.sources.databases import (
    DatabaseSettings,
    Given,
    Wanted,
    choose,
    first_bytes,
    land_all,
    land_batches,
)
from accountlens.sources.incremental import fetch_changes
from accountlens.sources.kept import Fetched, beside
from accountlens.sources.landed import Landed
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

Reading = Callable[[str, int, int], None]
AT_ONCE = 20_000  # rows of a batch
COLUMNS_AT_ONCE = 300  # SQLite gives 2,000 columns at most
EXACT = 2**53  # beyond it a double leaves whole numbers out
ENDINGS = (".sqlite", ".sqlite3", ".db3")
HEAD = b"SQLite format 3\x00"
WAIT_SECONDS = 10


class Settings(DatabaseSettings):
    """Tables and views of an SQLite file."""

    local: ClassVar[bool] = True
    type: Literal["sqlite"] = "sqlite"
    path: str = Field(description="The file, relative to the workspace.")


def recognise(text: str) -> dict[str, str] | None:
    """`sqlite:///crm.db` (three slashes: relative, four: absolute) or a file that is one by its first bytes."""
    if text.startswith("sqlite:"):
        return {"type": "sqlite", "path": text.removeprefix("sqlite:").removeprefix("//").removeprefix("/")}
    if first_bytes(text, len(HEAD)) == HEAD:
        return {"type": "sqlite", "path": text}
    return None


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Copy every table that is asked for, all as of one moment."""
    with _base(name, source, folder) as base:
        return land_all(con, name, base, progress)


def fetch(name: str, source: Settings, folder: Path, file: Path, progress: Reading | None = None) -> Fetched:
    """Bring what changed into the kept file."""
    with beside(file) as con, _base(name, source, folder) as base:
        return fetch_changes(con, name, base, progress)


@contextmanager
def _base(name: str, source: Settings, folder: Path) -> Iterator[_Base]:
    where = f"source '{name}'"
    with _opened(folder / Path(source.path).expanduser(), source.path, where) as base:
        found = base.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        there = {row[0]: f"SELECT * FROM {quoted(row[0])}" for row in found}
        wanted = list(choose(source.tables, there, where, source.path, lambda table: table.name))
        yield _Base(base, wanted, where)


@dataclass
class _Base:
    """An SQLite file that is open."""

    base: sqlite3.Connection
    wanted: Sequence[Wanted]
    where: str
    notes: Sequence[str] = ()
    guesses_types: bool = False

    def copy(self, con: duckdb.DuckDBPyConnection, source: str, table: Wanted) -> Landed:
        return _land_table(con, self.base, source, table, self.where)

    def shape(self, table: Wanted) -> dict[str, str]:
        """Types hang on values, so all of them are looked at."""
        columns = _columns(self.base, table)
        types, _ = _types(self.base, table, columns)
        return {column: str(kind) for column, kind in zip(columns, types, strict=True)}

    def primary_key(self, table: Wanted) -> list[str]:
        rows = self.base.execute("SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", [table.shown])
        return [row[0] for row in rows]

    def quoted(self, name: str) -> str:
        return quoted(name)

    def literal(self, text: str) -> str:
        return literal(text)


@contextmanager
def _opened(path: Path, given: str, where: str) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise AccountlensError(f"There is no file '{given}'.", f"{where}, path", "Paths are read from the workspace.")
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro"
        options: dict[str, Any] = {"timeout": WAIT_SECONDS, "isolation_level": None}
        with closing(
            sqlite3.connect(uri, uri=True, check_same_thread=False, **options)
        ) as base:  # DuckDB's thread reads
            base.execute("BEGIN")  # all tables as of one moment
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield base
    except sqlite3.Error as error:
        raise AccountlensError(f"'{given}' can't be read: {error}.", f"{where}, path", _mend(error)) from error


def _mend(error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return "Another program is writing it; try again when it has finished."
    return "Is it an SQLite file, whole, and yours to read?" if "not a database" in str(error) else ""


def _land_table(
    con: duckdb.DuckDBPyConnection, base: sqlite3.Connection, name: str, wanted: Wanted, where: str
) -> Landed:
    try:
        return _copy(con, base, name, wanted, str)
    except (sqlite3.OperationalError, duckdb.Error, pa.ArrowException) as error:
        if "decode" not in str(error):
            raise AccountlensError(f"{wanted.shown} can't be read: {error}.", f"{where}, tables") from error
    return _copy(con, base, name, wanted, _decoded)


def _copy(
    con: duckdb.DuckDBPyConnection,
    base: sqlite3.Connection,
    name: str,
    wanted: Wanted,
    text: Callable[[bytes], str] | type[str],
) -> Landed:
    base.text_factory = text
    columns = _columns(base, wanted)
    types, notes = (list(wanted.typed.types), list[str]()) if wanted.typed else _types(base, wanted, columns)
    batches = pa.RecordBatchReader.from_batches(
        pa.schema([pa.field(f"c{place}", kind) for place, kind in enumerate(types)]), _batches(base, wanted, types)
    )
    landed = land_batches(con, name, wanted, batches, [Given(column) for column in columns])
    if text is not str:
        notes.append("some texts are not UTF-8; they are read as Windows-1252")
    return Landed(name, landed.table, landed.rows, (), landed.file, (*landed.notes, *notes))


def _columns(base: sqlite3.Connection, wanted: Wanted) -> list[str]:
    return [str(column[0]) for column in base.execute(f"SELECT * FROM ({wanted.select}) LIMIT 0").description]


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")


def _types(base: sqlite3.Connection, wanted: Wanted, columns: Sequence[str]) -> tuple[list[pa.DataType], list[str]]:
    """The type of each column, by how it is declared and by what stands in it; what had to be assumed."""
    declared = dict(base.execute("SELECT name, upper(type) FROM pragma_table_xinfo(?)", [wanted.shown]).fetchall())
    types: list[pa.DataType] = []
    notes: list[str] = []
    for start in range(0, len(columns), COLUMNS_AT_ONCE):
        some = columns[start : start + COLUMNS_AT_ONCE]
        for place, (column, figures) in enumerate(zip(some, _contents(base, wanted, start, len(some)), strict=True)):
            affinity = _affinity(declared.get(column, ""))
            kind = _type(affinity, figures)
            if pa.types.is_string(kind) and affinity in ("integer", "real"):
                notes.append(f"the column {some[place]} holds more than numbers; it is read as text")
            types.append(kind)
    return types, notes


def _contents(base: sqlite3.Connection, wanted: Wanted, start: int, count: int) -> Iterator[tuple[Any, ...]]:
    """For each column: are there integers, reals, texts, blobs, and integers that no double holds."""
    names = [f"c{place}" for place in range(len(_columns(base, wanted)))]
    asked = [
        f"max(typeof({name}) = 'integer'), max(typeof({name}) = 'real'), max(typeof({name}) = 'text'), "
        f"max(typeof({name}) = 'blob'), max(typeof({name}) = 'integer' AND ({name} > {EXACT} OR {name} < -{EXACT}))"
        for name in names[start : start + count]
    ]
    figures = base.execute(
        f"WITH t({', '.join(names)}) AS ({wanted.select}) SELECT {', '.join(asked)} FROM t"
    ).fetchone()
    yield from (figures[5 * place : 5 * place + 5] for place in range(count))


def _affinity(declared: str) -> str:
    """https://www.sqlite.org/datatype3.html, section 3.1."""
    rules = {"INT": "integer", "CHAR": "text", "CLOB": "text", "TEXT": "text", "BLOB": "none", "REAL": "real"}
    for word, affinity in {**rules, "FLOA": "real", "DOUB": "real", "DEC": "real"}.items():
        if word in declared:
            return affinity
    return "numeric" if declared else "none"


def _type(affinity: str, contents: tuple[Any, ...]) -> pa.DataType:
    integers, reals, texts, blobs, beyond = contents
    if texts or blobs:
        return pa.string()
    if not integers and not reals:
        return {"integer": pa.int64(), "real": pa.float64()}.get(affinity, pa.string())
    if not reals and affinity != "real":
        return pa.int64()
    return pa.string() if beyond else pa.float64()


def _batches(base: sqlite3.Connection, wanted: Wanted, types: Sequence[pa.DataType]) -> Iterator[pa.RecordBatch]:
    cursor = base.execute(wanted.select)
    names = [f"c{place}" for place in range(len(types))]
    makers = [partial(_array, kind) for kind in types]
    while rows := cursor.fetchmany(AT_ONCE):
        cells = zip(*rows, strict=True)
        yield pa.RecordBatch.from_arrays(
            [make(list(column)) for make, column in zip(makers, cells, strict=True)], names
        )


def _array(kind: pa.DataType, cells: list[Any]) -> pa.Array:
    if pa.types.is_string(kind):
        return pa.array([_text(cell) for cell in cells], kind)
    if pa.types.is_floating(kind):
        return pa.array([None if cell is None else float(cell) for cell in cells], kind)
    return pa.array(cells, kind)


def _text(cell: Any) -> str | None:
    """As it is stored; a number in its shortest form that reads back as the same, bytes as text where they are text."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bytes):
        try:
            return cell.decode("utf-8")
        except UnicodeDecodeError:
            return cell.hex()
    return str(cell)
