"""Plan to SQL: each fact scanned once, every KPI a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog
from accountlens.engine.branch_sql import bounds_sql, branch_sql, calendar_sql, days_sql, uses_days
from accountlens.engine.dimensions import Joins
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.intervals import interval_sql
from accountlens.engine.moments import moment_of
from accountlens.engine.plan import Branch, Cell, FactUse, Plan, PlannedKpi
from accountlens.engine.planner import time_columns
from accountlens.engine.rollup_sql import combined_sql, rollup_bounds, rollup_steps
from accountlens.engine.rollups import Rollup, roll_up
from accountlens.engine.script import Script, Step
from accountlens.language.calendar import Clock
from accountlens.warehouses.expand import quoted

BUNDLE = 8  # branches joined at a time


@dataclass(frozen=True)
class Columns:
    """The names of a KPI's columns in the result."""

    value: str
    low: str
    high: str
    n: str
    unmatched: str
    here: str
    parts: dict[str, str]
    flags: dict[str, str]
    compared: dict[str, str]


def plan_sql(plan: Plan, catalog: Catalog, clock: Clock) -> Script:
    """The whole question; its rows are (p, level, groups) with a set of columns per KPI."""
    branches, rollups = roll_up(plan, catalog, clock)
    steps = [step for use in plan.uses for step in _fact_steps(use, branches, rollups, plan, catalog, clock)]
    steps.append(Step("slices", _slices(plan, clock)))
    steps.append(Step("spine", _spine(plan, branches), stored=True))
    steps += _cells(plan, branches)
    steps.append(Step("present", _present(plan)))
    steps.append(Step("valued", _valued(plan), stored=bool(plan.query.compare)))
    return Script(tuple(steps), _final(plan), len(branches))


def _fact_steps(
    use: FactUse, branches: list[Branch], rollups: list[Rollup], plan: Plan, catalog: Catalog, clock: Clock
) -> Iterator[Step]:
    """A fact's scan, its rollups, and the branches that read them."""
    mine = [branch for branch in branches if branch.use == use]
    rolled = [rollup for rollup in rollups if rollup.use == use]
    readers = [_Reader(frozenset(rollup.columns), rollup_bounds(rollup)) for rollup in rolled]
    readers += [_Reader(_needed(branch, plan, catalog), bounds_sql(branch.time, plan, clock))
                for branch in mine if not branch.rollup]  # fmt: skip
    source, scan = _scan(use, readers, catalog)
    yield from scan
    for rollup in rolled:
        yield from rollup_steps(rollup, source)
    for branch in mine:
        yield from _branch_steps(branch, plan, catalog, source, clock)


@dataclass(frozen=True)
class _Reader:
    columns: frozenset[str]
    bounds: str | None


def _scan(use: FactUse, readers: list[_Reader], catalog: Catalog) -> tuple[str, list[Step]]:
    """Where to read: the fact itself, or, when several read it, one scan kept for all."""
    relation = quoted(use.relation)
    if len(readers) == 1 and readers[0].bounds is None:
        return relation, []
    wanted = frozenset().union(*(reader.columns for reader in readers))
    spans = [reader.bounds for reader in readers]
    where = "" if None in spans else f"\nWHERE {' OR '.join(f'({span})' for span in dict.fromkeys(spans))}"
    listed = ", ".join(quoted(name) for name in catalog.facts[use.fact].columns if name in wanted) or "1 AS nothing"
    name = f"scan_{use.relation}"
    return name, [Step(name, f"SELECT {listed}\nFROM {relation}{where}", stored=len(readers) > 1)]


def _branch_steps(branch: Branch, plan: Plan, catalog: Catalog, source: str, clock: Clock) -> Iterator[Step]:
    calendar = f"calendar_{branch.name}"
    yield Step(calendar, calendar_sql(branch, plan, clock))
    if branch.rollup:
        yield Step(f"steps_{branch.name}", combined_sql(branch.rollup, calendar))
        source, calendar = branch.rollup, f"steps_{branch.name}"
    elif uses_days(branch, plan):
        yield Step(f"days_{branch.name}", days_sql(calendar, "lo", "hi"))
        calendar = f"days_{branch.name}"
    yield Step(branch.name, branch_sql(branch, plan, catalog, source, calendar), stored=True)


