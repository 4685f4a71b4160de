"""The commands and their options; what they do stands in a module of its own each."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

import accountlens
from accountlens.errors import AccountlensError
from accountlens.surfaces.cli import completion
from accountlens.surfaces.cli.options import (
    Folder,
    History,
    Json,
    Known,
    Moment,
    Period,
    Profile,
    Scope,
    Snapshot,
    Where,
)

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

START, DATA, QUESTIONS = "Start", "Data", "Questions"
INTERRUPTED = 130  # what shells say of Ctrl-C


class Verbs(TyperGroup):
    """The commands, with a reader that stops early (`| head`) taken for what it is: no fault."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


app = typer.Typer(
    cls=Verbs,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="KPIs about the accounts that matter: right at every level, fast, with the rows behind each number.",
    epilog="Start with 'accountlens demo', or with your own files: 'accountlens init --from FOLDER'.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from accountlens.surfaces.cli import messages

        messages.write(f"accountlens {accountlens.__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("-C", metavar="DIR", help="The workspace.")] = Path(),
    version: Annotated[
        bool, typer.Option("--version", metavar="", help="Show the version.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    context.obj = folder


@app.command(rich_help_panel=START)
def demo(
    context: typer.Context,
    folder: Folder = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", metavar="", help="Do not serve it.", hidden=True)] = False,
) -> None:
    """A sample company: generated, refreshed, measured."""
    from accountlens.surfaces.cli.demo import demo

    demo(context.obj / (folder or "demo"))


@app.command(rich_help_panel=START)
def init(
    context: typer.Context,
    folder: Folder = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="Your files: CSV, Parquet, Excel, JSON.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="C", help="What all money is reported in: EUR, USD ...")
    ] = None,
) -> None:
    """Make a workspace, with a proposed mapping of your files."""
    from accountlens.surfaces.cli.init import init

    init(context.obj / (folder or ""), source, currency)


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
    as_json: Json = False,
) -> None:
    """Read the sources, keep what is right, publish a snapshot."""
    from accountlens.surfaces.cli.refresh import refresh

    refresh(_workspace(context), full, as_of, as_json)


@app.command(rich_help_panel=DATA)
def quarantine(
    context: typer.Context,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help="Write all rows as CSV; - is stdout.")] = None,
) -> None:
    """The rows that could not be taken in, and why."""
    from accountlens.surfaces.cli.quarantine import quarantine

    quarantine(_workspace(context), export)


@app.command(rich_help_panel=DATA)
def snapshots(context: typer.Context) -> None:
    """The published states of the data."""
    from accountlens.surfaces.cli.snapshots import snapshots

    snapshots(_workspace(context))


@app.command(rich_help_panel=QUESTIONS)
def kpis(
    context: typer.Context,
    family: Annotated[str | None, typer.Option(metavar="F", help="Only this family.")] = None,
    as_json: Json = False,
) -> None:
    """All KPIs, by family."""
    from accountlens.surfaces.cli.catalog import kpis

    kpis(_workspace(context), family, as_json)


@app.command(rich_help_panel=QUESTIONS)
def kpi(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completion.kpis)],
) -> None:
    """One definition, whole."""
    from accountlens.surfaces.cli.catalog import kpi

    kpi(_workspace(context), name)


@app.command(rich_help_panel=QUESTIONS)
def ask(
    context: typer.Context,
    kpis: Annotated[
        list[str],
        typer.Argument(metavar="KPI", help="win_rate, or 'win_rate(basis=value)'.", autocompletion=completion.kpis),
    ],
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="D", help="Dimension to group by; repeats.", show_default=False),
    ] = None,
    period: Period = None,
    grain: Annotated[
        Literal["day", "week", "month", "quarter", "year", "total"],
        typer.Option(metavar="G", help="day, week, month, quarter, year, total."),
    ] = "total",
    where: Where = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(metavar="C", help="previous, year-ago, profile:NAME; repeats.", show_default=False),
    ] = None,
    scope: Scope = "all",
    as_of: Known = None,
    totals: Annotated[
        Literal["grand", "all", "none"], typer.Option(metavar="T", help="grand, all (subtotals too), none.")
    ] = "grand",
    no_totals: Annotated[bool, typer.Option("--no-totals", metavar="", help="Like --totals none.")] = False,
    profile: Profile = None,
    snapshot: Snapshot = None,
    history: History = "as-was",
    format: Annotated[
        Literal["table", "json", "csv", "parquet"], typer.Option(metavar="F", help="table, json, csv, parquet.")
    ] = "table",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file instead.")] = None,
    sql: Annotated[bool, typer.Option("--sql", metavar="", help="Show the SQL instead of the answer.")] = False,
) -> None:
    """Ask for KPIs: for these accounts, over this time, compared with that."""
    from accountlens.surfaces.cli.ask import Output, ask

    question = {
        "by": _listed(by),
        "period": period,
        "grain": grain,
        "where": where,
        "compare": _listed(compare),
        "scope": scope,
        "as_of": as_of,
        "totals": "none" if no_totals else totals,
        "profile": profile,
        "snapshot": snapshot,
        "history": history,
    }
    ask(_workspace(context), kpis, question, Output(format, out, sql))


