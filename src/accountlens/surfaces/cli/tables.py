"""Which table an answer becomes: the richest shape that fits the width, with notes below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from rich.console import RenderableType
from rich.text import Text

from accountlens.surfaces.cli import sheets
from accountlens.surfaces.cli.cells import Look
from accountlens.surfaces.cli.grid import Grid
from accountlens.surfaces.cli.marks import marks_for
from accountlens.surfaces.cli.sheet import Sheet, draw


@dataclass(frozen=True)
class Layout:
    """The sheets of an answer in reading order, and what a reader must know about them."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    periods: int = 1  # how many are shown


def render(grid: Grid, width: int, notes: Iterable[str] = ()) -> Iterator[RenderableType]:
    """An answer as a person reads it: tables, then what the marks mean, then the notes."""
    layout = arrange(grid, width)
    for place, sheet in enumerate(layout.sheets):
        yield from ([Text()] if place else [])
        yield from draw(sheet, width)
    for line in (*layout.notes, *notes):
        yield Text(line, style="dim")


def arrange(grid: Grid, width: int) -> Layout:
    """Choose how to show an answer in `width` columns."""
    if not grid.cells:
        return Layout((), ("The answer has no rows.",))
    look = Look(grid.currency, marks_for(list(grid.cells.values())))
    layout = _with_groups(grid, look, width) if grid.dimensions else _without_groups(grid, look, width)
    return replace(layout, notes=(*look.marks.legend, *layout.notes))


def _without_groups(grid: Grid, look: Look, width: int) -> Layout:
    if len(grid.series) == 1:
        return _first_fit(sheets.over_time(grid, look), width)
    if len(grid.periods) == 1:
        return _first_fit(sheets.scorecard(grid, look), width)
    down = sheets.periods_by_kpi(grid, look)
    if down.fits(width) and not sheets.kpis_by_period(grid, look).fits(width):
        return Layout((down,), _about_arrows(grid), len(grid.periods))
    return _latest_periods(grid, look, width, sheets.kpis_by_period)


def _with_groups(grid: Grid, look: Look, width: int) -> Layout:
    if len(grid.series) > 1:
        together = sheets.groups_by_kpi(grid, look)
        if len(grid.periods) == 1 and together.fits(width):
            return Layout((together,), _about_arrows(grid))
        return _one_by_one(grid, look, width)
    if len(grid.periods) > 1:
        return _latest_periods(grid, look, width, sheets.groups_by_period)
    return _first_fit(sheets.groups(grid, look), width)


def _one_by_one(grid: Grid, look: Look, width: int) -> Layout:
    """A sheet for each KPI, all with the same periods."""
    alone = [grid.only(one) for one in grid.series]
    shown = min(_with_groups(one, look, width).periods for one in alone)
    fewer = [replace(one, periods=one.periods[-shown:]) for one in alone]
    layouts = [_with_groups(one, look, width) for one in fewer]
    parts = tuple(sheet for layout in layouts for sheet in layout.sheets)
    return Layout(parts, (*_about_periods(grid, shown), *layouts[0].notes), shown)


def _first_fit(candidates: Iterator[Sheet], width: int) -> Layout:
    """The first sheet that fits, else the last, which is the barest."""
    sheet = next(candidates)
    while not sheet.fits(width) and (barer := next(candidates, None)):
        sheet = barer
    return Layout((sheet,))


def _latest_periods(grid: Grid, look: Look, width: int, make: Callable[[Grid, Look], Sheet]) -> Layout:
    """As many of the latest periods as fit; numbers are shortened where that saves a period."""
    choices = [(count, short) for count in range(len(grid.periods), 0, -1) for short in (False, True)]
    for count, short in choices:
        sheet = make(replace(grid, periods=grid.periods[-count:]), replace(look, short=short))
        if sheet.fits(width) or (count, short) == choices[-1]:
            break
    return Layout((sheet,), (*_about_periods(grid, count), *_about_arrows(grid)), count)


def _about_periods(grid: Grid, shown: int) -> tuple[str, ...]:
    asked = len(grid.periods)
    if shown == asked:
        return ()
    return (f"The last {shown} of {asked} periods: the others need a wider window (or --format csv).",)


def _about_arrows(grid: Grid) -> tuple[str, ...]:
    if not grid.compares:
        return ()
    return (f"▲ ▼ against {sheets.said(grid.compares[0])}; one KPI in one period shows by how much.",)
