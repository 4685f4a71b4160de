"""The CSV files of lists and tiers: read whole, written whole and at once, with the columns somebody added kept."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from accountlens.errors import AccountlensError

MEMBERS = ("account_id", "name", "group", "joined_at", "left_at")  # `name` is for readers; a refresh does not use it
TIERED = ("account_id", "name", "tier", "valid_from")
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@")

Row = dict[str, str]
Table = tuple[list[str], list[list[str]]]  # header and rows


@dataclass
class Sheet:
    """The rows of a file, in its order."""

    path: Path
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)

    def save(self) -> None:
        """Write the file so that it is whole at every moment."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        beside.write_text(to_csv(self.columns, self.rows), encoding="utf-8", newline="")
        beside.replace(self.path)


def read_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """The file, or an empty one with these columns; columns it lacks are added behind its own."""
    if not path.is_file():
        return Sheet(path, tuple(columns))
    header, rows = read_csv(path)
    names = [name.strip().lower() if name.strip().lower() in columns else name for name in header]
    every = (*names, *(name for name in columns if name not in names))
    return Sheet(path, every, [{**dict.fromkeys(every, ""), **dict(zip(names, row, strict=False))} for row in rows])


def read_csv(path: Path) -> Table:
    """Header and rows of a CSV (comma, semicolon or tab); blank lines are left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AccountlensError("The file is not UTF-8 text.", str(path), "Save it as CSV UTF-8.") from error
    except OSError as error:
        raise AccountlensError(f"The file can't be read: {error.strerror}.", str(path)) from error
    return parse_csv(text, str(path))


def parse_csv(text: str, where: str | None = None) -> Table:
    """The same of a text."""
    text = text.removeprefix("\ufeff")
    separator = max(",;\t", key=text.lstrip("\r\n").partition("\n")[0].count)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise AccountlensError(f"It can't be read as CSV: {error}.", where) from error
    found = [row for row in read if any(map(str.strip, row))]
    if not found:
        raise AccountlensError("It is empty.", where, "Its first line must name the columns.")
    return found[0], [[cell.strip() for cell in row] for row in found[1:]]


def to_csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]], safe: bool = False) -> str:
    """CSV text; where `safe`, texts that a spreadsheet would run as a formula get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(name) or "" for name in columns]
        writer.writerow([f"'{cell}" if safe and cell.startswith(RUN_BY_SPREADSHEETS) else cell for cell in cells])
    return text.getvalue()
