"""How a KPI runs through a period, and whether the figures of parts add up to that of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from accountlens.language.formula import Binary, Name, Negative, Node, Number
from accountlens.language.kpi import Kpi
from accountlens.language.measures import At, During, Measure

Nature = Literal["flow", "stock", "rate"]


def nature_of(kpi: Kpi) -> Nature:
    """A `flow` gathers through the period, a `stock` stands at its end; all else is a `rate`, which is neither."""
    if kpi.rollup == "pooled" and linear(kpi.formula):
        if all(isinstance(one.time, At) for one in _used(kpi)) and _counting(kpi):
            return "flow"
        if all(isinstance(one.time, During) and one.time.read == "closing" for one in _used(kpi)) and _counting(kpi):
            return "stock"
    return "rate"


def adds_up(kpi: Kpi) -> bool:
    """Whether the figures of owners, tiers … add up to the company's: sums and counts of rows do."""
    return nature_of(kpi) != "rate" and _all(kpi, lambda one: one.function != "distinct" and one.merge == "sum")


def linear(node: Node) -> bool:
    """Whether it only adds, subtracts, and multiplies by numbers."""
    match node:
        case Name():
            return True
        case Negative(operand):
            return linear(operand)
        case Binary("+" | "-", left, right):
            return linear(left) and linear(right)
        case Binary("*", Number(), other) | Binary("*" | "/", other, Number()):
            return linear(other)
        case _:
            return False


def _counting(kpi: Kpi) -> bool:
    plain = ("count", "sum", "distinct")
    return _all(kpi, lambda one: one.function in plain and not (one.per or one.shift or one.earlier))


def _all(kpi: Kpi, test: Callable[[Measure], bool]) -> bool:
    return all(map(test, _used(kpi)))


def _used(kpi: Kpi) -> Iterator[Measure]:
    from accountlens.language.formula import names

    yield from (kpi.measures[name] for name in names(kpi.formula) if name in kpi.measures)
