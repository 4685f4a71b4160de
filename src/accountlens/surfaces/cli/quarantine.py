"""`accountlens quarantine`: the rows that were kept aside, by reason, and as a file to mend them in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.lists.files import read_csv
from accountlens.sources.corrections import FILE
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

FIELDS = ("table", "source", "row_number", "reason", "content")
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@")

Row = Mapping[str, Any]


def quarantine(
    workspace: Workspace, export: Path | None, table: str | None, retry: Path | None, snapshot: str | None
) -> None:
    if retry is not None:
        _retry(workspace, retry, table)
        return
    rows = workspace.quarantine(snapshot).select(FIELDS).to_pylist()
    rows = [row for row in rows if table in (None, row["table"])]
    if export is not None:
        _export(rows, export, spread=table is not None)
    elif rows:
        messages.show(*page(rows, messages.page().width))
    else:
        messages.tell("No row is in quarantine.")


def _retry(workspace: Workspace, file: Path, table: str | None) -> None:
    """Keep mended rows; the next refresh takes them in place of the faulty ones."""
    _, found = read_csv(file)
    header = [name.strip() for name in _]
    rows = [
        {**({"table": table} if table else {}), **dict(zip(header, map(_as_meant, row), strict=False))} for row in found
    ]
    if missing := [name for name in ("table", "source", "row_number") if rows and name not in rows[0]]:
        mend = "Export the rows first, and keep these columns."
        raise AccountlensError(f"The column {' and '.join(missing)} is missing.", file.name, mend)
    kept = workspace.retry(rows)
    left = len(rows) - kept
    as_before = f", {numbers.count(left, 'row')} left as before" if left else ""
    messages.show(Text(f"{numbers.count(kept, 'correction')} kept in {FILE}{as_before}"))
    if kept:
        messages.tell(messages.hint("They are taken in place of the faulty rows by", "accountlens refresh"))


def _as_meant(cell: str) -> str:
    """Without the apostrophe that kept a spreadsheet from running a text."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(RUN_BY_SPREADSHEETS) else cell


def _export(rows: Sequence[Row], file: Path, spread: bool) -> None:
    text = to_wide_csv(rows) if spread else to_csv(rows)
    if str(file) == "-":
        messages.write(text)
        return
    file.write_text(text, encoding="utf-8", newline="")
    messages.tell(f"{numbers.count(len(rows), 'row')} written to {file}")
    if rows:
        messages.tell(messages.hint("Mend them there, then", f"accountlens quarantine --retry {file}"))


def to_wide_csv(rows: Sequence[Row]) -> str:
    """One line a row, each of its columns in a column: to be mended in a spreadsheet."""
    contents = [_cells(str(row["content"])) for row in rows]
    columns = list(dict.fromkeys(name for cells in contents for name in cells))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIELDS[:-1], *columns])
    for row, cells in zip(rows, contents, strict=True):
        writer.writerow(
            [_harmless(value) for value in [*(row[field] for field in FIELDS[:-1]), *map(cells.get, columns)]]
        )
    return text.getvalue()


def _cells(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:  # a line that could not be split
        return {}
    return found if isinstance(found, dict) else {}


def to_csv(rows: Sequence[Row]) -> str:
    """One line a row; texts that a spreadsheet would run as a formula get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows([_harmless(row[field]) for field in FIELDS] for row in rows)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS) else value


def page(rows: Sequence[Row], width: int) -> Iterator[RenderableType]:
    """Each kind of fault once, the frequent first, with how many rows have it and where the first one is."""
    kinds: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        kinds.setdefault((str(row["table"]), general(str(row["reason"]))), []).append(row)
    found = sorted(kinds.values(), key=lambda some: (-len(some), str(some[0]["table"])))
    firsts = [some[0] for some in found]
    columns = (
        Column("rows", [Text(f"{len(some):,}") for some in found]),
        Column("reason", texts([str(row["reason"]) for row in firsts]), right=False, wrap=True),
        Column("first one", texts([place(row) for row in firsts], "dim"), right=False),
    )
    yield from draw(Sheet(columns, f"{numbers.count(len(rows), 'row')} in quarantine"), width)
    yield messages.hint("To mend those of a table:", "accountlens quarantine --table TABLE --export FILE.csv")


def place(row: Row) -> str:
    return str(row["source"]) if row["row_number"] is None else f"{row['source']} row {row['row_number']}"


def general(reason: str) -> str:
    """A reason without the values it is about, so that faults of one kind count together."""
    return re.sub(r"'[^']*'|\d+\.\d+", "…", reason)
