"""The facts whose figures are kept by one dimension: looked at once, written for each part of the groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.engine.fact_figures import FactFigures
from accountlens.engine.plan import FactUse, Plan, found_name
from accountlens.engine.planner import Ground
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.engine.sql import facts_sql
from accountlens.errors import AccountlensError
from accountlens.standing.before import Before, Held
from accountlens.standing.identity import Identity, by_use, identity
from accountlens.standing.parts import Part
from accountlens.standing.signatures import signatures
from accountlens.warehouses.faults import WarehouseError


@dataclass(frozen=True)
class KeptFact:
    """The table and columns of a fact's figures, what makes them the same, and which of them are taken over."""

    table: str
    columns: tuple[str, ...]
    same: Identity
    held: Held | None

    @property
    def computed(self) -> frozenset[int]:
        """The slices that are not taken over."""
        return frozenset(self.same.told) - frozenset(self.held.slices if self.held else ())

    @property
    def made(self) -> dict[str, Any]:
        """What the next making has to know, and what came of this one."""
        same = {"defined": self.same.defined, "told": self.same.told, "columns": self.columns}
        return {**same, "spans": len(self.same.told), "taken_over": len(self.same.told) - len(self.computed)}


@dataclass
class KeptFacts:
    """All of a dimension's. `plan` is that of any part: others differ by their condition alone."""

    plan: Plan
    facts: dict[FactUse, KeptFact]
    failed: dict[str, str] = field(default_factory=dict)  # table → why

    def write(self, part: Part, plan: Plan, ground: Ground, session: Session) -> Iterator[int]:
        """Write a part of the groups; told after each fact how many are done."""
        of = Computing(plan, ground, session)
        steps = {step.name: step for step in of.steps({use: fact.computed for use, fact in self.facts.items()})}
        for done, (use, fact) in enumerate(self.facts.items(), 1):
            try:
                found = [*of.found(steps[fact.table], use, fact.computed)] if fact.table in steps else []
            except WarehouseError:
                raise  # what is made ready there cannot be made here
            except (duckdb.Error, AccountlensError) as error:
                self.failed.setdefault(fact.table, str(error).splitlines()[0])
            else:
                part.write(fact.table, fact.columns, found, fact.held)
            yield done
        part.finish()

    def manifest(self, parts: int, catalog: Catalog) -> dict[str, Any]:
        """`reach`: sets of spans; `figures`: signature → table, column, and which of these sets it is kept for."""
        reach = {branch.periods: None for branch in self.plan.branches}
        number = {periods: place for place, periods in enumerate(reach)}
        figures = {
            signature: (self.facts[branch.use].table, column, number[branch.periods])
            for branch in self.plan.branches
            if self.facts[branch.use].table not in self.failed
            for column, signature in signatures(self.plan, branch, catalog)
        }
        return {"parts": parts, "history": sorted(self.plan.history), "reach": list(reach), "figures": figures}

    @property
    def made(self) -> dict[str, Any]:
        return {fact.table: fact.made for fact in self.facts.values() if fact.table not in self.failed}


@dataclass(frozen=True)
class Computing:
    """A plan on its way to figures."""

    plan: Plan
    ground: Ground
    session: Session

    def steps(self, wanted: Mapping[FactUse, Collection[int]]) -> Sequence[Step]:
        """The SELECTs, as authored, of facts in those of the plan's slices that are wanted of each."""
        every = self.plan.branches
        fewer = [replace(one, periods=tuple(p for p in one.periods if p in wanted.get(one.use, ()))) for one in every]
        plan = replace(self.plan, branches=tuple(branch for branch in fewer if branch.periods))
        return facts_sql(plan, self.ground.catalog, self.ground.clock)

    def found(self, step: Step, use: FactUse, wanted: Collection[int]) -> Iterator[tuple[FactFigures, Sequence[str]]]:
        """What a fact gives, with the columns' names; where memory lacks for all slices, half of them at a time.

        `AccountlensError` where the session's engine has no words for it.
        """
        try:
            figures = self.session.compute(replace(step, sql=self.session.written(step.sql)), self.plan.keys[2:])
        except duckdb.OutOfMemoryException:
            ordered = sorted(wanted)
            if len(ordered) == 1:
                raise
            for some in (ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]):
                for fewer in self.steps({use: some}):
                    yield from self.found(fewer, use, some)
        else:
            yield figures, step.columns


def kept_facts(by: str, plan: Plan, ground: Ground, before: Before) -> KeptFacts:
    """Look at each fact of a plan once: which of its figures by a dimension are those of before."""
    facts = {}
    for use, branches in by_use(plan).items():
        same = identity(branches, plan, ground.catalog, ground.clock)
        held = before.held(by, found_name(use), same, branches, plan, ground.clock)
        facts[use] = KeptFact(found_name(use), tuple(item.column for one in branches for item in one.items), same, held)
    return KeptFacts(plan, facts)
