"""Goals: choosing the few KPIs that serve one."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import QUESTIONS, app, workspace
from accountlens.surfaces.cli.options import Json


@app.command(rich_help_panel=QUESTIONS)
def goals(
    context: typer.Context,
    goal: Annotated[str | None, typer.Argument(metavar="[GOAL]", help="One of them; else all are listed.")] = None,
    start: Annotated[
        bool, typer.Option("--start", metavar="", help="Make its dashboard, a sheet of targets and a first review.")
    ] = False,
    period: Annotated[
        str | None, typer.Option(metavar="P", help="What the targets are for: 2026-Q4, FY2027; else a quarter.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Business goals, the few KPIs that serve each, and whether their data is there."""
    from accountlens.surfaces.cli.goals import listing, one_goal, start_goal

    here = workspace(context)
    if goal is None and start:
        raise typer.BadParameter("Name the goal to start with.")
    if goal is None:
        listing(here, as_json)
    elif start:
        start_goal(here, goal, period, as_json)
    else:
        one_goal(here, goal, as_json)
