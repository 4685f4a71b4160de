"""How to begin: a sample company, or a workspace of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accountlens.surfaces.cli.group import START, app
from accountlens.surfaces.cli.options import Folder


@app.command(rich_help_panel=START)
def demo(
    context: typer.Context,
    folder: Folder = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", metavar="", help="Do not open it in the browser.")] = False,
) -> None:
    """A sample company: generated, refreshed, measured, in the browser."""
    from accountlens.surfaces.cli.demo import demo

    demo(context.obj / (folder or "demo"), serves=not no_serve)


@app.command(rich_help_panel=START)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="H", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="Else 8642, or the next that is free.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", metavar="", help="Do not open a browser.")] = False,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="IP", help="A proxy before it, believed on who asks, and by https or not."),
    ] = None,
    no_refresh: Annotated[
        bool, typer.Option("--no-refresh", metavar="", help="Leave what is due by its schedule to run-due.")
    ] = False,
) -> None:
    """The workspace in the browser, and its API; refreshes and sends what is due."""
    from accountlens.surfaces.cli.serve import serve

    serve(context.obj, host, port, not no_browser, proxy or (), refreshes=not no_refresh)


@app.command(rich_help_panel=START)
def mcp(context: typer.Context) -> None:
    """The workspace for an assistant that speaks MCP, over standard input and output."""
    from accountlens.surfaces.cli.mcp import mcp

    mcp(context.obj)


@app.command(rich_help_panel=START)
def init(
    context: typer.Context,
    folder: Folder = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="WHERE", help="A folder or file, or the URL of a database or a CSV."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="C", help="What all money is reported in: EUR, USD ...")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="P", help="A known shape of tables: fivetran/salesforce ...")
    ] = None,
    schema: Annotated[str | None, typer.Option(metavar="S", help="The schema of a database to look at.")] = None,
) -> None:
    """Make a workspace, with a proposed mapping of your files or tables."""
    from accountlens.surfaces.cli.init import init

    init(context.obj / (folder or ""), source, currency, preset, schema)


@app.command(rich_help_panel=START)
def template(
    context: typer.Context,
    entity: Annotated[str | None, typer.Argument(help="goals, survey_responses, quotas ...; none: the list.")] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there.")] = None,
) -> None:
    """A CSV to fill in, for records you keep nowhere else."""
    from accountlens.surfaces.cli.template import template

    template(context.obj, entity, to)
