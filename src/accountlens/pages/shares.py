"""Whose doing a change is: what each group brought to the change of a total, adding up to it where that can be.

A sum changes by what its groups change. Of a ratio A / B the group g brings (Δa − r Δb) / b̄, with r the mean of the two
ratios and b̄ the mean of the two denominators: by the product rule these add up to the change exactly, and treat before
and now alike. A mean is the ratio of its sum to its cases. Nothing is taken on trust: a way that does not add up is no
way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from accountlens.engine.arrays import Array
from accountlens.language.formula import Binary, Name, Negative, Node, Number, OptionRef
from accountlens.language.kpi import Kpi

How = Literal["sum", "ratio", "mean", "own"]
NEAR = 1e-9


@dataclass(frozen=True)
class Figures:
    """A KPI's figures at one time: (g + 1,) each, the total last; NaN is unknown, or the group was not there."""

    value: Array
    n: Array
    parts: Mapping[str, Array]


@dataclass(frozen=True)
class Shares:
    """`contribution` (g,) of each group; `how` it was told. By `own` change alone it adds up to nothing."""

    contribution: Array
    how: How

    @property
    def exact(self) -> bool:
        return self.how != "own"


def shares(kpi: Kpi, before: Figures, now: Figures) -> Shares:
    """What each group brought to the change of the total."""
    change = now.value[-1] - before.value[-1]
    for how, found in _ways(kpi, before, now):
        whole = float(found.sum())
        scale = max(abs(change), abs(now.value[-1]), abs(before.value[-1]), 1e-12)
        if abs(whole - change) <= NEAR * scale:
            return Shares(found, how)
    return Shares((now.value - before.value)[:-1], "own")


def _ways(kpi: Kpi, before: Figures, now: Figures) -> Iterator[tuple[How, Array]]:
    """The ways a change may come apart, the plainest first."""
    yield "sum", (_zeros(now.value) - _zeros(before.value))[:-1]
    if isinstance(kpi.formula, Binary) and kpi.formula.operator == "/":
        over, under = kpi.formula.left, kpi.formula.right
        pairs = [(_worth(over, kpi, one), _worth(under, kpi, one)) for one in (before, now)]
        yield from _of_ratio("ratio", pairs[0], pairs[1])
    yield from _of_ratio("mean", (before.value * before.n, before.n), (now.value * now.n, now.n))


def _of_ratio(how: How, before: tuple[Array, Array], now: tuple[Array, Array]) -> Iterator[tuple[How, Array]]:
    (over0, under0), (over1, under1) = ((_zeros(over), _zeros(under)) for over, under in (before, now))
    if not under0[-1] or not under1[-1]:
        return
    ratio = (over0[-1] / under0[-1] + over1[-1] / under1[-1]) / 2
    mean = (under0[-1] + under1[-1]) / 2
    if mean:
        yield how, ((over1 - over0 - ratio * (under1 - under0)) / mean)[:-1]


def _zeros(figure: Array) -> Array:
    """A group that is not there brings nothing."""
    return np.nan_to_num(figure, nan=0.0)


OPERATORS: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
}


def _worth(node: Node, kpi: Kpi, figures: Figures) -> Array:
    """A side of a ratio, group by group; unknown where it is not plain arithmetic over measures."""
    unknown: Array = np.full(figures.value.shape, np.nan)
    match node:
        case Number(value):
            return np.full(figures.value.shape, value)
        case OptionRef(name) if isinstance(kpi.options.get(name), int | float):
            return np.full(figures.value.shape, float(kpi.options[name]))
        case Name(name):
            return figures.parts.get(name, unknown)
        case Negative(operand):
            return -_worth(operand, kpi, figures)
        case Binary(operator, left, right) if operator in OPERATORS:
            return OPERATORS[operator](_zeros(_worth(left, kpi, figures)), _zeros(_worth(right, kpi, figures)))
    return unknown
