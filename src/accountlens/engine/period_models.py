"""Facts whose model is fitted when asked: for each period of the question, on what happened in it and in scope."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from accountlens.catalog.catalog import Catalog
from accountlens.engine.moments import Moment, in_scope
from accountlens.engine.plan import FactUse, use_of
from accountlens.language.calendar import Slice
from accountlens.language.tables import Fact
from accountlens.warehouses.expand import literal, quoted

if TYPE_CHECKING:  # a question that needs no model must not wait for Arrow
    import pyarrow as pa

AT_ONCE = 10_000_000  # rows of a model's input, times the periods that are fitted on them together
# The fact, its input's rows with the number `p` of their period, and the periods [start, as_of): the fact's rows.
FitPeriods: TypeAlias = Callable[[Fact, "pa.Table", Sequence[tuple[datetime, datetime]]], "pa.Table"]


def over_periods(use: FactUse, catalog: Catalog, slices: Sequence[Slice], scope: str, membership: str) -> FactUse:
    """The use bound to a question's periods and scope, where a model beneath it is fitted for these."""
    if not any(catalog.facts[name].asked for name in catalog.closure(use.fact)):
        return use
    periods = [(piece.start.isoformat(), piece.as_of.isoformat()) for piece in slices]
    told = {"periods": periods, "scope": scope, "membership": membership if scope != "all" else None}
    return bound(use, json.dumps(told))


def bound(use: FactUse, over: str) -> FactUse:
    """The use under a name of its own for these periods and scope."""
    named = use_of(use.fact, {**json.loads(use.beyond), "over": over})
    return replace(use, relation=named.relation, over=over)


def some_at_a_time(over: str, rows: int) -> list[str]:
    """The periods, so few of them together that of so many rows not too many are in memory."""
    told, together = json.loads(over), max(AT_ONCE // max(rows, 1), 1)
    periods = told["periods"]
    return [
        json.dumps({**told, "periods": periods[first : first + together]}) for first in range(0, len(periods), together)
    ]


def fitted(fact: Fact, overs: Sequence[str], learnt: Callable[[str], pa.Table], fit: FitPeriods) -> pa.Table:
    """What a model makes of the rows it learns from, which `learnt` gives of some periods."""
    import pyarrow as pa

    found = []
    for over in overs:
        rows = learnt(over)
        ordered = rows.sort_by([(name, "ascending") for name in rows.column_names])
        found.append(fit(fact, ordered, periods_of(over)))
    return pa.concat_tables(found)


def periods_of(over: str) -> list[tuple[datetime, datetime]]:
    """From when to when each period looks at its rows."""
    return [(datetime.fromisoformat(lo), datetime.fromisoformat(hi)) for lo, hi in json.loads(over)["periods"]]


def rows_sql(fact: Fact, select: str, over: str) -> str:
    """The input's rows beside each period they happened in, where their account was in scope."""
    told, time = json.loads(over), f"f.{quoted(fact.asked)}"
    values = ", ".join(
        f"({p}, {literal(lo)}, {literal(hi)}, {literal(hi)})" for p, (lo, hi) in enumerate(periods_of(over))
    )
    scoped = in_scope(told["scope"], told["membership"] or "", Moment(time, event=True))
    where = f"\nWHERE {scoped}" if scoped else ""
    return (
        f"SELECT c.p, f.*\nFROM (\n{select}\n) f\n"
        f"JOIN (VALUES {values}) AS c(p, lo, hi, as_of) ON {time} >= c.lo AND {time} < c.hi{where}"
    )
