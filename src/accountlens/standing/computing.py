"""A kept question on its way to figures: some groups at a time; in a warehouse all at once, brought home in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

import duckdb

from accountlens.engine.fact_figures import FactFigures
from accountlens.engine.plan import FactUse, Plan
from accountlens.engine.planner import Ground
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.engine.sql import facts_sql
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.warehouses.expand import literal, quoted

Found: TypeAlias = tuple[FactFigures, tuple[str, ...]]  # with the columns' names


@dataclass(frozen=True)
class Between:
    """Groups whose texts lie between two, the first included; those at the ends have no such bound."""

    low: str | None = None
    high: str | None = None

    def condition(self, column: str) -> str | None:
        bounds = [f"{column} >= {literal(self.low)}"] if self.low is not None else []
        bounds += [f"{column} < {literal(self.high)}"] if self.high is not None else []
        return " AND ".join(bounds) or None


class Source(Protocol):
    """Where a part's figures come from."""

    def found(self, use: FactUse, wanted: Collection[int]) -> Iterator[Found]:
        """What a fact gives in those of the plan's slices that are wanted."""
        ...


@dataclass(frozen=True)
class Computing:
    """A plan, asked of a session."""

    plan: Plan
    ground: Ground
    session: Session

    def steps(self, use: FactUse, wanted: Collection[int]) -> list[Step]:
        """The SELECT of a fact, as authored, in those slices; none where nothing is wanted."""
        own = [one for one in self.plan.branches if one.use == use]
        fewer = [replace(one, periods=tuple(p for p in one.periods if p in wanted)) for one in own]
        left = tuple(branch for branch in fewer if branch.periods)
        return (
            list(facts_sql(replace(self.plan, branches=left), self.ground.catalog, self.ground.clock)) if left else []
        )

    def found(self, use: FactUse, wanted: Collection[int]) -> Iterator[Found]:
        """What a fact gives; where memory lacks for all slices, half of them at a time.

        `AccountlensError` where the session's engine has no words for it.
        """
        try:
            figures = [(self.read(step), step.columns) for step in self.steps(use, wanted)]
        except duckdb.OutOfMemoryException:
            ordered = sorted(wanted)
            if len(ordered) == 1:
                raise
            for some in (ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]):
                yield from self.found(use, some)
        else:
            yield from figures

    def read(self, step: Step) -> FactFigures:
        return self.session.compute(replace(step, sql=self.session.written(step.sql)), self.plan.keys[2:])


@dataclass
class ComputedThere:
    """Figures of all groups, computed once in a warehouse, in tables that are there until all parts are home."""

    computing: Computing
    session: WarehouseSession
    steps: dict[FactUse, Step] = field(default_factory=dict)

    def compute(self, use: FactUse, wanted: Collection[int]) -> None:
        """In the order of the groups, so that a part lies together."""
        for step in self.computing.steps(use, wanted):
            self.session.keep(step.name, self.session.written(f"SELECT * FROM ({step.sql}) v ORDER BY {self.column}"))
            self.steps[use] = step

    @property
    def column(self) -> str:
        """That of the groups."""
        return self.computing.plan.keys[2]

    def part(self, between: Between) -> PartThere:
        return PartThere(self, f"SELECT * FROM {{}} WHERE {between.condition(self.column) or 'TRUE'}")

    def drop(self) -> None:
        for step in self.steps.values():
            self.session.drop(step.name)


@dataclass(frozen=True)
class PartThere:
    """Some groups of what was computed there; `select` of a table."""

    whole: ComputedThere
    select: str

    def found(self, use: FactUse, wanted: Collection[int]) -> Iterator[Found]:
        """In the slices that were wanted of it when it was computed."""
        if wanted:
            step = self.whole.steps[use]
            yield self.whole.computing.read(replace(step, sql=self.select.format(quoted(step.name)))), step.columns
