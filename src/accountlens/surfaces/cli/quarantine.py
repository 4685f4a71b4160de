"""`accountlens quarantine`: the rows that were kept aside, by reason, and as a file to mend them in."""

from __future__ import annotations

import csv
import io
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
SHOWN = 20  # rows in the terminal; the export has all

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
    """The reasons with their numbers, then the first rows themselves."""
    yield from draw(_reasons(rows), width)
    yield Text()
    yield from draw(_rows(rows[:SHOWN]), width)
    more = f"{len(rows) - SHOWN:,} more; all" if len(rows) > SHOWN else "All"
    yield messages.hint(f"{more} of them as a file:", "accountlens quarantine --export FILE.csv")


def _reasons(rows: Sequence[Row]) -> Sheet:
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        kind = (str(row["table"]), general(str(row["reason"])))
        counts[kind] = counts.get(kind, 0) + 1
    ordered = sorted(counts, key=lambda kind: (kind[0], -counts[kind], kind[1]))
    return Sheet(
        (
            Column("table", texts([table for table, _ in ordered]), right=False),
            Column("rows", [Text(f"{counts[kind]:,}") for kind in ordered]),
            Column("reason", texts([reason for _, reason in ordered]), right=False),
        )
    )


def general(reason: str) -> str:
    """A reason without the value it is about, so that rows of one kind count together: quotes are emptied."""
    parts = reason.split("'")
    return "'…'".join(parts[::2]) if len(parts) % 2 and len(parts) > 1 else reason


def _rows(rows: Sequence[Row]) -> Sheet:
    return Sheet(
        (
            Column("source", texts([str(row["source"]) for row in rows]), right=False),
            Column("row", [Text(str(row["row_number"]), style="dim") for row in rows]),
            Column("reason", texts([str(row["reason"]) for row in rows], "yellow"), right=False),
            Column("content", texts([str(row["content"]) for row in rows], "dim"), right=False),
        )
    )
