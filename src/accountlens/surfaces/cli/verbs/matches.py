"""Who is who, and what people decide about it."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json

Value = Annotated[str | None, typer.Argument(metavar="VALUE", help="A domain, a company's name, or account:ID.")]
Account = Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="Its id, domain or name.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the decision.")]
Look = Annotated[bool, typer.Option("--preview", metavar="", help="Only show which rows and KPIs would move.")]
Over = Annotated[str, typer.Option("--period", metavar="P", help="Of the KPIs of a preview.")]
Now = Annotated[bool, typer.Option("--refresh", metavar="", help="Refresh at once, so that it counts.")]


@app.command(rich_help_panel=DATA)
def matches(
    context: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="[accept|reject|undo]", help="What to decide; else the list is shown.")
    ] = None,
    value: Value = None,
    account: Account = None,
    preview: Look = False,
    note: Note = "",
    period: Over = "last-12-months",
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many of the list to show.")] = 20,
    refresh: Now = False,
    as_json: Json = False,
) -> None:
    """Whose rows are whose where no id says it: what waits for you, and what you decide."""
    from accountlens.surfaces.cli.matches import decide, listed

    if what is None:
        listed(workspace(context), limit, as_json)
    else:
        decide(workspace(context), what, value, account, note, period, preview, refresh)


@app.command(rich_help_panel=DATA)
def merge(
    context: typer.Context,
    loser: Annotated[str, typer.Argument(metavar="LOSER", help="The account that goes: its id, domain or name.")],
    survivor: Annotated[str, typer.Argument(metavar="SURVIVOR", help="The one that stays.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Known from this day on; else ever.")] = None,
    preview: Look = False,
    note: Note = "",
    period: Over = "last-12-months",
    refresh: Now = False,
) -> None:
    """Two accounts are one: the rows of the first count for the second."""
    from accountlens.surfaces.cli.matches import merge

    merge(workspace(context), loser, survivor, on, note, period, preview, refresh)


@app.command(rich_help_panel=DATA)
def unmerge(
    context: typer.Context,
    loser: Annotated[str, typer.Argument(metavar="LOSER", help="The id of the account that went.")],
    refresh: Now = False,
) -> None:
    """An account is one of its own again."""
    from accountlens.surfaces.cli.matches import unmerge

    unmerge(workspace(context), loser, refresh)
