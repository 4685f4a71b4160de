"""From sources to snapshots."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json, Moment


@app.command(rich_help_panel=DATA)
def check(context: typer.Context, as_json: Json = False) -> None:
    """Check settings, mappings, definitions and data; exit 1 on errors."""
    from accountlens.surfaces.cli.check import check

    raise typer.Exit(check(context.obj, as_json))


@app.command(rich_help_panel=DATA)
def refresh(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", metavar="", help="Rebuild everything.")] = False,
    as_of: Moment = None,
    as_json: Json = False,
) -> None:
    """Read the sources, keep what is right, publish a snapshot."""
    from accountlens.surfaces.cli.refresh import refresh

    refresh(workspace(context), full, as_of, as_json)
