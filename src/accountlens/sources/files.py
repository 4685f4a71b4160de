"""Lands files in DuckDB: each table as it stands in its file, with `_row` and `_file` beside it.

`_row` counts the data rows of the file from 1, faulty ones included; blank lines and the header don't count.
In a text file without blank lines and without line breaks inside cells, row n stands on line n + 1.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import duckdb
from pydantic import ConfigDict, Field, field_validator

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.delimited import land_text
from accountlens.sources.excel import land_excel
from accountlens.sources.jsonfile import land_json
from accountlens.sources.landed import LANDING, FaultyRow, Landed, Part
from accountlens.sources.naming import OWN_COLUMNS, literal, table_name, told, undated
from accountlens.sources.objects import is_remote
from accountlens.sources.secrets import bare_secret
from accountlens.sources.shelf import Shelf
from accountlens.sources.sniff import SUFFIXES, kind_of, stem, suffix
from accountlens.warehouses.expand import quoted

__all__ = ["FaultyRow", "Landed", "find_files", "land"]


class FilesSettings(SourceSettings):
    """Files in a folder."""

    model_config = ConfigDict(extra="forbid")

    local: ClassVar[bool] = True
    type: Literal["files"] = "files"
    path: str | None = Field(None, description="A file, a folder or a glob, relative to the workspace; or s3://...")

    @field_validator("path")
    @classmethod
    def _names_its_secrets(cls, path: str | None) -> str | None:
        if path and is_remote(path) and bare_secret(path):
            raise ValueError("a secret stands in it; write ${A_NAME} in its place")
        return path

    @property
    def keeps(self) -> bool:
        """Objects of a store elsewhere are copied; files are read where they stand."""
        return is_remote(self.path)


Progress = Callable[[str, int, int], None]  # file, files done, files in all
GLOB = "*?["
NAMELESS_SHEET = re.compile(r"[\W\d_q]+|(?:sheet|tabelle|feuil|hoja|foglio|blad|arkusz)\s?\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Leg:
    """One file (or sheet) on its way into a table."""

    file: str
    whole: str  # the table's name by the whole stem
    short: str  # the table's name without dates and part numbers
    part: Part


def land(
    con: duckdb.DuckDBPyConnection,
    name: str,
    source: FilesSettings,
    folder: Path,
    progress: Progress | None = None,
    shelf: Shelf | None = None,
) -> list[Landed]:
    """Make the relations `"<name>"."<table>"` of a source; one `Landed` for each file of each table.

    Files whose names differ only in a trailing date or part number are one table when their columns agree.
    Files that the shelf knows again have their columns and no rows, until it wants them.
    Rows keep the order of the file as long as the connection keeps `preserve_insertion_order` (the default).
    """
    found, root = find_files(name, source.path, folder)
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(LANDING)}; CREATE SCHEMA IF NOT EXISTS {quoted(name)}")
    legs, homes = list[Leg](), dict[str, str]()
    for done, path in enumerate(found):
        shown = path.relative_to(root).as_posix()
        if progress:
            progress(shown, done, len(found))
        taken = list(_legs(con, name, path, shown, shelf))
        homes |= {leg.file: f"{name}/{shown}" for leg in taken}
        legs += taken
    landed = [item for table, group in _tables(legs, name) for item in _publish(con, name, table, group)]
    if shelf:
        landed = [shelf.marked(item, homes[item.file]) for item in landed]
    if progress:
        progress("", len(found), len(found))
    return landed


def find_files(name: str, given: str | None, folder: Path) -> tuple[list[Path], Path]:
    """The files a source's path stands for, sorted, and the folder their names are shown from."""
    where = f"source '{name}'"
    if not given:
        raise AccountlensError("A source of type 'files' needs a path.", where, "Name a file, a folder or a glob.")
    path = Path(given).expanduser()
    path = path if path.is_absolute() else folder / path
    try:
        if path.is_file():
            return [path], path.parent
        if path.is_dir():
            return _inside(path, given, where), path
        if any(mark in given for mark in GLOB):
            return _matching(path, given, where)
    except OSError as error:
        raise AccountlensError(f"'{given}' can't be opened: {error.strerror}.", where) from error
    raise AccountlensError(
        f"There is no file or folder '{given}'.",
        where,
        f"Paths are read from the workspace folder ({folder}).",
    )


def _inside(folder: Path, given: str, where: str) -> list[Path]:
    files = [path for path in sorted(folder.iterdir()) if _readable(path)]
    if not files:
        deeper = any(path.is_dir() for path in folder.iterdir())
        kinds = ", ".join(sorted(SUFFIXES))
        raise AccountlensError(
            f"The folder '{given}' holds no file that can be read ({kinds}, each also .gz where it is text).",
            where,
            f"For files in folders below, write a glob: {given.rstrip('/')}/**/*.csv" if deeper else None,
        )
    return files


