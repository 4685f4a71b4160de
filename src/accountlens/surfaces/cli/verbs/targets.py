"""Targets: what KPIs are to reach, and how they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from accountlens.surfaces.cli.group import QUESTIONS, app, workspace
from accountlens.surfaces.cli.options import Json

targets = typer.Typer(invoke_without_command=True, help="What KPIs are to reach, and how they run.")
app.add_typer(targets, name="targets", rich_help_panel=QUESTIONS)

Kpi = Annotated[str, typer.Argument(metavar="KPI", help="With options where it has some: 'win_rate(basis=value)'.")]
Span = Annotated[str, typer.Option("--period", metavar="P", help="One month, quarter or year: 2026-Q4, FY2027.")]
For = Annotated[
    str, typer.Option("--for", metavar="SCOPE", help="company, or owner:, team:, tier:, segment:, account: and which.")
]
Over = Annotated[
    Literal["team", "owner", "tier", "segment", "account", "month", "quarter"],
    typer.Option("--over", metavar="O", help="team, owner, tier, segment, account, month, quarter."),
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; kept with the version.")]


@targets.callback()
def listing(
    context: typer.Context,
    kpi: Annotated[str | None, typer.Option(metavar="KPI", help="Only of this KPI.")] = None,
    scope: Annotated[str | None, typer.Option("--for", metavar="SCOPE", help="Only owner, or owner:E1 ...")] = None,
    period: Annotated[str | None, typer.Option(metavar="P", help="Only those that touch it.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="T", help="As they were known and ran then.")] = None,
    as_json: Json = False,
) -> None:
    """The targets in force, with how they run: there, expected by now, and where it leads."""
    if context.invoked_subcommand is None:
        from accountlens.surfaces.cli.targets import targets

        targets(workspace(context), kpi, scope, period, as_of, as_json)


@targets.command("set")
def set_(
    context: typer.Context,
    kpi: Kpi,
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="1200000, 40%, +10% on last year, '= mrr * 1.05'; -- before -5%.")
    ],
    period: Span,
    scope: For = "company",
    base: Annotated[
        str | None, typer.Option(metavar="B", help="Of which period a formula's KPIs are: year-ago, previous, 2025-Q4.")
    ] = None,
    note: Note = "",
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="It counts from this past day on; else from now.")
    ] = None,
) -> None:
    """Set a target; the one there was stays known as its earlier version."""
    from accountlens.surfaces.cli.targets import set_target

    set_target(workspace(context), kpi, amount, period, scope, base, note, since)


@targets.command("retire")
def retire(context: typer.Context, kpi: Kpi, period: Span, scope: For = "company", note: Note = "") -> None:
    """From now on it is no target any more; what it was stays known."""
    from accountlens.surfaces.cli.targets import retire

    retire(workspace(context), kpi, period, scope, note)


@targets.command("history")
def history(context: typer.Context, kpi: Kpi, period: Span, scope: For = "company", as_json: Json = False) -> None:
    """Every version of a target: how much, from when on, by whom, why."""
    from accountlens.surfaces.cli.targets import history

    history(workspace(context), kpi, period, scope, as_json)


@targets.command("cascade")
def cascade(
    context: typer.Context,
    kpi: Kpi,
    period: Span,
    over: Over = "owner",
    scope: For = "company",
    how: Annotated[
        Literal["last-year", "evenly", "weights"],
        typer.Option(metavar="H", help="last-year (its shares), evenly, weights."),
    ] = "last-year",
    weights: Annotated[
        str | None, typer.Option(metavar="W", help="A=0.5,B=0.3 (shares) or A=3,B=1; then only these.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", metavar="", help="Keep the parts as targets.")] = False,
    back: Annotated[
        bool, typer.Option("--back", metavar="", help="The parts there are, and their sum; with --save the target's.")
    ] = False,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Split a target over its parts, with what remains; nothing is kept without --save."""
    from accountlens.surfaces.cli.target_parts import Splitting, cascade

    wanted = Splitting(over, "weights" if weights else how, weights, save, back, note)
    cascade(workspace(context), kpi, period, scope, wanted, as_json)


@targets.command("import")
def take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: kpi, scope, period, amount; base, since, note.")],
    check: Annotated[bool, typer.Option("--check", metavar="", help="Only tell what would be set.")] = False,
) -> None:
    """Set the targets of a CSV; all of them or, where a row is faulty, none."""
    from accountlens.surfaces.cli.targets import take

    take(workspace(context), file, check)


@targets.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file; else to stdout.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="T", help="As they were known then.")] = None,
) -> None:
    """The targets in force as CSV, which 'targets import' reads back."""
    from accountlens.surfaces.cli.targets import export

    export(workspace(context), out, as_of)
