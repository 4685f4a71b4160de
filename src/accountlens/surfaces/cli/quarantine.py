"""`accountlens quarantine`: the rows that were kept aside, by reason, and as a file to mend them in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.surfaces.cli import messages, numbers
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

FIELDS = ("table", "source", "row_number", "reason", "content")
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@")

Row = Mapping[str, Any]


def quarantine(workspace: Workspace, export: Path | None) -> None:
    rows = workspace.quarantine().select(FIELDS).to_pylist()
    if export is not None:
        _export(rows, export)
    elif rows:
        messages.show(*page(rows, messages.page().width))
    else:
        messages.tell("No row is in quarantine.")


def _export(rows: Sequence[Row], file: Path) -> None:
    if str(file) == "-":
        messages.write(to_csv(rows))
        return
    file.write_text(to_csv(rows), encoding="utf-8", newline="")
    messages.tell(f"{numbers.count(len(rows), 'row')} written to {file}")


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
    yield messages.hint("All of them, with their content:", "accountlens quarantine --export FILE.csv")


def place(row: Row) -> str:
    return str(row["source"]) if row["row_number"] is None else f"{row['source']} row {row['row_number']}"


def general(reason: str) -> str:
    """A reason without the values it is about, so that faults of one kind count together."""
    return re.sub(r"'[^']*'|\d+\.\d+", "…", reason)
