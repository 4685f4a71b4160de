"""Reviews: made, frozen, and set beside what is known now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from accountlens.surfaces.cli.group import QUESTIONS, app, workspace
from accountlens.surfaces.cli.options import Json, Snapshot

reports_group = typer.Typer(
    invoke_without_command=True, help="Reviews that were frozen: as reported, and as known now."
)
app.add_typer(reports_group, name="reports", rich_help_panel=QUESTIONS)

Id = Annotated[str, typer.Argument(metavar="ID", help="Of a frozen review, or how it begins.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write FILE.html, .pdf, .xlsx or .md; else Markdown.")]


@app.command(rich_help_panel=QUESTIONS)
def report(
    context: typer.Context,
    cadence: Annotated[Literal["weekly", "monthly", "quarterly", "annual"], typer.Argument(metavar="CADENCE")],
    audience: Annotated[
        str,
        typer.Option("--for", metavar="WHOM", help="company; team:, owner:, tier:, segment: or account:NAME."),
    ] = "company",
    period: Annotated[
        str | None, typer.Option(metavar="P", help="One week, month, quarter or year; else the last that is over.")
    ] = None,
    goal: Annotated[str | None, typer.Option(metavar="GOAL", help="Only of the KPIs of a business goal.")] = None,
    out: Out = None,
    freeze: Annotated[bool, typer.Option("--freeze", metavar="", help="Keep it as it is reported now.")] = False,
    snapshot: Snapshot = None,
) -> None:
    """A review: weekly, monthly, quarterly, annual; in plain sentences, with figures, charts and tables."""
    from accountlens.surfaces.cli.reports import report

    report(workspace(context), cadence, audience, period, out, freeze, snapshot, goal)


@reports_group.callback()
def reports(context: typer.Context) -> None:
    """Reviews that were frozen, the latest first."""
    if context.invoked_subcommand is None:
        from accountlens.surfaces.cli.reports import listing

        listing(workspace(context))


@reports_group.command("list")
def listed(context: typer.Context, as_json: Json = False) -> None:
    """Those there are, the latest first."""
    from accountlens.surfaces.cli.reports import listing

    listing(workspace(context), as_json)


@reports_group.command("show")
def show(context: typer.Context, id_: Id, out: Out = None) -> None:
    """One of them, exactly as it was reported."""
    from accountlens.surfaces.cli.reports import show

    show(workspace(context), id_, out)


@reports_group.command("compare")
def compare(context: typer.Context, id_: Id, as_json: Json = False) -> None:
    """What was reported beside what is known now, and why it differs."""
    from accountlens.surfaces.cli.reports import compare

    compare(workspace(context), id_, as_json)