def _needed(branch: Branch, plan: Plan, catalog: Catalog) -> frozenset[str]:
    """The columns of its fact a branch reads anywhere."""
    joins = Joins(catalog, moment_of(branch.time), plan.history)
    for dimension in (*branch.dimensions, *branch.filters):
        joins.value(dimension)
    scoped = {"account_id"} if plan.query.scope != "all" else set()
    return frozenset({*branch.columns, *time_columns(branch.time), *joins.own, *scoped})


def _groups(plan: Plan) -> list[str]:
    return [f"d{index}" for index in range(len(plan.query.by))]


def _spine(plan: Plan, branches: list[Branch]) -> str:
    """Each group that has a row in the asked range, beside every period; the total always."""
    keys = ["level", *_groups(plan)]
    found = [f"SELECT {', '.join(keys)} FROM {branch.name} WHERE p < {plan.asked}" for branch in branches]
    if () in plan.levels or not found:
        total = [f"{2 ** len(plan.query.by) - 1} AS level", *(f"'' AS {dim}" for dim in keys[1:])]
        nobody = "" if () in plan.levels else " WHERE FALSE"
        found.append(f"SELECT {', '.join(total)}{nobody}")
    groups = "\nUNION\n".join(found) if len(found) > 1 else found[0].replace("SELECT", "SELECT DISTINCT", 1)
    return f"SELECT s.*, g.* FROM slices s CROSS JOIN (\n{groups}\n) g"


def _cells(plan: Plan, branches: list[Branch]) -> list[Step]:
    """All figures beside the spine: in bundles first, for every join carries along all columns before it."""
    bundles = [branches[start : start + BUNDLE] for start in range(0, len(branches), BUNDLE)]
    if len(bundles) <= 1:
        return [
            Step("cells", _beside(plan, "s.*", {branch.name: _figures(branch) for branch in branches}), stored=True)
        ]
    keys = ", ".join(f"s.{key}" for key in ["p", "level", *_groups(plan)])
    steps, parts = [], {}
    for number, bundle in enumerate(bundles):
        sql = _beside(plan, keys, {branch.name: _figures(branch) for branch in bundle})
        steps.append(Step(f"bundle_{number}", sql, stored=True))
        parts[f"bundle_{number}"] = [f"bundle_{number}.{item.column}" for branch in bundle for item in branch.items]
    return [*steps, Step("cells", _beside(plan, "s.*", parts), stored=True)]


def _figures(branch: Branch) -> list[str]:
    return [f"CAST({branch.name}.{item.column} AS DOUBLE) AS {item.column}" for item in branch.items]


def _beside(plan: Plan, first: str, tables: dict[str, list[str]]) -> str:
    """The spine with columns of tables that have its keys."""
    keys = ["p", "level", *_groups(plan)]
    columns = ", ".join([first, *(column for columns in tables.values() for column in columns)])
    joins = [f"LEFT JOIN {name} ON {' AND '.join(f'{name}.{key} = s.{key}' for key in keys)}" for name in tables]
    return "\n".join([f"SELECT {columns}", "FROM spine s", *joins])


def _slices(plan: Plan, clock: Clock) -> str:
    rows = []
    for index, piece in enumerate(plan.slices):
        days = (clock.local(piece.as_of) - clock.local(piece.start)).total_seconds() / 86400
        observed = (piece.horizon - piece.end).total_seconds() / 86400
        partners = [str(found[index]) if found[index] is not None else "NULL" for found in plan.partners.values()]
        rows.append(f"({', '.join([str(index), f'{days!r}e0', f'{observed!r}e0', *partners])})")
    names = ["p", "days", "days_observed", *(f"p_{shift}" for shift in plan.partners)]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({', '.join(names)})"


def _present(plan: Plan) -> str:
    """For each group and KPI, whether a row takes part in the asked range."""
    keys = ["level", *_groups(plan)]
    here = [f"max({_presence(planned)}) AS here_{index}" for index, planned in enumerate(plan.kpis)]
    return f"SELECT {', '.join([*keys, *here])} FROM cells WHERE p < {plan.asked} GROUP BY {', '.join(keys)}"


def _presence(planned: PlannedKpi) -> str:
    columns = list(dict.fromkeys(cell.rows for cell in planned.cells.values() if cell.value))
    return " + ".join(f"COALESCE({column}, 0e0)" for column in columns) or "0e0"


