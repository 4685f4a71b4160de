"""What is kept: rows set aside, snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accountlens.surfaces.cli.group import DATA, app, workspace
from accountlens.surfaces.cli.options import Json, Snapshot, Wait

snapshots = typer.Typer(invoke_without_command=True, help="The published states of the data; what differs; which stay.")
app.add_typer(snapshots, name="snapshots", rich_help_panel=DATA)


@app.command(rich_help_panel=DATA)
def quarantine(
    context: typer.Context,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all rows as CSV; - is stdout.")] = None,
    table: Annotated[str | None, typer.Option(metavar="T", help="Only this table; exported column by column.")] = None,
    retry: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take these mended rows at the next refresh.")
    ] = None,
    snapshot: Snapshot = None,
) -> None:
    """The rows that could not be taken in, and why; mended ones are taken at the next refresh."""
    from accountlens.surfaces.cli.quarantine import quarantine

    quarantine(workspace(context), export, table, retry, snapshot)


@snapshots.callback()
def listing(context: typer.Context) -> None:
    """The published states of the data, the newest first."""
    if context.invoked_subcommand is None:
        from accountlens.surfaces.cli.snapshots import snapshots

        snapshots(workspace(context))


@snapshots.command("diff")
def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Its id, or how it begins.")],
    second: Annotated[str | None, typer.Argument(metavar="[SNAPSHOT]", help="Else the current one.")] = None,
    as_json: Json = False,
) -> None:
    """What differs: rows that came, went and changed, by table; definitions."""
    from accountlens.surfaces.cli.snapshots import diff

    diff(workspace(context), first, second, as_json)


@snapshots.command("vacuum")
def vacuum(
    context: typer.Context,
    keep: Annotated[int | None, typer.Option(metavar="N", help="Keep the newest N.")] = None,
    older_than: Annotated[str | None, typer.Option(metavar="DAYS", help="Only those older, as 90d.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only tell what would go.")] = False,
) -> None:
    """Remove old snapshots, never the current one."""
    from accountlens.surfaces.cli.snapshots import vacuum

    vacuum(workspace(context), keep, older_than, dry_run)


@app.command(rich_help_panel=DATA)
def erase(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="CONTACT", help="Its id or e-mail address.")],
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Do not ask.")] = False,
) -> None:
    """Erase a person everywhere, old snapshots included; counts and KPIs stay as they are."""
    from accountlens.surfaces.cli.erase import erase

    erase(workspace(context), who, yes)


@app.command(rich_help_panel=DATA)
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; in a folder under a name with its time.")
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", metavar="", help="With secrets.env and secrets.yaml.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", metavar="", help="Over a file of that name.")] = False,
    wait: Wait = None,
) -> None:
    """The whole workspace in one file, also while it is served and refreshed."""
    from accountlens.surfaces.cli.backups import make

    make(context.obj, to, with_secrets, replace, wait)


@app.command(rich_help_panel=DATA)
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'accountlens backup' wrote.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to; else a folder of its old name.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", metavar="", help="In the place of what is there, which goes beside it.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", metavar="", help="Only read it whole; write nothing.")] = False,
) -> None:
    """A workspace out of its back-up; a damaged one is refused before anything is written."""
    from accountlens.surfaces.cli.backups import bring_back

    named = None if context.obj == Path() else context.obj
    bring_back(file, folder or named, replace, check)
