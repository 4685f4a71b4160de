"""What an answer tells of each KPI, as formulas over cells: its value, how sure that is, what it is made of, its flags.

A cell is a column of aggregates beside a row's period and group. The formulas are written as SQL (`formula_sql`) or
computed over arrays (`arrays`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

from accountlens.engine.columns import columns_of
from accountlens.engine.intervals import beside, interval_of
from accountlens.engine.plan import Cell, Plan, PlannedKpi
from accountlens.language.formula import UNKNOWN, Binary, Call, Name, Node, Number, settle
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Measure

ZERO = Number(0.0)


def figures(plan: Plan) -> Iterator[tuple[str, Node]]:
    """Every figure of every KPI by its name (`columns_of`), but for `here`, which `presences` give."""
    for index, planned in enumerate(plan.kpis):
        yield from _figures(planned, index)


def _figures(planned: PlannedKpi, index: int) -> Iterator[tuple[str, Node]]:
    names, kpi = columns_of(planned, index), planned.kpi
    cells = {name: value_of(cell) for name, cell in planned.cells.items()}
    sample = settle(kpi.n, cells) if kpi.n is not None else _sample(planned, cells)
    low, high = interval_of(planned, cells)
    yield names.value, settle(kpi.formula, cells)
    yield from ((names.low, low), (names.high, high), (names.n, sample), (names.unmatched, _unmatched(planned)))
    yield from ((column, cells[measure]) for measure, column in names.parts.items())
    for flag, column in names.flags.items():
        yield column, settle(kpi.flags[flag], {**cells, "n": sample})


def presences(plan: Plan) -> Iterator[tuple[str, Node]]:
    """How many rows take part in a KPI's measures; a group is `here` where any does in the asked range."""
    for index, planned in enumerate(plan.kpis):
        yield columns_of(planned, index).here, _sum(cell.rows for cell in planned.cells.values() if cell.value)


def value_of(cell: Cell) -> Node:
    """A measure's value: what its branch found, else its empty value; unknown where its entity is missing."""
    if cell.value is None:
        return UNKNOWN
    value = Name(cell.column(cell.value))
    return _filled(value) if cell.empty_is_zero else value


def _sample(planned: PlannedKpi, cells: Mapping[str, Node]) -> Node:
    """How many things stand behind the value: Wilson's trials, the single measure's rows, else nothing is said."""
    formula = planned.kpi.formula
    if planned.kpi.interval == "wilson" and isinstance(formula, Binary):
        return settle(formula.right, cells)
    found = [cell for cell in planned.cells.values() if cell.value]
    if len(planned.cells) == 1 and found:
        return _filled(Name(found[0].column(found[0].sample)))
    return UNKNOWN


def is_sampled(kpi: Kpi, measure: Measure) -> bool:
    """Whether a measure's values are counted: as the KPI's sample, or for its interval."""
    return bool(beside(kpi, measure)) or (kpi.n is None and len(kpi.measures) == 1)


def _unmatched(planned: PlannedKpi) -> Node:
    return _sum(cell.unmatched for cell in planned.cells.values() if cell.unmatched and cell.value and not cell.shift)


def _sum(columns: Iterable[str]) -> Node:
    found: list[Node] = [_filled(Name(column)) for column in dict.fromkeys(columns)]
    return reduce(lambda left, right: Binary("+", left, right), found) if found else ZERO


def _filled(node: Node) -> Node:
    return Call("coalesce", (node, ZERO))
