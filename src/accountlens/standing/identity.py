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

HORIZON = re.compile(r"\bhorizon\b")
UNTIL = re.compile(
    r"(?:^|\(|\b(?:AND|OR|NOT|WHERE|WHEN)\s)\s*(?:(\w+)|COALESCE\((\w+), (\w+)\)) (?:<|>=) horizon"
    r"(?=\s*(?:$|\)|\b(?:AND|OR|THEN)\b))"
)
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
        seen = until_horizon(branch) is not None
        defined.append(NUMBERED.sub(r"b_\1", expand(sql, zone=plan.zone)))
        for index in branch.periods:
            instants = told_of(branch, plan.slices[index], clock)
            left_out = {"horizon"} if seen and instants["horizon"] == clock.as_of else set()
            said = [str(instants[name]) for name in said_in(sql) if name not in left_out]
            told.setdefault(index, []).append(f"{number}: {said}")
    return Identity(_digest(defined), {index: _digest(found) for index, found in sorted(told.items())})


def until_horizon(branch: Branch) -> tuple[str, ...] | None:
    """The columns by which a row is seen up to the horizon only; None where more is done with it than to compare.

    A horizon that moves on changes what is seen of the rows that have such a time in between, and of no others.
    """
    texts = [*(item.sql for item in (*branch.items, *branch.each)), *branch.any_of, branch.lasted or ""]
    found = [match for text in texts for match in UNTIL.finditer(text)]
    columns = {name for match in found for name in match.groups() if name}
    whole = len(found) == sum(len(HORIZON.findall(text)) for text in texts) and columns <= {*branch.columns}
    return tuple(sorted(columns)) if whole else None


def by_use(plan: Plan) -> dict[FactUse, list[Branch]]:
    """A plan's branches by their fact."""
    found: dict[FactUse, list[Branch]] = {}
    for branch in plan.branches:
        found.setdefault(branch.use, []).append(branch)
    return found


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
