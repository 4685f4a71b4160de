"""Starting with a goal: its dashboard, the targets to fill in and a first review, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from accountlens.boards import dashboards
from accountlens.boards.dashboards import Shared
from accountlens.catalog.goals import Goal
from accountlens.choosing.aims import Aim, aims
from accountlens.choosing.board import layout_of
from accountlens.choosing.goals import computed, serving
from accountlens.choosing.review import pack_of_goal
from accountlens.errors import AccountlensError
from accountlens.pages.stand import Stand, stand
from accountlens.people.audit import Actor
from accountlens.people.viewer import Viewer
from accountlens.reports.build import build
from accountlens.reports.frozen import Frozen, all_frozen, freeze
from accountlens.workspace.asking import Asking

_one_at_a_time = Lock()  # two clicks make one dashboard


@dataclass(frozen=True)
class Made:
    """Something to go on with; `new`: it was not there before."""

    id: str
    name: str
    new: bool


@dataclass(frozen=True)
class Started:
    """`targets` are the rows to fill in, and those that are set."""

    dashboard: Made
    review: Made
    targets: Sequence[Aim]


def start(
    workspace: Asking,
    goal: Goal,
    viewer: Viewer,
    by: Actor,
    *,
    shared: Shared = Shared.NOBODY,
    period: str | None = None,
) -> Started:
    """Make what is not there yet. `AccountlensError` where none of its KPIs has its data."""
    here = stand(workspace)
    if not computed(here, goal):
        lack = serving(here, goal)[0].lacks[0]
        raise AccountlensError(f"None of the KPIs of '{goal.label}' has its data.", mend=lack.need.mend)
    rows = aims(here, workspace.targets(), goal, period, viewer.employee_id)  # a wrong period is told before
    with _one_at_a_time:
        return Started(_board(here, goal, viewer, by, shared), _review(workspace, goal, by), rows)


def begun(workspace: Asking, goal: Goal, viewer: Viewer) -> tuple[Made | None, Made | None]:
    """Its dashboard and its first review, where whoever looks has them."""
    board = dashboards.of_goal(workspace.store, viewer, goal.name)
    first = first_review(workspace, goal)
    told = Made(board.id, board.layout.name, False) if board else None
    return told, Made(first.id, first.name, False) if first else None


def first_review(workspace: Asking, goal: Goal) -> Frozen | None:
    """The first review of a goal that was frozen, of those that may be seen."""
    title = f"{pack_of_goal(goal)[1].title}, "
    found = [one for one in all_frozen(workspace.store, workspace.seen) if one.name.startswith(title)]
    return found[-1] if found else None


def _board(here: Stand, goal: Goal, viewer: Viewer, by: Actor, shared: Shared) -> Made:
    store = here.workspace.store
    if there := dashboards.of_goal(store, viewer, goal.name):
        return Made(there.id, there.layout.name, False)
    layout = layout_of(here, goal)
    return Made(dashboards.add(store, viewer, by, layout, shared), layout.name, True)


def _review(workspace: Asking, goal: Goal, by: Actor) -> Made:
    if there := first_review(workspace, goal):
        return Made(there.id, there.name, False)
    report = build(workspace, goal.review, of=pack_of_goal(goal))
    return Made(freeze(workspace.store, report, by), report.name, True)
