"""Plan to SQL: one statement, each fact scanned once, every KPI a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog
from accountlens.engine.branch_sql import bounds_sql, branch_sql, calendar_sql, uses_days
from accountlens.engine.dimensions import Joins
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.intervals import interval_sql
from accountlens.engine.moments import moment_of
from accountlens.engine.plan import Branch, Cell, Plan, PlannedKpi
from accountlens.engine.planner import time_columns
from accountlens.language.calendar import Clock


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


def plan_sql(plan: Plan, catalog: Catalog, clock: Clock) -> str:
    """The whole question as one SELECT; its rows are (p, level, groups) with a set of columns per KPI."""
    tables: list[tuple[str, str, bool]] = []  # name, sql, whether to keep it while it is read again
    sources = _sources(plan, catalog, clock, tables)
    for branch in plan.branches:
        calendar = f"calendar_{branch.name}"
        tables.append((calendar, calendar_sql(branch, plan, clock), False))
        if uses_days(branch, plan):
            days = (
                f"SELECT c.*, d.day FROM {calendar} c\n"
                "JOIN calendar_days d ON d.day >= CAST(c.lo AS DATE) AND d.day <= CAST(c.hi AS DATE)"
            )
            tables.append((f"days_{branch.name}", days, False))
            calendar = f"days_{branch.name}"
        tables.append((branch.name, branch_sql(branch, plan, catalog, sources[branch.use.relation], calendar), False))
    tables.append(("cells", _cells(plan), True))
    tables.append(("slices", _slices(plan, clock), False))
    tables.append(("spine", _spine(plan), False))
    tables.append(("valued", _valued(plan), bool(plan.query.compare)))
    written = ",\n".join(f"{name} AS {'MATERIALIZED ' if keep else ''}(\n{sql}\n)" for name, sql, keep in tables)
    return f"WITH {written}\n{_final(plan)}"


def _sources(plan: Plan, catalog: Catalog, clock: Clock, tables: list[tuple[str, str, bool]]) -> dict[str, str]:
    """Where each branch reads: the fact itself, or, when several read it, one scan kept for all."""
    sources = {}
    for use in plan.uses:
        readers = [branch for branch in plan.branches if branch.use == use]
        if len(readers) == 1 and bounds_sql(readers[0], plan, clock) is None:
            sources[use.relation] = f'"{use.relation}"'
            continue
        columns = list(dict.fromkeys(column for branch in readers for column in _needed(branch, plan, catalog)))
        spans = [bounds_sql(branch, plan, clock) for branch in readers]
        where = "" if None in spans else f"\nWHERE {' OR '.join(f'({span})' for span in dict.fromkeys(spans))}"
        listed = ", ".join(f'"{column}"' for column in columns) or "1 AS nothing"
        name = f"scan_{len(sources)}"
        tables.append((name, f'SELECT {listed}\nFROM "{use.relation}"{where}', len(readers) > 1))
        sources[use.relation] = name
    return sources


def _needed(branch: Branch, plan: Plan, catalog: Catalog) -> Iterable[str]:
    """The columns of its fact a branch reads anywhere."""
    joins = Joins(catalog, moment_of(branch.time), plan.history)
    for dimension in (*branch.dimensions, *branch.filters):
        joins.value(dimension)
    scoped = {"account_id"} if plan.query.scope != "all" else set()
    read = {*branch.columns, *time_columns(branch.time), *joins.own, *scoped}
    return [column for column in catalog.facts[branch.use.fact].columns if column in read]


def _groups(plan: Plan) -> list[str]:
    return [f"d{index}" for index in range(len(plan.query.by))]


def _cells(plan: Plan) -> str:
    """All figures side by side: each stands in one branch only, so `max` merely picks it."""
    keys = ["p", "level", *_groups(plan)]
    if not plan.branches:
        nothing = ", ".join(["0 AS p", "0 AS level", *(f"'' AS {dim}" for dim in _groups(plan))])
        return f"SELECT {nothing} WHERE FALSE"
    columns = [(branch.name, item.column) for branch in plan.branches for item in branch.items]
    if len(plan.branches) == 1:
        listed = ", ".join([*keys, *(f"CAST({column} AS DOUBLE) AS {column}" for _, column in columns)])
        return f"SELECT {listed} FROM {plan.branches[0].name}"
    parts = []
    for branch in plan.branches:
        own = [f"CAST({column if name == branch.name else 'NULL'} AS DOUBLE) AS {column}" for name, column in columns]
        parts.append(f"SELECT {', '.join([*keys, *own])} FROM {branch.name}")
    union = "\nUNION ALL\n".join(parts)
    picked = ", ".join([*keys, *(f"max({column}) AS {column}" for _, column in columns)])
    return f"SELECT {picked}\nFROM (\n{union}\n) u\nGROUP BY {', '.join(keys)}"


def _slices(plan: Plan, clock: Clock) -> str:
    rows = []
    for index, piece in enumerate(plan.slices):
        days = (clock.local(piece.as_of) - clock.local(piece.start)).total_seconds() / 86400
        observed = (piece.horizon - piece.end).total_seconds() / 86400
        partners = [str(found[index]) if found[index] is not None else "NULL" for found in plan.partners.values()]
        rows.append(f"({', '.join([str(index), f'{days!r}e0', f'{observed!r}e0', *partners])})")
    names = ["p", "days", "days_observed", *(f"p_{shift}" for shift in plan.partners)]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({', '.join(names)})"


def _spine(plan: Plan) -> str:
    """Each group that has a row in the asked range, beside every period; the total always."""
    keys = ["level", *_groups(plan)]
    here = [f"max({_presence(planned)}) AS here_{index}" for index, planned in enumerate(plan.kpis)]
    groups = f"SELECT {', '.join([*keys, *here])} FROM cells WHERE p < {plan.asked} GROUP BY {', '.join(keys)}"
    total = 2 ** len(plan.query.by) - 1
    if () in plan.levels:
        empty = ", ".join([f"{total} AS level", *(f"'' AS {dim}" for dim in keys[1:]), *("0e0" for _ in plan.kpis)])
        there = f"SELECT 1 FROM cells WHERE p < {plan.asked} AND level = {total}"
        groups += f"\nUNION ALL SELECT {empty} WHERE NOT EXISTS ({there})"
    return f"SELECT s.*, g.* FROM slices s CROSS JOIN (\n{groups}\n) g"


def _presence(planned: PlannedKpi) -> str:
    columns = list(dict.fromkeys(cell.rows for cell in planned.cells.values() if cell.value))
    return " + ".join(f"COALESCE({column}, 0e0)" for column in columns) or "0e0"


def _valued(plan: Plan) -> str:
    """Every KPI of every period and group, with its parts, interval and flags."""
    keys = ["p", "level", *_groups(plan)]
    columns = [f"s.{key}" for key in keys] + [f"s.p_{shift}" for shift in plan.partners]
    for index, planned in enumerate(plan.kpis):
        columns += _kpi_columns(planned, index)
    joins = [_cell_join("c", "s.p", keys[1:])]
    shifts = {cell.shift for planned in plan.kpis for cell in planned.cells.values() if cell.shift}
    joins += [_cell_join(f"c_{shift}", f"s.p_{shift}", keys[1:]) for shift in sorted(shifts)]
    return f"SELECT {', '.join(columns)}\nFROM spine s\n" + "\n".join(joins)


def _cell_join(alias: str, period: str, keys: list[str]) -> str:
    same = " AND ".join([f"{alias}.p = {period}", *(f"{alias}.{key} = s.{key}" for key in keys)])
    return f"LEFT JOIN cells {alias} ON {same}"


def _kpi_columns(planned: PlannedKpi, index: int) -> list[str]:
    names, kpi = columns_of(planned, index), planned.kpi
    write = FormulaWriter({name: cell_sql(cell) for name, cell in planned.cells.items()})
    low, high = interval_sql(kpi, write)
    sample = write(kpi.n) if kpi.n is not None else _sample(planned, write)
    unmatched = [cell.unmatched for cell in planned.cells.values() if cell.unmatched and cell.value and not cell.shift]
    strangers = " + ".join(f"COALESCE(c.{column}, 0e0)" for column in dict.fromkeys(unmatched)) or "0e0"
    found = [
        (write(kpi.formula), names.value), (low, names.low), (high, names.high), (sample, names.n),
        (strangers, names.unmatched), (f"s.here_{index}", names.here),
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
