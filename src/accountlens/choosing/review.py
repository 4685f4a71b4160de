"""The review of a goal: a pack of its KPIs alone, of any cadence, for the company, a team or an account manager."""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.catalog.goals import Goal, Role
from accountlens.choosing.goals import goal_named
from accountlens.reports.packs import CADENCES, Pack, Part
from accountlens.workspace.asking import Asking

HEADLINE = 4  # KPIs told in sentences at its head, results first
TITLES: Mapping[Role, str] = {"leading": "Leading: what moves first", "lagging": "Lagging: what came of it"}


def pack_named(workspace: Asking, goal: str | None) -> tuple[str, Pack] | None:
    """That of the goal of this name; None where none is meant."""
    return pack_of_goal(goal_named(workspace, goal)) if goal else None


def pack_of_goal(goal: Goal) -> tuple[str, Pack]:
    """With the name reports know it by."""
    return f"goal:{goal.name}", Pack(
        title=f"{goal.label} review",
        about=goal.asks,
        cadences=list(CADENCES),
        audiences=["company", "team", "owner"],
        headline=[*goal.lagging, *goal.leading][:HEADLINE],
        sections=[_half(role, list(kpis)) for role, kpis in goal.halves.items() if kpis],
    )


def _half(role: Role, kpis: list[str]) -> Part:
    return Part(title=TITLES[role], kpis=kpis, draws=kpis)
