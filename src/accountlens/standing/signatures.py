"""What makes two figures the same: the aggregate, the rows it is taken over, and how these meet a span of time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from accountlens.catalog.catalog import Catalog
from accountlens.engine.plan import Branch, Plan
from accountlens.language.calendar import Slice

INNER = re.compile(r"\be\d+\b")  # what a branch in two stages calls the aggregates of its first


def signatures(plan: Plan, branch: Branch, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Each of a branch's columns, with a text that is equal for equal figures, whatever else is asked beside them."""
    inner = {item.column: f"({item.sql})" for item in branch.each}
    rows = _rows(plan, branch, catalog)
    for item in branch.items:
        aggregate = INNER.sub(lambda found: inner.get(found[0], found[0]), item.sql)
        yield item.column, hashlib.sha256(f"{rows}\n{aggregate}".encode()).hexdigest()[:20]


def _rows(plan: Plan, branch: Branch, catalog: Catalog) -> str:
    """The rows behind a branch's aggregates. What a model was fitted over is said by the span of time itself."""
    use, scope = branch.use, plan.query.scope
    told = [use.fact, catalog.digest(use.fact), use.beyond, bool(use.over), repr(branch.time), repr(branch.earlier)]
    told += [scope, branch.membership if scope != "all" else "", plan.zone]
    stages = [branch.per, branch.lasted, branch.any_of] if branch.per else []
    return json.dumps([*told, *stages])


def span_of(piece: Slice) -> tuple[str, ...]:
    """A span of time as its figures see it: its instants, whatever it is called."""
    return tuple(instant.isoformat() for instant in (piece.start, piece.end, piece.as_of, piece.horizon))
