"""The facts whose figures are kept by one dimension: looked at once, written for each part of the groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.engine.plan import FactUse, Plan, found_name
from accountlens.engine.planner import Ground
from accountlens.errors import AccountlensError
from accountlens.standing.before import Before, Held
from accountlens.standing.computing import ComputedThere, Source
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
    """All of a dimension's. `plan` is that of all groups: those of parts differ by their condition alone."""

    plan: Plan
    facts: dict[FactUse, KeptFact]
    failed: dict[str, str] = field(default_factory=dict)  # table → why

    def compute(self, there: ComputedThere) -> Iterator[None]:
        """Compute all groups where they are kept until they are written; told after each fact."""
        for use, fact in self.facts.items():
            with self._noting(fact):
                there.compute(use, fact.computed)
            yield

    def write(self, part: Part, source: Source) -> Iterator[None]:
        """Write a part of the groups; told after each fact. One that failed is not tried again."""
        for use, fact in self.facts.items():
            if fact.table not in self.failed:
                with self._noting(fact):
                    part.write(fact.table, fact.columns, [*source.found(use, fact.computed)], fact.held)
            yield
        part.finish()

    @contextmanager
    def _noting(self, fact: KeptFact) -> Iterator[None]:
        """What a fact cannot be computed for is noted; what is made ready there cannot be made here."""
        try:
            yield
        except WarehouseError:
            raise
        except (duckdb.Error, AccountlensError) as error:
            self.failed.setdefault(fact.table, str(error).splitlines()[0])

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


def kept_facts(by: str, plan: Plan, ground: Ground, before: Before) -> KeptFacts:
    """Look at each fact of a plan once: which of its figures by a dimension are those of before."""
    facts = {}
    for use, branches in by_use(plan).items():
        same = identity(branches, plan, ground.catalog, ground.clock)
        held = before.held(by, found_name(use), same, branches, plan, ground.clock)
        facts[use] = KeptFact(found_name(use), tuple(item.column for one in branches for item in one.items), same, held)
    return KeptFacts(plan, facts)
