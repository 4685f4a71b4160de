"""A question as SQL: one statement, to read, to run elsewhere, and to run here unless it is wide.

The cost of planning one statement grows faster than its width. Of a wide question only what each fact gives is asked in
SQL, and the rest is put together as arrays (`sheet`); both give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accountlens.engine.wiring import Wiring
    from accountlens.language.formula import Node

READY = "-- not computed: these figures stand ready since the refresh"
WIDE = 8  # facts from which on arrays are cheaper than one statement


@dataclass(frozen=True)
class Step:
    """A table on the way. `stored`: made once and kept, because it is dear or read again.

    `columns` are the figures that a fact's table gives.
    """

    name: str
    sql: str
    stored: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formulas:
    """What is computed of the facts' figures. `words` are those about the valued periods, by name.

    `columns` are the figures each fact gives; `lent` tells how those of earlier periods are shifted (`Plan.lent`).
    """

    figures: Mapping[str, Node]
    here: Mapping[str, Node]  # rows that take part; a group is there where any does
    held: Mapping[str, str]  # figure → the column that holds it
    words: Mapping[str, Sequence[float]]
    columns: Sequence[Sequence[str]]
    lent: Sequence[str]

    @cached_property
    def wiring(self) -> Wiring:
        """The formulas compiled over the facts' figures."""
        return self.wired(frozenset((*self.figures, *self.here)))

    def wired(self, names: frozenset[str]) -> Wiring:
        """Those of the formulas that give the figures named."""
        if names not in self._wired:
            from accountlens.engine.wiring import wire

            figures, here = (
                {name: node for name, node in of.items() if name in names} for of in (self.figures, self.here)
            )
            self._wired[names] = wire(replace(self, figures=figures, here=here))
        return self._wired[names]

    @cached_property
    def _wired(self) -> dict[frozenset[str], Wiring]:
        return {}


@dataclass(frozen=True)
class Script:
    """`facts` give figures by period and group, each on its own; `steps` put them together."""

    facts: tuple[Step, ...]
    steps: tuple[Step, ...]
    final: str
    formulas: Formulas
    held: Mapping[str, str] = field(default_factory=dict)  # figure → the column of the result that holds it

    @property
    def wide(self) -> bool:
        return len(self.facts) >= WIDE

    def map(self, write: Callable[[str], str], keeps: bool = True) -> Script:
        """The same script with every text rewritten; `keeps`: the engine has a word for tables that are stored."""

        def rewritten(step: Step) -> Step:
            sql, stored = write(step.sql), step.stored and keeps
            return step if sql is step.sql and stored == step.stored else replace(step, sql=sql, stored=stored)

        facts, steps = (tuple(map(rewritten, part)) for part in (self.facts, self.steps))
        return replace(self, facts=facts, steps=steps, final=write(self.final))

    def statement(self, ready: Collection[str] = ()) -> str:
        """The whole as one SELECT; facts whose figures are `ready` are marked, they need not be computed."""
        facts = (replace(step, sql=f"{READY}\n{step.sql}") if step.name in ready else step for step in self.facts)
        return with_steps((*facts, *self.steps), self.final)

    def places(self, columns: Sequence[str]) -> dict[str, int]:
        """Where every figure and key stands in the rows of a result with these columns."""
        found = {name: place for place, name in enumerate(columns)}
        return found | {name: found[column] for name, column in self.held.items()}


def with_steps(steps: Sequence[Step], final: str) -> str:
    """A SELECT after the tables it reads."""
    written = ",\n".join(f"{step.name} AS {'MATERIALIZED ' if step.stored else ''}(\n{step.sql}\n)" for step in steps)
    return f"WITH {written}\n{final}"
