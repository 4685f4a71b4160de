"""What a fact's figures of a span hang on besides its rows: all its SQL says, and what it is told of the span."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog
from accountlens.engine.branch_sql import branch_sql, said_in, told_of
from accountlens.engine.plan import Branch, FactUse, Plan
from accountlens.language.calendar import Clock
from accountlens.warehouses.expand import expand

NUMBERED = re.compile(r"\bb\d+_(\d+)\b")  # a figure's column: which branch of the plan it is of says nothing


@dataclass(frozen=True)
class Identity:
    """Digests: of the definition with all its SQL, and for each of the plan's slices of its instants in that SQL."""

    defined: str
    told: Mapping[int, str]


def identity(branches: Sequence[Branch], plan: Plan, catalog: Catalog, clock: Clock) -> Identity:
    """Of the branches of one fact."""
    defined = [catalog.digest(branches[0].use.fact), plan.zone]
    told: dict[int, list[str]] = {}
    for number, branch in enumerate(branches):
        sql = branch_sql(branch, plan, catalog, branch.use.relation, None)
        said = said_in(sql)
        defined.append(NUMBERED.sub(r"b_\1", expand(sql, zone=plan.zone)))
        for index in branch.periods:
            instants = told_of(branch, plan.slices[index], clock)
            told.setdefault(index, []).append(f"{number}: {[str(instants[name]) for name in said]}")
    return Identity(_digest(defined), {index: _digest(found) for index, found in sorted(told.items())})


def by_use(plan: Plan) -> dict[FactUse, list[Branch]]:
    """A plan's branches by their fact."""
    found: dict[FactUse, list[Branch]] = {}
    for branch in plan.branches:
        found.setdefault(branch.use, []).append(branch)
    return found


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
