"""The shapes an answer can take: figures in detail, or one dimension of the answer crossed with another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from accountlens.language import numbers
from accountlens.surfaces.cli import cells
from accountlens.surfaces.cli.cells import Look
from accountlens.surfaces.cli.grid import Grid, Group, Series
from accountlens.surfaces.cli.sheet import Column, Sheet, texts

Place = tuple[Series, Group, str]  # a KPI, a group, a period: one cell
SAID = {"year-ago": "year ago"}  # comparisons whose name is not how one says it


def over_time(grid: Grid, look: Look) -> Iterator[Sheet]:
    """One KPI in detail, a row a period."""
    series, group = grid.series[0], grid.groups[0]
    heads = [_period_names(grid, look)]
    return _details(grid, look, heads, [(series, group, period) for period in grid.periods], series.title)


def scorecard(grid: Grid, look: Look) -> Iterator[Sheet]:
    """Several KPIs in detail, a row a KPI."""
    group, period = grid.groups[0], grid.periods[0]
    return _details(grid, look, [_kpi_names(grid)], [(one, group, period) for one in grid.series], grid.said(period))


def groups(grid: Grid, look: Look) -> Iterator[Sheet]:
    """One KPI in detail, a row a group."""
    series, period = grid.series[0], grid.periods[0]
    places = [(series, group, period) for group in grid.groups]
    for sheet in _details(grid, look, _group_names(grid), places, f"{series.title}, {grid.said(period)}"):
        yield _with_totals(sheet, grid)


def kpis_by_period(grid: Grid, look: Look) -> Sheet:
    group = grid.groups[0]
    columns = [(look.marks.period(name), [(one, group, name) for one in grid.series]) for name in grid.periods]
    return Sheet((_kpi_names(grid, units=True), *_figures(grid, columns, look)))


def periods_by_kpi(grid: Grid, look: Look) -> Sheet:
    group = grid.groups[0]
    columns = [(_with_unit(one, grid), [(one, group, name) for name in grid.periods]) for one in grid.series]
    return Sheet((_period_names(grid, look), *_figures(grid, columns, look)))


def groups_by_kpi(grid: Grid, look: Look) -> Sheet:
    period = grid.periods[0]
    columns = [(_with_unit(one, grid), [(one, group, period) for group in grid.groups]) for one in grid.series]
    return _with_totals(Sheet((*_group_names(grid), *_figures(grid, columns, look)), grid.said(period)), grid)


def groups_by_period(grid: Grid, look: Look) -> Sheet:
    """One KPI."""
    series = grid.series[0]
    columns = [(look.marks.period(name), [(series, group, name) for group in grid.groups]) for name in grid.periods]
    sheet = Sheet((*_group_names(grid), *_figures(grid, columns, look)), _with_unit(series, grid))
    return _with_totals(sheet, grid)


def _details(grid: Grid, look: Look, heads: Sequence[Column], places: Sequence[Place], title: str) -> Iterator[Sheet]:
    """Sheets with one figure a row, from the richest to the barest."""
    rows = [(grid.row(*place), place[0]) for place in places]
    figure = Column("value", cells.values(rows, look))
    ranges = _filled(Column(grid.sureness, [cells.interval(*row) for row in rows], right=False))
    samples = _filled(Column("n", [cells.sample(row) for row, _ in rows]))
    changes = [Column(f"vs {said(name)}", [cells.change(*row, name) for row in rows]) for name in grid.compares]
    bases = [Column(said(name), [cells.base(*row, name, look) for row in rows]) for name in grid.compares]
    pairs = [column for pair in zip(bases, changes, strict=True) for column in pair]
    for extra in ([*ranges, *samples, *pairs], [*ranges, *samples, *changes], [*ranges, *changes], changes):
        yield Sheet((*heads, figure, *extra), title)
    yield Sheet((*heads, figure), title)


def _filled(column: Column) -> list[Column]:
    """The column, or none where every cell is empty."""
    return [column] if any(cell.plain for cell in column.cells) else []


def _figures(grid: Grid, columns: Sequence[tuple[str, Sequence[Place]]], look: Look) -> list[Column]:
    """Columns of bare numbers; where a comparison was asked, an arrow tells the direction."""
    look = replace(look, bare=True, arrows=grid.compares[0] if grid.compares else "")
    return [
        Column(head, cells.values([(grid.row(*place), place[0]) for place in places], look)) for head, places in columns
    ]


def _kpi_names(grid: Grid, units: bool = False) -> Column:
    titles = [_with_unit(one, grid) if units else one.title for one in grid.series]
    return Column("KPI", texts(titles), right=False)


def _with_unit(series: Series, grid: Grid) -> str:
    unit = numbers.suffix(series.unit, grid.currency).strip()
    return f"{series.title}, {unit}" if unit else series.title


def _period_names(grid: Grid, look: Look) -> Column:
    alone = len(grid.periods) == 1
    names = [grid.said(name) if alone else look.marks.period(name) for name in grid.periods]
    return Column("period", texts(names), right=False)


def _group_names(grid: Grid) -> list[Column]:
    return [
        Column(dimension, [cells.group(group, place) for group in grid.groups], right=False)
        for place, dimension in enumerate(grid.dimensions)
    ]


def _with_totals(sheet: Sheet, grid: Grid) -> Sheet:
    """Totals in bold, the grand total set apart by a rule."""
    totals = [place for place, group in enumerate(grid.groups) if group.is_total or group.is_subtotal]
    grand = [place - 1 for place, group in enumerate(grid.groups) if group.is_total and place]
    return replace(sheet, bold=frozenset(totals), rules=frozenset(grand))


def said(comparison: str) -> str:
    return SAID.get(comparison, comparison)