@app.command(rich_help_panel=QUESTIONS)
def explain(
    context: typer.Context,
    kpi: Annotated[str, typer.Argument(metavar="KPI", autocompletion=completion.kpis)],
    period: Period = None,
    where: Where = None,
    scope: Scope = "all",
    as_of: Known = None,
    profile: Profile = None,
    snapshot: Snapshot = None,
    history: History = "as-was",
    compare: Annotated[
        Literal["previous", "year-ago"] | None,
        typer.Option(metavar="C", help="What changed: previous, year-ago."),
    ] = None,
    account: Annotated[str | None, typer.Option(metavar="NAME", help="Only this account: name, id or domain.")] = None,
    rows: Annotated[int, typer.Option(metavar="N", min=0, help="How many example rows to show.")] = 5,
    sql: Annotated[bool, typer.Option("--sql", metavar="", help="Show the SQL too.")] = False,
) -> None:
    """Where a number comes from: formula, rows that count, rows that do not and why."""
    from accountlens.surfaces.cli.explain import explain

    question = {
        "period": period,
        "where": where,
        "scope": scope,
        "as_of": as_of,
        "profile": profile,
        "snapshot": snapshot,
        "history": history,
        "compare": compare or (),
        "account": account,
    }
    explain(_workspace(context), kpi, question, rows, sql)


@app.command(rich_help_panel=QUESTIONS)
def account(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, id or domain.")],
    period: Annotated[str, typer.Option(metavar="P", help="Of its figures: 2026-Q2 ...")] = "last-3-months",
) -> None:
    """One account on one page."""
    from accountlens.surfaces.cli.account import account

    account(_workspace(context), name, period)


@app.command(rich_help_panel=QUESTIONS)
def stages(
    context: typer.Context,
    period: Annotated[
        str | None,
        typer.Option(metavar="P", help="2026-Q2, 2026-01..2026-06 ...; else the last 3 months, of cohorts 12."),
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option(metavar="STAGE", help="Of those who rose into it, by when: who reached which later stage."),
    ] = None,
    grain: Annotated[
        Literal["week", "month", "quarter", "year"], typer.Option(metavar="G", help="Of cohorts: month, quarter ...")
    ] = "month",
    by: Annotated[
        str | None, typer.Option(metavar="D", help="Of cohorts: an attribute of accounts, such as tier.")
    ] = None,
    within: Annotated[int, typer.Option(metavar="DAYS", help="Of cohorts: how soon a stage is to be reached.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="As JSON.")] = False,
) -> None:
    """The journey of accounts: who stands where, who went forward, who fell back; or by cohort, who went how far."""
    from accountlens.surfaces.cli import cohorts, journey

    if cohort is None:
        journey.stages(_workspace(context), period or "last-3-months", as_json)
    else:
        question = {"period": period or "last-12-months", "grain": grain, "by": by, "within_days": within}
        cohorts.cohorts(_workspace(context), cohort, question, as_json)


@app.command(rich_help_panel=QUESTIONS)
def outlook(
    context: typer.Context,
    which: Annotated[
        Literal["leave", "expand"] | None, typer.Argument(metavar="[leave|expand]", help="Only this; else both.")
    ] = None,
    rows: Annotated[int, typer.Option(metavar="N", min=0, help="How many customers to show.")] = 10,
    as_json: Json = False,
) -> None:
    """Which customers are likely to leave or to pay more within 90 days, and why."""
    from accountlens.surfaces.cli.outlook import outlook

    outlook(_workspace(context), which, rows, as_json)


def _workspace(context: typer.Context) -> Workspace:
    from accountlens.workspace import Workspace

    return Workspace(context.obj)


def _listed(values: Sequence[str] | None) -> list[str]:
    """`--by tier --by owner_id` and `--by tier,owner_id` are the same."""
    return [part.strip() for value in values or () for part in value.split(",") if part.strip()]


def main() -> None:
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before or after a command ran
        sys.exit(INTERRUPTED)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code is 0 (fine), 1 (a fault in a file or a question) or 2 (usage)."""
    from accountlens.surfaces.cli import messages

    try:
        code = app(_folder_first(arguments) or ["--help"], prog_name="accountlens", standalone_mode=False)
    except AccountlensError as error:
        messages.fail(error)
        return 1
    except OSError as error:
        messages.fail(AccountlensError(f"{error.strerror or error}.", error.filename))
        return 1
    except typer.TyperException as error:
        messages.misused(error)
        return 2
    if code == INTERRUPTED:
        messages.tell("Interrupted.")
    return code or 0


def _folder_first(arguments: Sequence[str]) -> list[str]:
    """`-C DIR` may stand anywhere: it is moved to the front, where it belongs to all commands."""
    rest, folder = list(arguments), []
    end = rest.index("--") if "--" in rest else len(rest)
    for place, argument in enumerate(rest[:end]):
        if argument == "-C" and place + 1 < end:
            folder, rest[place : place + 2] = rest[place : place + 2], []
            break
    return [*folder, *rest]
