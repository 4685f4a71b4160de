"""From sources to snapshots."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json, Moment, NoWait, Wait


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
    wait: Wait = None,
    no_wait: NoWait = False,
    as_json: Json = False,
) -> None:
    """Read the sources, keep what is right, publish a snapshot; exit 1 if one could not be read."""
    from accountlens.surfaces.cli.refresh import refresh

    raise typer.Exit(refresh(workspace(context), full, as_of, 0 if no_wait else wait, as_json))


@app.command("run-due", rich_help_panel=DATA)
def run_due(context: typer.Context, wait: Wait = None, no_wait: NoWait = False, as_json: Json = False) -> None:
    """Refresh if a source is due by its schedule (every, at), send what is due to be sent; for cron."""
    from accountlens.surfaces.cli.run_due import run_due

    raise typer.Exit(run_due(workspace(context), 0 if no_wait else wait, as_json))


@app.command(rich_help_panel=DATA)
def push(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of the settings; else all.")] = None,
    to: Annotated[str | None, typer.Option(metavar="TO", help="FILE.csv or URL#table instead of its own.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Show what would be written.")] = False,
    anew: Annotated[bool, typer.Option("--all", metavar="", help="Write all rows, also unchanged ones.")] = False,
    as_json: Json = False,
) -> None:
    """Write scores, stages, next steps back to a file or a table: what is new, changed or gone since the last time."""
    from accountlens.surfaces.cli.push import push_all

    push_all(workspace(context), name, to, dry_run, anew, as_json)
