"""Plan to SQL: each fact scanned once, every KPI a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from accountlens.catalog.catalog import Catalog
from accountlens.engine.columns import columns_of, once
from accountlens.engine.cuts import cuts_of
from accountlens.engine.fact_sql import Beside, FactWriter, beside_sql
from accountlens.engine.figures import figures, presences
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.means import means_sql
from accountlens.engine.plan import Plan
from accountlens.engine.rollups import roll_up
from accountlens.engine.script import Formulas, Script, Step
from accountlens.engine.timeline import SHIFT_OF
from accountlens.language.calendar import Clock
from accountlens.language.formula import Node
from accountlens.warehouses.expand import literal


def plan_sql(plan: Plan, catalog: Catalog, clock: Clock) -> Script:
    """The whole question; its rows are (p, level, groups) with a set of columns per KPI."""
    facts = facts_sql(plan, catalog, clock)
    words = words_of(plan, clock)
    columns, held = once(figures(plan))
    here, held_here = once(presences(plan))
    formulas = Formulas(columns, here, held | held_here, words, [fact.columns for fact in facts], tuple(plan.lent))
    again = bool(plan.query.earlier) or plan.over_accounts
    steps = [
        Step("slices", _slices(plan, words)),
        Step("spine", _spine(plan, facts), stored=True),
        Step("cells", _cells(plan, facts), stored=True),
        Step("present", _present(plan, here)),
        Step("valued", _valued(plan, columns, here), stored=again),
    ]
    if plan.over_accounts:
        steps.append(Step("shown", means_sql(plan, formulas.held), stored=bool(plan.query.earlier)))
    final, places = _compared(plan, steps[-1].name, formulas.held)
    return Script(facts, tuple(steps), final, formulas, places)


def facts_sql(plan: Plan, catalog: Catalog, clock: Clock) -> tuple[Step, ...]:
    """For each fact the SELECT of its figures by the plan's keys."""
    rolled = roll_up(plan, catalog)
    cuts = cuts_of(plan, clock, rolled.compared, rolled.edges)
    return tuple(map(FactWriter(plan, catalog, clock, cuts, rolled), plan.uses))


def words_of(plan: Plan, clock: Clock) -> dict[str, list[float]]:
    """What formulas may say of each valued period: its days until the time asked, and those since it ended."""
    pieces = [plan.slices[index] for index in plan.valued]
    spans = {
        "days": [clock.local(piece.as_of) - clock.local(piece.start) for piece in pieces],
        "days_observed": [piece.horizon - piece.end for piece in pieces],
    }
    return {word: [span.total_seconds() / 86400 for span in found] for word, found in spans.items()}


def _spine(plan: Plan, tables: Sequence[Step]) -> str:
    """Each group that has a row in the asked range, beside every period; the total always."""
    keys = plan.keys[1:]
    shown = len(plan.slices) if plan.gone else plan.asked
    found = [f"SELECT {', '.join(keys)} FROM {table.name} WHERE p < {shown}" for table in tables]
    if () in plan.levels or not found:
        total = [f"{2 ** len(plan.groups) - 1} AS level", *(f"'' AS {dim}" for dim in keys[1:])]
        nobody = "" if () in plan.levels else " WHERE FALSE"
        found.append(f"SELECT {', '.join(total)}{nobody}")
    groups = "\nUNION\n".join(found) if len(found) > 1 else found[0].replace("SELECT", "SELECT DISTINCT", 1)
    return f"SELECT s.*, g.* FROM slices s CROSS JOIN (\n{groups}\n) g"


def _cells(plan: Plan, tables: Sequence[Step]) -> str:
    """All figures beside the spine."""
    parts = [part for table in tables for part in _taken(plan, table)]
    return beside_sql(["s.*", *(name for part in parts for name in part.listed())], "spine s", plan.keys, parts)


def _taken(plan: Plan, table: Step) -> Iterator[Beside]:
    """A fact's figures of the row's period, and those that measures take from an earlier one."""
    yield Beside(table.name, table.columns)
    for shift, columns in plan.lent.items():
        if taken := [name for name in table.columns if name in columns]:
            yield Beside(table.name, taken, shift)


def _slices(plan: Plan, words: Mapping[str, Sequence[float]]) -> str:
    rows = []
    for place, index in enumerate(plan.valued):
        partners = [found[index] for found in plan.partners.values()]
        told = [index, *(numbers[place] for numbers in words.values()), *partners]
        rows.append(f"({', '.join(map(literal, told))})")
    names = ["p", *words, *(f"p_{shift}" for shift in plan.partners)]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({', '.join(names)})"


def _present(plan: Plan, here: Mapping[str, Node]) -> str:
    """For each group and KPI, whether a row takes part in the asked range."""
    keys, write = plan.keys[1:], FormulaWriter(str)
    most = [f"max({write(node)}) AS {column}" for column, node in here.items()]
    return f"SELECT {', '.join([*keys, *most])} FROM cells WHERE p < {plan.asked} GROUP BY {', '.join(keys)}"


def _valued(plan: Plan, columns: Mapping[str, Node], here: Iterable[str]) -> str:
    """Every KPI of every period and group, with its parts, interval and flags."""
    write = FormulaWriter("c.{}".format)
    listed = [f"c.{key}" for key in plan.keys] + [f"c.p_{shift}" for shift in plan.partners]
    listed += [f"{write(node)} AS {column}" for column, node in columns.items()]
    listed += [f"h.{column}" for column in here]
    same = " AND ".join(f"h.{key} = c.{key}" for key in plan.keys[1:])
    return f"SELECT {', '.join(listed)}\nFROM cells c\nJOIN present h ON {same}"


def _compared(plan: Plan, shown: str, held: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The asked periods, each beside the ones it is compared with, and the column in which each figure stands."""
    held = {name: name for name in held} if plan.over_accounts else held
    columns, joins, places = ["v.*"], [], dict(held)
    for word in plan.query.earlier:
        shift = SHIFT_OF[word]
        met = [f"x_{shift}.p = v.p_{shift}"]
        met += [f"x_{shift}.{key} = v.{key}" for key in plan.keys[1 : 2 + len(plan.query.by)]]
        joins.append(f"LEFT JOIN {shown} x_{shift} ON {' AND '.join(met)}")
        found, then = once(_earlier_figures(plan, word, held))
        columns += [f"{sql} AS {column}" for column, sql in found.items()]
        places |= then
    source = "\n".join([f"FROM {shown} v", *joins])
    return f"SELECT {', '.join(columns)}\n{source}\nWHERE v.p < {plan.asked}", places


def _earlier_figures(plan: Plan, word: str, held: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for index, planned in enumerate(plan.kpis):
        names = columns_of(planned, index)
        yield names.compared[word], f"x_{SHIFT_OF[word]}.{held[names.value]}"
        for part, then in names.components[word].items():
            yield then, f"x_{SHIFT_OF[word]}.{held[names.parts[part]]}"
