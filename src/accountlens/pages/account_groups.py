"""Groups in which accounts stand now: the stage of their journey, and lists. Each as flags, one for every account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.engine.journey import NONE
from accountlens.engine.moments import Moment, in_scope
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, suggest
from accountlens.pages.account_columns import ORDERED, STAGES, Attribute, Places
from accountlens.warehouses.expand import literal

Flags: TypeAlias = npt.NDArray[np.bool_]
MEMBERS = "account_list_members"
TARGET = "target"
SIDES = ("control", "non_target")  # of the target list: as a question's scope has them
OTHERWISE = frozenset({"all", "customers", *SIDES})  # words of a scope, which stand for no list of that name


def by_stage(stage: Attribute, session: Session) -> Mapping[str, Flags]:
    """Each stage in the order of the journey, and those in none."""
    places: Mapping[str, float] = session.catalog.facts[STAGES].parameters["stages"]
    named = {name: stage.values == name for name in sorted(places, key=lambda name: places[name])}
    return {**named, NONE: np.array([one in (None, NONE) for one in stage.values.tolist()], np.bool_)}


def by_list(session: Session) -> Mapping[str, Flags]:
    """Each list by name, the target list first, with its other sides; nothing where there are no lists."""
    session.table("accounts")
    session.table(MEMBERS)
    found = session.fetch(f"SELECT DISTINCT list FROM {MEMBERS} ORDER BY list").fetchall()
    names = [name for (name,) in found if name not in OTHERWISE]
    asked = [TARGET, *SIDES, *(name for name in names if name != TARGET)] if TARGET in names else names
    told = {name: _on(name, session) for name in asked}
    return {name: flags for name, flags in told.items() if name not in SIDES or flags.any()}


def _on(scope: str, session: Session) -> Flags:
    listed = in_scope(scope, "at_event", Moment(literal(session.as_of), event=False))
    rows = session.fetch(f"SELECT {listed} FROM accounts f {ORDERED}").fetchall()
    return np.array([row[0] for row in rows], np.bool_)


def in_any(groups: Mapping[str, Flags], chosen: Sequence[str], kind: str, session: Session, count: int) -> Flags:
    """Which of so many accounts stand in at least one of the groups chosen.

    `AccountlensError` where there is no such group; but who sees some accounts alone may be shown a view of somebody
    who sees more: of a group none of his is in, he has none.
    """
    for name in chosen:
        if name not in groups and session.seen is None:
            mend = suggest(name, list(groups)) or "Changes of stages and lists count from the next refresh on."
            raise AccountlensError(f"There is no {kind} '{name}'.", mend=mend)
    nobody = np.zeros(count, np.bool_)
    flags: Flags = np.logical_or.reduce([groups.get(name, nobody) for name in chosen])
    return flags


def counted(groups: Mapping[str, Flags], places: Places) -> list[dict[str, Any]]:
    """How many of some accounts stand in each group."""
    return [{"value": name, "accounts": int(flags[places].sum())} for name, flags in groups.items()]