def _readable(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$")) and suffix(path) in SUFFIXES


def _matching(path: Path, given: str, where: str) -> tuple[list[Path], Path]:
    parts = path.parts
    first = next(place for place, part in enumerate(parts) if any(mark in part for mark in GLOB))
    root = Path(*parts[:first])
    matches = sorted(item for item in root.glob(str(Path(*parts[first:]))) if item.is_file())
    files = [item for item in matches if not item.name.startswith((".", "~$"))]
    if not files:
        raise AccountlensError(f"No file matches '{given}'.", where)
    return files, root


def _legs(con: duckdb.DuckDBPyConnection, name: str, path: Path, shown: str, shelf: Shelf | None) -> Iterator[Leg]:
    parts = shelf.look(f"{name}/{shown}", path) if shelf else None
    if parts is None:
        parts = _read(con, name, path, shown)
        if shelf:
            shelf.keep(con, f"{name}/{shown}", parts)
    for part in parts:
        sheet = part.sheet if len(parts) > 1 else None
        if sheet is None:
            yield Leg(shown, table_name(stem(path)), table_name(undated(stem(path))), part)
            continue
        whole = f"{stem(path)}_{sheet}"
        own = not NAMELESS_SHEET.fullmatch(sheet.strip())
        yield Leg(f"{shown}#{sheet}", table_name(whole), table_name(undated(sheet if own else whole)), part)


def _read(con: duckdb.DuckDBPyConnection, name: str, path: Path, shown: str) -> list[Part]:
    try:
        kind, note = kind_of(path)
        base = f"{quoted(LANDING)}.{quoted(f'{name}/{shown}')}"
        with tempfile.TemporaryDirectory(prefix="accountlens-") as scratch:
            if kind == "excel":
                sheets = base.replace("{", "{{").replace("}", "}}")
                parts = land_excel(con, path, f'{sheets[:-1]}#{{}}"')
            elif kind == "parquet":
                parts = [_parquet(con, path)]
            else:
                reader = land_json if kind == "json" else land_text
                parts = [reader(con, path, base, Path(scratch))]
    except AccountlensError as error:
        raise AccountlensError(error.what, f"source '{name}', {shown}", error.mend) from error
    except (OSError, EOFError, duckdb.Error) as error:
        why = getattr(error, "strerror", None) or told(error, path)
        raise AccountlensError(f"The file can't be read: {why.rstrip('.')}.", f"source '{name}', {shown}") from error
    return [replace(part, notes=((note,) if note else ()) + part.notes) for part in parts]


def _parquet(con: duckdb.DuckDBPyConnection, path: Path) -> Part:
    """A view on the file itself: typed, nothing copied."""
    reading = f"read_parquet({literal(str(path.resolve()))}, file_row_number = true)"
    try:
        columns = [
            row[0] for row in con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {reading}").fetchall()
        ]
        (rows,) = con.execute(f"SELECT count(*) FROM {reading}").fetchone() or (0,)
    except duckdb.Error as error:
        raise AccountlensError(
            f"The Parquet file can't be read: {told(error, path)}", path.name, "Write it anew."
        ) from error
    taken = [column for column in columns if column.lower() not in ("_row", "_file")]
    select = f"SELECT {', '.join(map(quoted, taken))}, file_row_number + 1 AS _row FROM {reading}"
    return Part(tuple(taken), select, rows)


def _tables(legs: Sequence[Leg], source: str) -> Iterator[tuple[str, list[Leg]]]:
    """Which files are one table: those with one short name and, by and large, the same columns."""
    groups: dict[str, list[Leg]] = {}
    for leg in legs:
        groups.setdefault(leg.short, []).append(leg)
    tables: dict[str, list[Leg]] = {}
    for short, group in groups.items():
        for leg in group:
            tables.setdefault(short if _agree(group) else leg.whole, []).append(leg)
    for table, group in tables.items():
        stems = [leg.whole for leg in group if leg.part.sheet is None]
        if twice := {name for name in stems if stems.count(name) > 1}:
            files = " and ".join(f"'{leg.file}'" for leg in group if leg.whole in twice)
            raise AccountlensError(
                f"{files} would both be the table '{table}'.",
                f"source '{source}'",
                "Remove one, or name it differently.",
            )
        yield table, group


def _agree(group: Sequence[Leg]) -> bool:
    """At least half of the narrower header stands in the wider one, for each file against the first."""
    first = {column.lower() for column in group[0].part.columns}
    for leg in group[1:]:
        columns = {column.lower() for column in leg.part.columns}
        if 2 * len(first & columns) < min(len(first), len(columns)):
            return False
    return True


def _publish(con: duckdb.DuckDBPyConnection, source: str, table: str, group: Sequence[Leg]) -> Iterator[Landed]:
    selects = [f"SELECT *, {literal(leg.file)} AS _file FROM ({leg.part.select})" for leg in group]
    every: dict[str, str] = {}
    for column in (column for leg in group for column in leg.part.columns):
        every.setdefault(column.lower(), column)
    columns = ", ".join([*map(quoted, every.values()), *OWN_COLUMNS])
    body = "\nUNION ALL BY NAME\n".join(selects)
    con.execute(f"CREATE OR REPLACE VIEW {quoted(source)}.{quoted(table)} AS SELECT {columns} FROM ({body})")
    for leg in group:
        absent = [every[key] for key in sorted(every.keys() - {column.lower() for column in leg.part.columns})]
        notes = leg.part.notes
        if absent and leg.part.columns:
            notes += (f"without the column{'s'[: len(absent) > 1]} {', '.join(absent)} of its sister files",)
        yield Landed(source, table, leg.part.rows, leg.part.faulty, leg.file, notes)
