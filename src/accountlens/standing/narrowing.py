"""Conditions on attributes that never changed: they hold for the same accounts at every time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from accountlens.engine.dimensions import UNMATCHED, Dimension, Joins
from accountlens.engine.moments import Moment
from accountlens.engine.plan import Plan
from accountlens.engine.session import Session
from accountlens.engine.where import write_where
from accountlens.warehouses.expand import literal

OWN = ("account_id", "accounts")  # from a fact's row to its account


def strangers(texts: Iterable[str], session: Session) -> tuple[str, ...]:
    """Those of the ids that figures are kept by which are no account's: of rows that name an account nobody knows."""
    session.table("accounts")
    known = {row[0] for row in session.fetch("SELECT account_id FROM accounts").fetchall()}
    return tuple(text for text in texts if text and text != UNMATCHED and text not in known)


def narrowed(
    plan: Plan, filters: Collection[Dimension], session: Session, others: Iterable[str]
) -> tuple[str, ...] | None:
    """The accounts, and those of the `others`, for which a plan's `where` holds; None where it says more than that.

    `filters` are the dimensions it reads, as each of the plan's branches finds them.

    An attribute with a history, or one that a fact has of its own, is read from the rows.
    """
    reached = {one.asked: one for one in filters if one.hops or one.fact != "accounts"}
    lasting = all(_lasting(one) and one.column not in plan.history for one in filters)
    if plan.where is None or not lasting or len(reached) < len({one.asked for one in filters}):
        return None
    joins = Joins(session.catalog, Moment("NULL", event=True), frozenset())
    values = {name: joins.compared(one) for name, one in reached.items()}
    condition = write_where(plan.where, lambda name: values[name])
    session.table("accounts")
    besides = ", ".join(f"({text})" for text in ("NULL", *map(literal, others)))
    rows = f"SELECT account_id FROM accounts UNION ALL SELECT * FROM (VALUES {besides}) AS v(account_id)"
    sql = f"SELECT f.account_id FROM ({rows}) f {' '.join(joins.texts.values())} WHERE {condition}"
    return tuple(UNMATCHED if one is None else one for (one,) in session.fetch(sql).fetchall())


def _lasting(dimension: Dimension) -> bool:
    """Whether it tells something of the row's account."""
    if dimension.hops:
        return dimension.hops == (OWN,)
    return dimension.fact == "accounts" or dimension.column == OWN[0]
