"""Other engines than the embedded one."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json


@app.command(rich_help_panel=DATA)
def certify(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="postgresql://…, spark://…")],
    as_json: Json = False,
) -> None:
    """Whether an engine gives the same numbers: every fact and KPI computed there, cell by cell; exit 1 if not."""
    from accountlens.surfaces.cli.certify import certify

    raise typer.Exit(certify(workspace(context), url, as_json))