def _valued(plan: Plan) -> str:
    """Every KPI of every period and group, with its parts, interval and flags."""
    keys = ["level", *_groups(plan)]
    columns = [f"c.{key}" for key in ["p", *keys]] + [f"c.p_{shift}" for shift in plan.partners]
    for index, planned in enumerate(plan.kpis):
        columns += _kpi_columns(planned, index)
    shifts = {cell.shift for planned in plan.kpis for cell in planned.cells.values() if cell.shift}
    same = " AND ".join(f"{{0}}.{key} = c.{key}" for key in keys)
    joins = [f"JOIN present h ON {same.format('h')}"]
    joins += [
        f"LEFT JOIN cells c_{shift} ON c_{shift}.p = c.p_{shift} AND {same.format(f'c_{shift}')}"
        for shift in sorted(shifts)
    ]
    return f"SELECT {', '.join(columns)}\nFROM cells c\n" + "\n".join(joins)


def _kpi_columns(planned: PlannedKpi, index: int) -> list[str]:
    names, kpi = columns_of(planned, index), planned.kpi
    write = FormulaWriter({name: cell_sql(cell) for name, cell in planned.cells.items()})
    low, high = interval_sql(kpi, write)
    sample = write(kpi.n) if kpi.n is not None else _sample(planned, write)
    unmatched = [cell.unmatched for cell in planned.cells.values() if cell.unmatched and cell.value and not cell.shift]
    strangers = " + ".join(f"COALESCE(c.{column}, 0e0)" for column in dict.fromkeys(unmatched)) or "0e0"
    found = [
        (write(kpi.formula), names.value), (low, names.low), (high, names.high), (sample, names.n),
        (strangers, names.unmatched), (f"h.here_{index}", names.here),
    ]  # fmt: skip
    found += [(write.measure(measure), column) for measure, column in names.parts.items()]
    write = FormulaWriter({**write.measures, "n": sample})
    found += [(write(kpi.flags[flag]), column) for flag, column in names.flags.items()]
    return [f"{sql} AS {column}" for sql, column in found]


def cell_sql(cell: Cell) -> str:
    """A measure's value: what its branch found, else its empty value; unknown where its entity is missing."""
    if cell.value is None:
        return "CAST(NULL AS DOUBLE)"
    column = f"{'c_' + cell.shift if cell.shift else 'c'}.{cell.value}"
    return f"COALESCE({column}, 0e0)" if cell.empty_is_zero else column


def _sample(planned: PlannedKpi, write: FormulaWriter) -> str:
    """How many things stand behind the value: Wilson's trials, the single measure's rows, else nothing is said."""
    from accountlens.language.formula import Binary

    formula = planned.kpi.formula
    if planned.kpi.interval == "wilson" and isinstance(formula, Binary):
        return write(formula.right)
    cells = [cell for cell in planned.cells.values() if cell.value]
    if len(planned.cells) == 1 and cells:
        return f"COALESCE({'c_' + cells[0].shift if cells[0].shift else 'c'}.{cells[0].sample}, 0e0)"
    return "CAST(NULL AS DOUBLE)"


def columns_of(planned: PlannedKpi, index: int) -> Columns:
    """The result's column names of the KPI at this place."""
    k = f"k{index}"
    return Columns(
        k, f"{k}_low", f"{k}_high", f"{k}_n", f"{k}_unmatched", f"{k}_here",
        {measure: f"{k}_m{number}" for number, measure in enumerate(planned.cells)},
        {flag: f"{k}_f{number}" for number, flag in enumerate(planned.kpi.flags)},
        {"previous": f"{k}_previous", "year-ago": f"{k}_previous_year"},
    )  # fmt: skip


def _final(plan: Plan) -> str:
    """The asked periods, each beside the ones it is compared with."""
    from accountlens.engine.planner import SHIFT_OF

    keys = ["level", *_groups(plan)]
    columns, joins = ["v.*"], []
    for word in plan.query.compare:
        shift = SHIFT_OF[word]
        same = " AND ".join([f"x_{shift}.p = v.p_{shift}", *(f"x_{shift}.{key} = v.{key}" for key in keys)])
        joins.append(f"LEFT JOIN valued x_{shift} ON {same}")
        columns += [f"x_{shift}.k{index} AS k{index}_{shift}" for index in range(len(plan.kpis))]
    order = ", ".join(f"v.{key}" for key in ["level", *keys[1:], "p"])
    return (
        f"SELECT {', '.join(columns)}\nFROM valued v\n{chr(10).join(joins)}\nWHERE v.p < {plan.asked}\nORDER BY {order}"
    )
