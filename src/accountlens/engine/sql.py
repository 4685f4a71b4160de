"""Plan to SQL: each fact scanned once, every KPI a column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from accountlens.catalog.catalog import Catalog
from accountlens.engine.columns import columns_of, once
from accountlens.engine.cuts import cuts_of
from accountlens.engine.fact_sql import Beside, FactTable, FactWriter, beside_sql
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.intervals import interval_sql
from accountlens.engine.means import means_sql
from accountlens.engine.plan import Cell, Plan, PlannedKpi
from accountlens.engine.rollups import roll_up
from accountlens.engine.script import Script, Step
from accountlens.engine.timeline import SHIFT_OF
from accountlens.language.calendar import Clock

BUNDLE = 8  # tables joined at a time


def plan_sql(plan: Plan, catalog: Catalog, clock: Clock) -> Script:
    """The whole question; its rows are (p, level, groups) with a set of columns per KPI."""
    rolled = roll_up(plan, catalog)
    cuts = cuts_of(plan, clock, rolled.compared, rolled.edges)
    found = list(map(FactWriter(plan, catalog, clock, cuts, rolled), plan.uses))
    steps = [table.step for table in found]
    steps.append(Step("slices", _slices(plan, clock)))
    steps.append(Step("spine", _spine(plan, found), stored=True))
    steps += _cells(plan, found)
    steps.append(Step("present", _present(plan)))
    again = bool(plan.query.earlier) or plan.over_accounts
    figures = (figure for index, planned in enumerate(plan.kpis) for figure in _kpi_figures(planned, index))
    columns, held = once(figures)
    steps.append(Step("valued", _valued(plan, columns), stored=again))
    if plan.over_accounts:
        steps.append(Step("shown", means_sql(plan, held), stored=bool(plan.query.earlier)))
        held = {name: name for name in held}
    return _compared(plan, steps, held)


def _spine(plan: Plan, tables: list[FactTable]) -> str:
    """Each group that has a row in the asked range, beside every period; the total always."""
    keys = plan.keys[1:]
    shown = len(plan.slices) if plan.gone else plan.asked
    found = [f"SELECT {', '.join(keys)} FROM {table.step.name} WHERE p < {shown}" for table in tables]
    if () in plan.levels or not found:
        total = [f"{2 ** len(plan.groups) - 1} AS level", *(f"'' AS {dim}" for dim in keys[1:])]
        nobody = "" if () in plan.levels else " WHERE FALSE"
        found.append(f"SELECT {', '.join(total)}{nobody}")
    groups = "\nUNION\n".join(found) if len(found) > 1 else found[0].replace("SELECT", "SELECT DISTINCT", 1)
    return f"SELECT s.*, g.* FROM slices s CROSS JOIN (\n{groups}\n) g"


def _cells(plan: Plan, tables: list[FactTable]) -> list[Step]:
    """All figures beside the spine: in bundles first, for every join carries along all columns before it."""
    bundles = [tables[start : start + BUNDLE] for start in range(0, len(tables), BUNDLE)]
    found = [[figures for table in bundle for figures in _figures(plan, table)] for bundle in bundles]
    if len(bundles) <= 1:
        return [Step("cells", _beside(plan, ["s.*"], [one for figures in found for one in figures]), stored=True)]
    keys = [f"s.{key}" for key in plan.keys]
    steps = [
        Step(
            f"bundle_{number}",
            _beside(plan, keys, figures),
            stored=True,
            spent=tuple(table.step.name for table in bundle),
        )
        for number, (bundle, figures) in enumerate(zip(bundles, found, strict=True))
    ]
    parts = [
        Beside(step.name, [name for part in figures for name in part.shown])
        for step, figures in zip(steps, found, strict=True)
    ]
    spent = tuple(step.name for step in steps)
    return [*steps, Step("cells", _beside(plan, ["s.*"], parts), stored=True, spent=spent)]


def _beside(plan: Plan, columns: list[str], tables: list[Beside]) -> str:
    listed = [name for table in tables for name in table.listed()]
    return beside_sql([*columns, *listed], "spine s", plan.keys, tables)


def _figures(plan: Plan, table: FactTable) -> Iterator[Beside]:
    """A fact's figures of the row's period, and those that measures take from an earlier one."""
    yield Beside(table.step.name, table.columns)
    for shift, columns in plan.lent.items():
        if taken := [name for name in table.columns if name in columns]:
            yield Beside(table.step.name, taken, shift)


def _slices(plan: Plan, clock: Clock) -> str:
    rows = []
    for index in plan.valued:
        piece = plan.slices[index]
        days = (clock.local(piece.as_of) - clock.local(piece.start)).total_seconds() / 86400
        observed = (piece.horizon - piece.end).total_seconds() / 86400
        partners = [str(found[index]) if found[index] is not None else "NULL" for found in plan.partners.values()]
        rows.append(f"({', '.join([str(index), f'{days!r}e0', f'{observed!r}e0', *partners])})")
    names = ["p", "days", "days_observed", *(f"p_{shift}" for shift in plan.partners)]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({', '.join(names)})"


def _present(plan: Plan) -> str:
    """For each group and KPI, whether a row takes part in the asked range."""
    keys = plan.keys[1:]
    here = [f"max({_presence(planned)}) AS here_{index}" for index, planned in enumerate(plan.kpis)]
    return f"SELECT {', '.join([*keys, *here])} FROM cells WHERE p < {plan.asked} GROUP BY {', '.join(keys)}"


def _presence(planned: PlannedKpi) -> str:
    columns = list(dict.fromkeys(cell.rows for cell in planned.cells.values() if cell.value))
    return " + ".join(f"COALESCE({column}, 0e0)" for column in columns) or "0e0"


def _valued(plan: Plan, figures: list[str]) -> str:
    """Every KPI of every period and group, with its parts, interval and flags."""
    keys = [f"c.{key}" for key in plan.keys] + [f"c.p_{shift}" for shift in plan.partners]
    same = " AND ".join(f"h.{key} = c.{key}" for key in plan.keys[1:])
    return f"SELECT {', '.join([*keys, *figures])}\nFROM cells c\nJOIN present h ON {same}"


def _kpi_figures(planned: PlannedKpi, index: int) -> list[tuple[str, str]]:
    """A KPI's figures: SQL and name."""
    names, kpi = columns_of(planned, index), planned.kpi
    write = FormulaWriter({name: cell_sql(cell) for name, cell in planned.cells.items()})
    low, high = interval_sql(planned, write)
    sample = write(kpi.n) if kpi.n is not None else _sample(planned, write)
    unmatched = [cell.unmatched for cell in planned.cells.values() if cell.unmatched and cell.value and not cell.shift]
    strangers = " + ".join(f"COALESCE(c.{column}, 0e0)" for column in dict.fromkeys(unmatched)) or "0e0"
    found = [
        (write(kpi.formula), names.value), (low, names.low), (high, names.high), (sample, names.n),
        (strangers, names.unmatched), (f"h.here_{index}", names.here),
    ]  # fmt: skip
    found += [(write.measure(measure), column) for measure, column in names.parts.items()]
    write = FormulaWriter({**write.measures, "n": sample})
    return found + [(write(kpi.flags[flag]), column) for flag, column in names.flags.items()]


