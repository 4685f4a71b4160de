"""`accountlens ask`: a question put to the workspace, and its answer as a table or for machines."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accountlens.errors import AccountlensError
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.grid import lay_out
from accountlens.surfaces.cli.moments import read_as_of, read_instant, show_fresh, show_moment
from accountlens.surfaces.cli.tables import render

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer
    from accountlens.workspace.asking import Asking


@dataclass(frozen=True)
class Output:
    """How the answer is wanted, and where."""

    format: str  # table | json | csv | parquet
    file: Path | None = None
    sql: bool = False


def ask(workspace: Asking, kpis: Sequence[str], question: Mapping[str, Any], output: Output) -> None:
    """Ask, and show. `question` holds the keyword arguments of `Workspace.ask`, `as_of` still as typed."""
    if output.format == "parquet" and output.file is None and messages.is_terminal(sys.stdout):
        raise AccountlensError("Parquet is nothing to read.", mend="Name a file: --out FILE.parquet.")
    for kpi in kpis:
        _refuse_dimension(workspace, kpi)
    as_of = read_as_of(question["as_of"], workspace.house.time_zone)
    known = read_instant(question["as_known_at"], workspace.house.time_zone)
    answer = workspace.ask(*kpis, **{**question, "as_of": as_of, "as_known_at": known})
    if output.sql:
        messages.write(answer.sql)
    elif output.format == "table":
        _show_table(answer, workspace.house.time_zone, output.file)
    else:
        _emit(answer, output)


def _refuse_dimension(workspace: Asking, kpi: str) -> None:
    """`--by segment region` asks for a KPI called region: say how it is meant."""
    catalog = workspace.catalog
    if kpi not in catalog.kpis and any(kpi in fact.columns for fact in catalog.facts.values()):
        raise AccountlensError(f"No KPI named '{kpi}', but a dimension.", mend=f"Write --by {kpi}; --by repeats.")


def _show_table(answer: Answer, time_zone: str, file: Path | None) -> None:
    grid = lay_out(answer.rows(), answer.kpis, answer.currency, answer.levels)
    source = f"snapshot {answer.snapshot}, as of {show_moment(answer.as_of, time_zone)}"
    closing = [*answer.notes, ", ".join([source, *show_fresh(answer.fresh_as_of, time_zone)])]
    if file is None:
        messages.show(*render(grid, messages.page().width, closing))
        return
    with file.open("w", encoding="utf-8") as opened:
        console = messages.Page(opened, width=messages.WIDTH_WITHOUT_TERMINAL)
        for part in render(grid, console.width, closing):
            console.print(part)


def _emit(answer: Answer, output: Output) -> None:
    """For machines: the exact answer on stdout or in a file, the notes on stderr."""
    content = _encode(answer, output.format)
    if output.file is not None:
        output.file.write_bytes(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    if output.format != "json":  # which holds them
        messages.tell(*map(messages.note, answer.notes))


def _encode(answer: Answer, format: str) -> bytes:
    if format == "json":
        return (json.dumps(answer.to_json_dict(), ensure_ascii=False, indent=1) + "\n").encode()
    if format == "csv":
        text = io.StringIO(newline="")
        answer.to_csv(text)
        return text.getvalue().encode()
    from pyarrow import BufferOutputStream, parquet

    sink = BufferOutputStream()
    parquet.write_table(answer.to_arrow(), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content
