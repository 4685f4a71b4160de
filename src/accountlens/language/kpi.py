"""A KPI with its options settled: ready to be planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from accountlens.language.formula import UNKNOWN, Node, names
from accountlens.language.measures import Measure

UNITS = (
    "fraction", "count", "money", "days", "hours", "minutes", "points", "months", "ratio", "touches", "money_per_day",
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """A documented choice of a KPI. The first of `values` is the default where there is a list.

    A number may have to lie `between` two bounds, themselves excluded.
    """

    name: str
    default: Any = None
    values: tuple[Any, ...] = ()
    between: tuple[float, float] | None = None


@dataclass(frozen=True)
class Terms:
    """Components that are measures: the formula is their sum."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Split:
    """Components that are groups: by this column of its fact the groups of the KPI add up to it."""

    column: str


@dataclass(frozen=True)
class StandardError:
    """A t interval by formulas: the value's standard error, and its whole degrees of freedom."""

    error: Node
    freedom: Node


@dataclass(frozen=True)
class Kpi:
    """Everything the engine needs. `options` are all in force, `beyond` those that differ from the defaults."""

    name: str
    unit: str
    good: Literal["up", "down", "context"]
    formula: Node
    measures: Mapping[str, Measure]
    formula_text: str = ""
    interval: str | StandardError | None = None  # wilson | trinomial | student_t | by formulas
    n: Node | None = None
    components: Terms | Split | None = None  # what it is made of, adding up to its value
    flags: Mapping[str, Node] = field(default_factory=dict)
    membership: str = "at_event"
    rollup: str = "pooled"
    options: Mapping[str, Any] = field(default_factory=dict)
    beyond: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bare(self) -> Kpi:
        """The same value, and nothing beside it but the measures that its formula names."""
        named = set(names(self.formula))
        measures = {name: measure for name, measure in self.measures.items() if name in named}
        return replace(self, measures=measures, interval=None, n=UNKNOWN, components=None, flags={})
