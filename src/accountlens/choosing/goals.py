"""A goal in a snapshot: which of its KPIs can be computed now, and what would add the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accountlens.catalog.goals import Goal, Role, first_steps, read_goals
from accountlens.errors import AccountlensError, ProblemsError, suggest
from accountlens.language.asked import parse_asked
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand
from accountlens.reports.spans import GRAINS
from accountlens.sources.preset import systems_with
from accountlens.workspace.asking import Asking


@dataclass(frozen=True)
class Lack:
    """What a KPI lacks, how to begin with it, and which known systems bring it."""

    need: Need
    first_step: str
    systems: Sequence[str]


@dataclass(frozen=True)
class Serving:
    """A KPI, as asked, that serves a goal; it can be computed where it lacks nothing."""

    kpi: str
    label: str
    unit: str
    good: str
    role: Role
    why: str
    lacks: Sequence[Lack]


def goals(workspace: Asking) -> Mapping[str, Goal]:
    """All by name; `ProblemsError` where the workspace's own cannot be read."""
    found, problems = read_goals(workspace.folder, workspace.catalog)
    if problems:
        raise ProblemsError(problems)
    return found


def goal_named(workspace: Asking, name: str) -> Goal:
    """The one of that name."""
    known = goals(workspace)
    if name not in known:
        mend = f"{suggest(name, known)} There are: {', '.join(known)}.".strip()
        raise AccountlensError(f"There is no goal '{name}'.", mend=mend)
    return known[name]


def period_of(here: Stand, goal: Goal) -> str:
    """The last whole period of its review, in the words of a question."""
    grain = GRAINS[goal.review]
    fiscal = here.ground.fiscal_starts != 1 and grain in ("quarter", "year")
    return f"last-{'fiscal-' if fiscal else ''}{grain}"


def serving(here: Stand, goal: Goal) -> list[Serving]:
    """Its KPIs, the leading ones first."""
    return [_serving(here, kpi, role, why) for role, its in goal.halves.items() for kpi, why in its.items()]


def computed(here: Stand, goal: Goal) -> list[str]:
    """Those of its KPIs that have their data, as asked."""
    return [kpi for kpi in goal.kpis if not here.missing(kpi)]


def _serving(here: Stand, kpi: str, role: Role, why: str) -> Serving:
    asked = parse_asked(kpi)
    label, settled = here.ground.catalog.definition(asked.name).label, here.ground.catalog.kpi(asked)
    needs = here.kpi_needs([kpi], label)
    lacks = [Lack(one, first_steps().get(one.lacks, one.mend), systems_with(one.lacks)) for one in needs]
    return Serving(kpi, label, settled.unit, settled.good, role, why, lacks)
