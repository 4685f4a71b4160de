"""Target lists and tiers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json

one_list = typer.Typer(no_args_is_help=True, help="One list of accounts: made, filled, dated, written out.")
app.add_typer(one_list, name="list", rich_help_panel=DATA)

Name = Annotated[str, typer.Argument(metavar="LIST", help="Such as target.")]
Accounts = Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help="Ids, domains or names.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="From this day on, as 2026-03-01; else today.")]
Side = Annotated[Literal["target", "control"] | None, typer.Option("--group", metavar="G", help="target or control.")]
Now = Annotated[bool, typer.Option("--refresh", metavar="", help="Refresh at once, so that it counts.")]


@app.command("lists", rich_help_panel=DATA)
def lists(
    context: typer.Context,
    period: Annotated[str, typer.Option(metavar="P", help="Who came and went in it: 2026-Q2 ...")] = "last-3-months",
    as_json: Json = False,
) -> None:
    """The lists of accounts: who stands on them, who came and went."""
    from accountlens.surfaces.cli.lists import lists

    lists(workspace(context), period, as_json)


@one_list.command("show")
def show(context: typer.Context, name: Name, on: On = None, as_json: Json = False) -> None:
    """Who stands on a list, as of the snapshot or of a day."""
    from accountlens.surfaces.cli.lists import show

    show(workspace(context), name, on, as_json)


@one_list.command("create")
def create(context: typer.Context, name: Name) -> None:
    """An empty list, kept in lists/."""
    from accountlens.surfaces.cli.lists import create

    create(workspace(context), name)


@one_list.command("add")
def add(
    context: typer.Context, name: Name, accounts: Accounts, on: On = None, group: Side = None, refresh: Now = False
) -> None:
    """Put accounts on a list."""
    from accountlens.surfaces.cli.lists import add

    add(workspace(context), name, accounts, on, group, refresh)


@one_list.command("remove")
def remove(context: typer.Context, name: Name, accounts: Accounts, on: On = None, refresh: Now = False) -> None:
    """Take accounts off a list; that they were on it stays known."""
    from accountlens.surfaces.cli.lists import remove

    remove(workspace(context), name, accounts, on, refresh)


@one_list.command("import")
def take(
    context: typer.Context,
    name: Name,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with account_id, domain or name; also group, dates.")
    ],
    on: On = None,
    group: Side = None,
    replace: Annotated[bool, typer.Option("--replace", metavar="", help="All others leave the list that day.")] = False,
    refresh: Now = False,
) -> None:
    """Put the accounts of a CSV on a list; all of them or, where one can't be told, none."""
    from accountlens.surfaces.cli.lists import take

    take(workspace(context), name, file, on, group, replace, refresh)


@one_list.command("export")
def export(
    context: typer.Context,
    name: Name,
    on: On = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file; else to stdout.")] = None,
) -> None:
    """The members of a list as CSV, which 'list import' reads back."""
    from accountlens.surfaces.cli.lists import export

    export(workspace(context), name, on, out)


@app.command("tier", rich_help_panel=DATA)
def tier(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[TIER]", help="Such as A.")] = None,
    accounts: Annotated[list[str] | None, typer.Argument(metavar="[ACCOUNT...]", help="Ids, domains or names.")] = None,
    on: On = None,
    source: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="CSV with account_id, domain or name, and tier.")
    ] = None,
    refresh: Now = False,
) -> None:
    """Give accounts a tier from a day on, kept in tiers.csv; without a tier, how many have which."""
    from accountlens.surfaces.cli.lists import tier

    tier(workspace(context), name, accounts or [], on, source, refresh)
