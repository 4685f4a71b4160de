"""Goals as plain data: what surfaces tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accountlens.catalog.goals import Goal
from accountlens.choosing.aims import Aim
from accountlens.choosing.board import course_of
from accountlens.choosing.goals import Lack, Serving, computed, period_of, serving
from accountlens.choosing.start import Made
from accountlens.pages.stand import Stand
from accountlens.targets.book import Targets
from accountlens.targets.target import write_amount

Told = dict[str, Any]


def told_short(here: Stand, goal: Goal, board: Made | None) -> Told:
    """`known`: how many of its KPIs can be computed now; `dashboard`: the one it was begun with."""
    about = {"goal": goal.name, "label": goal.label, "asks": goal.asks, "review": goal.review, "own": goal.own}
    counts = {"kpis": len(goal.kpis), "known": len(computed(here, goal))}
    return {**about, **counts, "dashboard": told_made(board)}


def told_goal(here: Stand, goal: Goal, board: Made | None, first: Made | None) -> Told:
    """With its KPIs, the `period` their figures are best asked for, and the `course` up to it."""
    told = told_short(here, goal, board)
    told |= {"serving": [told_serving(one) for one in serving(here, goal)], "frozen": told_made(first)}
    return {**told, "period": period_of(here, goal), "course": course_of(goal)}


def told_serving(one: Serving) -> Told:
    told = {"kpi": one.kpi, "label": one.label, "unit": one.unit, "good": one.good, "role": one.role, "why": one.why}
    return {**told, "lacks": [_told_lack(lack) for lack in one.lacks]}


def told_aims(book: Targets, aims: Sequence[Aim]) -> list[Told]:
    """The rows to fill in; `worth` is what the target that is set amounts to."""
    worths = book.worths([one.target for one in aims if one.target])
    return [_told_aim(one, worths) for one in aims]


def told_made(made: Made | None) -> Told | None:
    return None if made is None else {"id": made.id, "name": made.name, "new": made.new}


def _told_lack(lack: Lack) -> Told:
    told = {"entity": lack.need.lacks, "first_step": lack.first_step, "mend": lack.need.mend}
    return {**told, "systems": list(lack.systems)}


def _told_aim(one: Aim, worths: Mapping[int, Any]) -> Told:
    told: Told = {"kpi": one.kpi, "label": one.label, "unit": one.unit, "good": one.good}
    told |= {"scope": str(one.scope), "name": one.name, "period": one.span.label, "last_year": one.last_year}
    amount = write_amount(one.target.amount) if one.target else None
    return {**told, "amount": amount, "worth": worths[one.target.number].value if one.target else None}
