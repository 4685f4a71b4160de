"""Whether the units in a formula fit: money is not added to a count, and money by accounts is money.

What is not certain is not told: known are the unit of a KPI, of a count, of a sum over a column of money. A number
fits all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from accountlens.language import formula as f
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Measure
from accountlens.language.tables import Entity

NUMBER, SHARE, COUNT, MONEY, TIME, PACE = "number", "share", "count", "money", "time", "money by time"
KINDS: Mapping[str, str] = {
    "fraction": SHARE, "ratio": SHARE, "count": COUNT, "points": COUNT, "touches": COUNT, "money": MONEY,
    "days": TIME, "hours": TIME, "minutes": TIME, "months": TIME, "money_per_day": PACE,
}  # fmt: skip
PLAIN = (NUMBER, SHARE, COUNT)  # what may be multiplied and divided by without another kind of thing coming of it
WORDS = {SHARE: "a share", COUNT: "a count", MONEY: "money", TIME: "time", PACE: "money by time"}
SAME = frozenset("+ - < <= > >= = <>".split())
COLUMN = re.compile(r'"?([a-z_][a-z0-9_]*)"?')
SUMMED = re.compile(r'(?:sum|avg|min|max)\(\s*"?([a-z_][a-z0-9_]*)"?\s*\)')
Known: TypeAlias = Callable[[str], str | None]  # the kind of what a name stands for; None: not known


@dataclass(frozen=True)
class Misfit:
    """Two sides of an operator that are numbers of two kinds; `names` are those of the formula they come from."""

    what: str
    names: tuple[str, ...]


def kind_of(node: f.Node, known: Known) -> str | None:
    """Of what kind a formula's value is; None where that is not known."""
    match node:
        case f.Number():
            return NUMBER
        case f.Name("days" | "days_observed"):
            return TIME
        case f.Name(name):
            return known(name)
        case f.Negative(operand) | f.Call("abs", (operand,)):
            return kind_of(operand, known)
        case f.Binary(operator, left, right):
            return _of_two(operator, kind_of(left, known), kind_of(right, known))
        case f.Call("if", (_, *values)) | f.Call("min" | "max" | "coalesce", (*values,)):
            kinds = {kind_of(one, known) for one in values} - {NUMBER}
            return kinds.pop() if len(kinds) == 1 else None
    return None


def _of_two(operator: str, left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    if operator in "+-":
        return right if left == NUMBER else left if right in (NUMBER, left) else None
    if operator == "*":
        return right if left in PLAIN and right not in (NUMBER, SHARE) else left if right in PLAIN else None
    if operator == "/":
        return _quotient(left, right)
    return NUMBER  # a comparison gives 1, 0 or unknown


def _quotient(left: str, right: str) -> str | None:
    if right == NUMBER:
        return left
    if left == right:
        return SHARE
    if right in PLAIN:
        return SHARE if left in PLAIN else left
    return PACE if (left, right) == (MONEY, TIME) else None


def misfits(node: f.Node, known: Known) -> Iterator[Misfit]:
    """Everything that is added or compared with something of another kind."""
    for child in f.children(node):
        yield from misfits(child, known)
    match node:
        case f.Binary(operator, left, right) if operator in SAME:
            sides: tuple[f.Node, ...] = (left, right)
            told = f"'{operator}' stands between"
        case f.Call("min" | "max" | "coalesce" as function, arguments):
            sides, told = arguments, f"{function}() is of"
        case f.Call("if", (_, *values)):
            sides, told = tuple(values), "if() gives"
        case _:
            return
    kinds = list(dict.fromkeys(kind_of(side, known) for side in sides))
    apart = [kind for kind in kinds if kind not in (None, NUMBER)]
    if len(apart) > 1:
        names = tuple(dict.fromkeys(name for side in sides for name in f.names(side)))
        yield Misfit(f"{told} {' and '.join(WORDS[str(kind)] for kind in apart)}.", names)


def fits(unit: str, kind: str | None) -> bool:
    """Whether a KPI of that unit may have a formula of that kind. Of plain numbers each may be called as it pleases."""
    wanted = KINDS[unit]
    return kind is None or kind in (NUMBER, wanted) or (kind in PLAIN and wanted in PLAIN)


def kind_of_measure(name: str, kpi: Kpi, money: frozenset[str]) -> str | None:
    """Of what kind a measure is: its KPI's where it is all of it, a count, money where a column of it is summed."""
    measure = kpi.measures[name]
    if kpi.formula == f.Name(name):
        return KINDS[kpi.unit]
    if measure.function in ("count", "distinct"):
        return COUNT
    return MONEY if _summed(measure) in money else None


def _summed(measure: Measure) -> str:
    """The column whose values are aggregated, where it is a column and no more."""
    found = COLUMN.fullmatch(measure.expression.strip())
    name = found[1] if found else ""
    if measure.per and name in measure.per.each:
        inner = SUMMED.fullmatch(measure.per.each[name].strip())
        return inner[1] if inner else ""
    return name


def money_columns(entities: Mapping[str, Entity]) -> frozenset[str]:
    """The names of columns that hold money wherever they stand."""
    found: dict[str, bool] = {}
    for entity in entities.values():
        for column in entity.columns.values():
            found[column.name] = found.get(column.name, True) and column.type == "money"
    return frozenset(name for name, always in found.items() if always)