def cell_sql(cell: Cell) -> str:
    """A measure's value: what its branch found, else its empty value; unknown where its entity is missing."""
    if cell.value is None:
        return "CAST(NULL AS DOUBLE)"
    column = cell.column(cell.value)
    return f"COALESCE({column}, 0e0)" if cell.empty_is_zero else column


def _sample(planned: PlannedKpi, write: FormulaWriter) -> str:
    """How many things stand behind the value: Wilson's trials, the single measure's rows, else nothing is said."""
    from accountlens.language.formula import Binary

    formula = planned.kpi.formula
    if planned.kpi.interval == "wilson" and isinstance(formula, Binary):
        return write(formula.right)
    cells = [cell for cell in planned.cells.values() if cell.value]
    if len(planned.cells) == 1 and cells:
        return f"COALESCE({cells[0].column(cells[0].sample)}, 0e0)"
    return "CAST(NULL AS DOUBLE)"


def _compared(plan: Plan, steps: list[Step], held: Mapping[str, str]) -> Script:
    """The steps, and last the asked periods, each beside the ones it is compared with."""
    shown, keys = steps[-1].name, plan.keys[1 : 2 + len(plan.query.by)]
    columns, joins, places = ["v.*"], [], dict(held)
    for word in plan.query.earlier:
        shift = SHIFT_OF[word]
        same = " AND ".join([f"x_{shift}.p = v.p_{shift}", *(f"x_{shift}.{key} = v.{key}" for key in keys)])
        joins.append(f"LEFT JOIN {shown} x_{shift} ON {same}")
        found, then = once(_earlier_figures(plan, word, held))
        columns, places = columns + found, places | then
    source = "\n".join([f"FROM {shown} v", *joins])
    return Script(tuple(steps), f"SELECT {', '.join(columns)}\n{source}\nWHERE v.p < {plan.asked}", places)


def _earlier_figures(plan: Plan, word: str, held: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, planned in enumerate(plan.kpis):
        names = columns_of(planned, index)
        yield f"x_{SHIFT_OF[word]}.{held[names.value]}", names.compared[word]
        for part, then in names.components[word].items():
            yield f"x_{SHIFT_OF[word]}.{held[names.parts[part]]}", then
