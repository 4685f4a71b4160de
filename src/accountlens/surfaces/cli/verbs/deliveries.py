"""What is sent by itself: to whom, when, by which channel, and what became of it."""

from __future__ import annotations

from typing import Annotated

import typer

from accountlens.surfaces.cli.group import PEOPLE, app, workspace
from accountlens.surfaces.cli.options import Json

deliveries = typer.Typer(
    invoke_without_command=True, help="What is sent by itself: when, to whom, and what became of it."
)
app.add_typer(deliveries, name="deliveries", rich_help_panel=PEOPLE)

Which = Annotated[str, typer.Argument(metavar="DELIVERY", help="Its name or id.")]
One = Annotated[str, typer.Argument(metavar="SENDING", help="Its id, as 'log' and 'problems' list it.")]
At = Annotated[str | None, typer.Option("--at", metavar="WHEN", help="'every Monday 08:00', or cron words.")]
By = Annotated[str | None, typer.Option("--by", metavar="CHANNEL", help="One of accountlens.yaml.")]
To = Annotated[list[str] | None, typer.Option("--to", metavar="WHO", help="A user, or an e-mail; repeats.")]
Audience = Annotated[
    str | None,
    typer.Option(metavar="WHO", help="Whose accounts others are shown: a user, or all."),
]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="OPTION=VALUE", help="What is sent; repeats.")]
Open = Annotated[bool | None, typer.Option("--open/--closed", help="Whether everybody may have it sent to himself.")]
Limit = Annotated[int, typer.Option(metavar="N", min=1, help="How many, the newest first.")]


@deliveries.callback()
def listing(context: typer.Context, as_json: Json = False) -> None:
    """What is sent by itself: when, to whom, and what became of it."""
    if context.invoked_subcommand is None:
        from accountlens.surfaces.cli.deliveries import deliveries

        deliveries(workspace(context), as_json)


@deliveries.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called: 'Weekly review'.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What is sent, such as kpis.")],
    at: At = None,
    by: By = None,
    to: To = None,
    audience: Audience = None,
    options: Set = None,
    is_open: Open = None,
) -> None:
    """Have something sent again and again; it is tried first, and told what would go to whom."""
    from accountlens.surfaces.cli.deliveries import add

    add(workspace(context), name, kind, at, by, to, audience, options, is_open is not False)


@deliveries.command("change")
def change(
    context: typer.Context,
    which: Which,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    at: At = None,
    by: By = None,
    to: To = None,
    audience: Audience = None,
    options: Set = None,
    is_open: Open = None,
) -> None:
    """Change one; what is not named stays. --to names all who get it from now on."""
    from accountlens.surfaces.cli.deliveries import change

    change(workspace(context), which, name, at, by, to, audience, options, is_open)


@deliveries.command("pause")
def pause(context: typer.Context, which: Which) -> None:
    """Send it no more until it is resumed; what falls into the pause is not sent later."""
    from accountlens.surfaces.cli.deliveries import pause

    pause(workspace(context), which, paused=True)


@deliveries.command("resume")
def resume(context: typer.Context, which: Which) -> None:
    """Send it again from now on."""
    from accountlens.surfaces.cli.deliveries import pause

    pause(workspace(context), which, paused=False)


@deliveries.command("remove")
def remove(context: typer.Context, which: Which) -> None:
    """Remove one; what was sent stays in the log."""
    from accountlens.surfaces.cli.deliveries import remove

    remove(workspace(context), which)


@deliveries.command("run")
def run(
    context: typer.Context,
    which: Which,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only show what would go to whom.")] = False,
    as_json: Json = False,
) -> None:
    """Send one now, beside its schedule; exit 3 where something did not arrive."""
    from accountlens.surfaces.cli.deliveries import run

    raise typer.Exit(run(workspace(context), which, dry_run, as_json))


@deliveries.command("log")
def log(context: typer.Context, limit: Limit = 50, as_json: Json = False) -> None:
    """What was sent, skipped or failed, to whom and why."""
    from accountlens.surfaces.cli.deliveries import log

    log(workspace(context), limit, as_json)


@deliveries.command("problems")
def problems(context: typer.Context, as_json: Json = False) -> None:
    """The dead letters, what may or may not have arrived, and what was too late."""
    from accountlens.surfaces.cli.deliveries import problems

    problems(workspace(context), as_json)


@deliveries.command("retry")
def retry(
    context: typer.Context,
    one: One,
    even_if_sent: Annotated[
        bool, typer.Option("--even-if-sent", metavar="", help="Also a mail that may have arrived.")
    ] = False,
) -> None:
    """Send once more what came to nothing; exit 3 where it does again."""
    from accountlens.surfaces.cli.deliveries import retry

    raise typer.Exit(retry(workspace(context), one, even_if_sent))


@deliveries.command("drop")
def drop(context: typer.Context, one: One) -> None:
    """Leave one that came to nothing at that; it is listed no more among the problems."""
    from accountlens.surfaces.cli.deliveries import drop

    drop(workspace(context), one)


@deliveries.command("channels")
def channels(context: typer.Context, as_json: Json = False) -> None:
    """The channels of accountlens.yaml; never an address or a secret of theirs."""
    from accountlens.surfaces.cli.deliveries import channels

    channels(workspace(context), as_json)
