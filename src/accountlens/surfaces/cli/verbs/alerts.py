"""Alerts: what they say, their rules, what is held back, how often a rule would have been right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from accountlens.surfaces.cli.group import QUESTIONS, app, workspace
from accountlens.surfaces.cli.options import Json

alerts = typer.Typer(
    invoke_without_command=True, help="What is to be looked at now, and why; rules, back-tests, what is held back."
)
app.add_typer(alerts, name="alerts", rich_help_panel=QUESTIONS)

Rule = Annotated[str, typer.Argument(metavar="RULE", help="Its name, as cooling_off.")]
Rules = Annotated[list[str], typer.Argument(metavar="RULE...", help="Names, as cooling_off.")]
Account = Annotated[str | None, typer.Option("--account", metavar="A", help="Of one account: id, name or domain.")]


@alerts.callback()
def listing(
    context: typer.Context,
    account: Account = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="R", help="Of one rule.")] = None,
    every: Annotated[bool, typer.Option("--all", metavar="", help="Also what is snoozed or over.")] = False,
    held: Annotated[bool, typer.Option("--held", metavar="", help="What was held back, and why.")] = False,
    as_json: Json = False,
) -> None:
    """Open alerts, account by account, each with its reason and the next step."""
    if context.invoked_subcommand is None:
        from accountlens.surfaces.cli.alerts import show, show_held

        if held:
            show_held(workspace(context), account, rule, as_json)
        else:
            show(workspace(context), account, rule, every, as_json)


@alerts.command("rules")
def rules(context: typer.Context, as_json: Json = False) -> None:
    """The rules there are, which are on, what the last check found."""
    from accountlens.surfaces.cli.alert_rules import rules

    rules(workspace(context), as_json)


@alerts.command("offers")
def offers(context: typer.Context, as_json: Json = False) -> None:
    """Rules to begin with, by business goal."""
    from accountlens.surfaces.cli.alert_rules import offers

    offers(workspace(context), as_json)


@alerts.command("add")
def add(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="OFFER...", help="As 'alerts offers' names them.")],
    on: Annotated[bool, typer.Option("--on", metavar="", help="Switch them on at once.")] = False,
) -> None:
    """Take offered rules, and see how each would have done; they are off until they are switched on."""
    from accountlens.surfaces.cli.alert_rules import add

    add(workspace(context), names, on)


@alerts.command("test")
def back_test(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule, or an offer.")],
    as_json: Json = False,
) -> None:
    """How often a rule would have fired in the last year, and how often it was right."""
    from accountlens.surfaces.cli.alert_rules import test

    test(workspace(context), rule, as_json)


@alerts.command("on")
def on(context: typer.Context, names: Rules) -> None:
    """Switch rules on, and look at them at once."""
    from accountlens.surfaces.cli.alert_rules import switch

    switch(workspace(context), names, on=True)


@alerts.command("off")
def off(context: typer.Context, names: Rules) -> None:
    """Switch rules off; what they had raised is over."""
    from accountlens.surfaces.cli.alert_rules import switch

    switch(workspace(context), names, on=False)


@alerts.command("remove")
def remove(context: typer.Context, rule: Rule) -> None:
    """Forget a rule."""
    from accountlens.surfaces.cli.alert_rules import remove

    remove(workspace(context), rule)


@alerts.command("import")
def take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML, as 'alerts export' writes it.")],
) -> None:
    """Take the rules of a file, all of them or none."""
    from accountlens.surfaces.cli.alert_rules import take

    take(workspace(context), file)


@alerts.command("export")
def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file; else to stdout.")] = None,
) -> None:
    """The rules as YAML."""
    from accountlens.surfaces.cli.alert_rules import export

    export(workspace(context), out)


@alerts.command("check")
def check(context: typer.Context, as_json: Json = False) -> None:
    """Look at all rules that are on, as a refresh does; exit 1 where one cannot be computed."""
    from accountlens.surfaces.cli.alert_rules import check

    raise typer.Exit(check(workspace(context), as_json))


@alerts.command("snooze")
def snooze(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="ALERT|ACCOUNT", help="An alert's id; or an account's id or name.")],
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Until this day, as 2026-12-01.")] = None,
    days: Annotated[int | None, typer.Option(metavar="N", min=1, max=366, help="For so many days; else 7.")] = None,
    wake: Annotated[bool, typer.Option("--wake", metavar="", help="Speak of it again.")] = False,
) -> None:
    """Say nothing of an alert, or of an account, for a time."""
    from accountlens.surfaces.cli.alerts import snooze

    snooze(workspace(context), what, until, days, wake)


@alerts.command("ack")
def acknowledge(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ALERT...", help="Ids, as 'alerts' shows them.")],
) -> None:
    """Say that somebody takes care of it; it goes by itself when its condition is over."""
    from accountlens.surfaces.cli.alerts import acknowledge

    acknowledge(workspace(context), ids)
