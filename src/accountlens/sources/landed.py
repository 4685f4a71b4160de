"""What landing a file gives: the rows taken, and the faulty ones with their reasons."""

from __future__ import annotations

from dataclasses import dataclass

LANDING = "_landing"  # the schema that holds the rows themselves; sources' schemas hold views on them


@dataclass(frozen=True)
class FaultyRow:
    """A data row that could not be read. `row_number` counts like `_row`; the reason names the line."""

    row_number: int
    reason: str
    content: str


@dataclass(frozen=True)
class Landed:
    """One file of one table: `rows` were taken, `faulty` were not. Rows in = rows + faulty."""

    source: str
    table: str
    rows: int
    faulty: tuple[FaultyRow, ...]
    file: str
    notes: tuple[str, ...] = ()  # what had to be assumed
    digest: str = ""  # of the file's content; empty: not known
    home: str = ""  # how the shelf calls that file
    gone: tuple[str, ...] = ()  # columns that the source gave once, and gives no longer
    offered: bool = False  # one of many that are there: that nobody reads it is nothing to tell
    stands_in: bool = False  # the content is that of the last refresh, and was not read again


@dataclass(frozen=True)
class Part:
    """The rows of one file (or one sheet of it) as a SELECT with its columns and `_row`."""

    columns: tuple[str, ...]
    select: str
    rows: int
    faulty: tuple[FaultyRow, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: str | None = None
