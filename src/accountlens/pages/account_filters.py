"""Which accounts of the table are wanted: by a word, by a condition over attributes, by bounds of figures."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accountlens.engine.dimensions import Joins, find_dimension, refuse
from accountlens.engine.moments import Moment
from accountlens.engine.session import Session
from accountlens.engine.where import dimensions_in, write_where
from accountlens.errors import AccountlensError

BOUND = re.compile(
    r"\s*(?P<column>[a-z][a-z0-9_]*(?:\(.*\))?(?:\.change)?)\s*(?P<sign>>=|<=|<>|>|<|=)"
    r"\s*(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*"
)
SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, "<>": operator.ne, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """A figure must lie on this side of a number; where it is unknown, it does not."""

    column: str
    sign: str
    number: float


def parse_bound(text: str) -> Bound:
    """`mrr >= 1000`, `nps.change < 0`."""
    found = BOUND.fullmatch(text)
    if found is None:
        mend = "Write a KPI or a number of accounts, a sign and a number: mrr >= 1000."
        raise AccountlensError(f"'{text}' is no bound.", mend=mend)
    return Bound(found["column"], found["sign"], float(found["number"]))


def accounts_where(where: str, session: Session) -> frozenset[str]:
    """The accounts for which a condition holds, with their attributes as they are now."""
    catalog = session.catalog
    fact = catalog.facts["accounts"]
    joins, values = Joins(catalog, Moment("NULL", event=True), frozenset()), {}
    for name in dimensions_in(where):
        dimension = find_dimension(catalog, fact, name)
        if dimension is None:
            raise refuse(catalog, "accounts", [fact], name)
        for _, entity in dimension.hops:
            session.table(entity)
        values[name] = joins.compared(dimension)
    condition = write_where(where, lambda name: values[name])
    session.table("accounts")
    sql = f"SELECT f.account_id FROM accounts f {' '.join(joins.texts.values())} WHERE {condition}"
    return frozenset(row[0] for row in session.fetch(sql).fetchall())
