"""`accountlens explain`: a number opened: its formula, the rows that count, and those that do not and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from accountlens.surfaces.cli import messages, numbers
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw

if TYPE_CHECKING:
    from accountlens.engine.explain import Explanation, MeasureTrace
    from accountlens.workspace import Workspace

INDENT = 2
COLUMNS_SHOWN = 8


@dataclass(frozen=True)
class Frame:
    """How much of it is shown."""

    width: int
    rows: int
    currency: str
    sql: bool = False


def explain(workspace: Workspace, kpi: str, question: Mapping[str, Any], rows: int, sql: bool) -> None:
    found = workspace.explain(kpi, **question)
    frame = Frame(messages.page().width, rows, workspace.settings.currency, sql)
    messages.show(*page(found, frame))


def page(found: Explanation, frame: Frame) -> Iterator[RenderableType]:
    value = numbers.show(found.value, found.unit, frame.currency)
    yield Text.assemble((found.label, "bold"), "  ", (value, "bold cyan"), "  ", (found.period, "dim"))
    yield Text(f"  {found.formula_text}")
    yield Text(f"  = {found.formula_numbers}")
    for name, setting in found.options.items():
        yield Text(f"  {name} = {setting}", style="dim")
    for trace in found.measures:
        yield Text()
        yield from _measure(trace, frame)
    for note in found.notes:
        yield Text(f"\n{note}", style="dim")
    if frame.sql:
        yield Text(f"\n{found.sql}")


def _measure(trace: MeasureTrace, frame: Frame) -> Iterator[RenderableType]:
    value = (_plain(trace.value), "cyan")
    yield Text.assemble((trace.name, "bold"), " = ", value, "  ", (trace.sentence, "dim"))
    yield Text.assemble(("  in   ", "green"), numbers.count(trace.included_count, "row"))
    columns, rows = trace.included
    yield from _sample(columns, rows[: frame.rows], trace.included_count, frame)
    for reason, count, examples in trace.excluded:
        yield Text.assemble(("  out  ", "yellow"), numbers.count(count, "row"), ": ", reason)
        yield from _sample(columns, examples[: min(frame.rows, 3)], 0, frame)


def _sample(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], count: int, frame: Frame
) -> Iterator[RenderableType]:
    """Some rows as a small table; columns without any value are left out."""
    told = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
    if told:
        shown = told[:COLUMNS_SHOWN]
        sheet = Sheet(
            tuple(Column(columns[place], [_cell(row[place]) for row in rows], right=False) for place in shown)
        )
        left = INDENT + 5
        yield Padding(Group(*draw(sheet, frame.width - left)), (0, 0, 0, left))
    if count > len(rows) and rows:
        yield Text(f"       {count - len(rows):,} more", style="dim")


def _cell(value: Any) -> Text:
    if isinstance(value, datetime):
        return Text(show_moment(value).removesuffix(" UTC"))
    return Text(_plain(value), style="" if value is not None else "dim")


def _plain(value: Any) -> str:
    if value is None:
        return numbers.UNKNOWN
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return str(value)
