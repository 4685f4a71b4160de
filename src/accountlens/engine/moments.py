"""Moments: at which instant a row's dimensions, list membership and state are read."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.language.measures import Across, At, TimeRole
from accountlens.warehouses.expand import literal, quoted

EARLIEST = "TIMESTAMP '0001-01-01 00:00:00'"
LATEST = "TIMESTAMP '9999-12-31 00:00:00'"


@dataclass(frozen=True)
class Moment:
    """`sql` is the instant; an event sees what begins at it, a state is read just before it (rule G2)."""

    sql: str
    event: bool

    def inside(self, start: str, end: str, *, leaving: bool = False) -> str:
        """Whether the interval [start, end) covers the moment; null bounds are open. `leaving`: the end is in it."""
        first, last = f"COALESCE({start}, {EARLIEST})", f"COALESCE({end}, {LATEST})"
        if self.event:
            return f"{first} <= {self.sql} AND {self.sql} {'<=' if leaving else '<'} {last}"
        return f"{first} < {self.sql} AND {self.sql} <= {last}"


def moment_of(time: TimeRole) -> Moment:
    """An event counts as of itself; a window or a state as of its instant; before-and-after as of the opening."""
    match time:
        case At(column):
            return Moment(f"f.{quoted(column)}", event=True)
        case Across():
            return Moment("c.lo", event=False)
        case _:
            return Moment("c.hi", event=False)


def list_of(scope: str) -> str | None:
    """The list that a scope stands for: one by its name; None where it is about no list."""
    if scope in ("all", "customers"):
        return None
    return "target" if scope in ("control", "non_target") else scope


def in_scope(scope: str, membership: str, moment: Moment) -> str | None:
    """The condition that the row's account is on the list (rule G7), or None for all.

    Who leaves is a customer in that event: what customers paid at first and what moved make what they pay at last.
    """
    name = list_of(scope)
    if scope == "all":
        return None
    if name is None:
        inside = _during(membership, moment, "m.from_at", "m.to_at", leaving=True)
        return f"EXISTS (SELECT 1 FROM customer_spans m WHERE m.account_id = f.account_id AND {inside})"
    inside = _during(membership, moment, "m.joined_at", "m.left_at")
    group = "= 'control'" if scope == "control" else "<> 'control'"
    side = f" AND COALESCE(m.\"group\", 'target') {group}" if name == "target" else ""
    member = (
        "EXISTS (SELECT 1 FROM account_list_members m WHERE m.account_id = f.account_id "
        f"AND m.list = {literal(name)}{side} AND {inside})"
    )
    return f"NOT {member}" if scope == "non_target" else member


def _during(membership: str, moment: Moment, start: str, end: str, *, leaving: bool = False) -> str:
    if membership == "ever":
        return f"{start} < c.as_of" if start != "m.from_at" else f"COALESCE({start}, {EARLIEST}) < c.as_of"
    if membership == "at_period_end":
        moment = Moment("c.as_of", event=False)
    return moment.inside(start, end, leaving=leaving)
