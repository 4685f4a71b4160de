"""`accountlens explain`: a number opened: its formula, the rows that count, and those that do not and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from accountlens.language import numbers
from accountlens.language.asked import write_value
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.catalog import sentences
from accountlens.surfaces.cli.changes import change_sheet
from accountlens.surfaces.cli.marks import words
from accountlens.surfaces.cli.moments import read_as_of, read_instant, show_fresh
from accountlens.surfaces.cli.records import record_sheet, show_value
from accountlens.surfaces.cli.sheet import draw

if TYPE_CHECKING:
    from accountlens.engine.explain import Explanation, MeasureTrace, RowSet
    from accountlens.workspace.asking import Asking

INDENT, DEEP = 2, 7
EXAMPLES_OUT = 3  # rows shown of each kind that does not count


@dataclass(frozen=True)
class Frame:
    """How much of it is shown, and on whose clock."""

    width: int
    rows: int
    time_zone: str
    sql: bool = False


def explain(workspace: Asking, kpi: str, question: Mapping[str, Any], rows: int, sql: bool) -> None:
    zone = workspace.settings.time_zone
    known = read_instant(question["as_known_at"], zone)
    found = workspace.explain(kpi, **{**question, "as_of": read_as_of(question["as_of"], zone), "as_known_at": known})
    messages.show(*page(found, Frame(messages.page().width, rows, zone, sql)))


def page(found: Explanation, frame: Frame) -> Iterator[RenderableType]:
    yield from _head(found)
    yield from _changed(found, frame.width)
    told: list[MeasureTrace] = []
    for trace in found.traces:
        yield Text()
        yield from _measure(trace, frame)
        alike = next((other for other in told if _rows(other) == _rows(trace)), None)
        if alike is not None:
            yield Text.assemble(("  rows ", "dim"), (f"the same as for {alike.name}", "dim"))
        else:
            yield from _traced(trace, frame)
            told.append(trace)
    yield Text()
    fresh = show_fresh(found.answer.fresh_as_of, frame.time_zone)
    for note in (*sentences(found.definition.notes), *found.answer.notes, *fresh):
        yield Text(note, style="dim")
    if frame.sql:
        yield Text(f"\n{found.sql}")


def _head(found: Explanation) -> Iterator[RenderableType]:
    row = found.row
    value = numbers.show(row["value"], row["unit"], found.answer.currency)
    sure = numbers.interval(row["lower"], row["upper"], row["unit"])
    sample = f"n = {row['n']:,}" if row["n"] is not None else ""
    yield Text.assemble((found.definition.label, "bold"), "  ", (found.period, "dim"))
    yield Text.assemble((value, "bold cyan"), *(f"  {text}" for text in (sure, sample) if text))
    for flag in row["flags"]:
        yield Text(f"! {words(flag)}", style="yellow")
    yield Text(f"  {found.formula_text}")
    yield Text(f"  = {found.formula_numbers}")
    plain = {name: value for name, value in found.options.items() if isinstance(value, str | int | float)}
    options = ", ".join(f"{name}={write_value(value)}" for name, value in plain.items())
    yield Padding(Text(f"with {options}", style="dim"), (0, 0, 0, INDENT), expand=False)


def _changed(found: Explanation, width: int) -> Iterator[RenderableType]:
    """By how much it changed, and of which components."""
    for word, told in found.row["compare"].items():
        then = numbers.show(told["value"], found.row["unit"], found.answer.currency)
        moved = numbers.change(found.row["value"], told["value"], told["change"], found.row["unit"])
        yield Text(f"{word}: {then}" + (f"  {moved}" if moved else ""))
    if found.change is not None:
        yield Text()
        yield from draw(change_sheet(found.change, f"What changed against {found.change.against}"), width)
    elif found.row["compare"] and found.answer.plan.kpis[0].kpi.components is None:
        yield Text("Its change is not told by components: no parts of it add up to it.", style="dim")


def _rows(trace: MeasureTrace) -> tuple[RowSet, list[RowSet]]:
    return trace.included, list(trace.excluded)


def _measure(trace: MeasureTrace, frame: Frame) -> Iterator[RenderableType]:
    """What the measure is, and in two stages, which keys it keeps."""
    yield Text.assemble((trace.name, "bold"), " = ", (show_value(trace.value, frame.time_zone), "bold cyan"))
    yield Padding(Text(trace.sentence, style="dim"), (0, 0, 0, INDENT), expand=False)
    for keys in trace.keys:
        yield Text(f"  {keys.count:,} {keys.reason}")
        yield from _sample(keys, frame.rows, frame)


def _traced(trace: MeasureTrace, frame: Frame) -> Iterator[RenderableType]:
    """The rows that count, then those that do not."""
    yield Text.assemble(("  in   ", "green"), numbers.count(trace.included.count, "row"))
    yield from _sample(trace.included, frame.rows, frame)
    for left_out in trace.excluded:
        yield Text.assemble(("  out  ", "yellow"), numbers.count(left_out.count, "row"), f": {left_out.reason}")
        yield from _sample(left_out, min(frame.rows, EXAMPLES_OUT), frame)


def _sample(found: RowSet, limit: int, frame: Frame) -> Iterator[RenderableType]:
    """The first rows as a small table, and how many more there are."""
    rows = found.rows[:limit]
    sheet = record_sheet(found.columns, rows, frame.time_zone)
    if not sheet.columns:
        return
    yield Padding(Group(*draw(sheet, frame.width - DEEP)), (0, 0, 0, DEEP), expand=False)
    if found.count > len(rows):
        yield Text(f"{' ' * DEEP}{found.count - len(rows):,} more", style="dim")
