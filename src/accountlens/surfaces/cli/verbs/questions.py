"""What can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from accountlens.surfaces.cli import completion
from accountlens.surfaces.cli.group import QUESTIONS, app, asked_on, workspace
from accountlens.surfaces.cli.options import (
    History,
    Json,
    Known,
    KnownAt,
    On,
    Period,
    Profile,
    Scope,
    Snapshot,
    Where,
)


@app.command(rich_help_panel=QUESTIONS)
def kpis(
    context: typer.Context,
    family: Annotated[str | None, typer.Option(metavar="F", help="Only this family.")] = None,
    as_json: Json = False,
) -> None:
    """All KPIs, by family."""
    from accountlens.surfaces.cli.catalog import kpis

    kpis(workspace(context), family, as_json)


@app.command(rich_help_panel=QUESTIONS)
def kpi(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completion.kpis)],
    sql: Annotated[
        str | None,
        typer.Option(metavar="ENGINE", help="As SQL by month for bigquery, databricks, postgres, snowflake, spark."),
    ] = None,
) -> None:
    """One definition, whole."""
    from accountlens.surfaces.cli.catalog import kpi

    kpi(workspace(context), name, sql)


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
        typer.Option(metavar="C", help="previous, year-ago, target, profile:NAME; repeats.", show_default=False),
    ] = None,
    scope: Scope = "all",
    as_of: Known = None,
    totals: Annotated[
        Literal["grand", "all", "none"], typer.Option(metavar="T", help="grand, all (subtotals too), none.")
    ] = "grand",
    only_values: Annotated[
        bool, typer.Option("--only-values", metavar="", help="Without parts, samples, intervals, flags: faster.")
    ] = False,
    no_totals: Annotated[bool, typer.Option("--no-totals", metavar="", help="Like --totals none.")] = False,
    profile: Profile = None,
    snapshot: Snapshot = None,
    history: History = "as-was",
    as_known_at: KnownAt = None,
    format: Annotated[
        Literal["table", "json", "csv", "parquet"], typer.Option(metavar="F", help="table, json, csv, parquet.")
    ] = "table",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to this file instead.")] = None,
    sql: Annotated[bool, typer.Option("--sql", metavar="", help="Show the SQL instead of the answer.")] = False,
    on: On = "store",
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
        "as_known_at": as_known_at,
        "only_values": only_values,
    }
    with asked_on(workspace(context), on) as asked:
        ask(asked, kpis, question, Output(format, out, sql))


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
    as_known_at: KnownAt = None,
    compare: Annotated[
        Literal["previous", "year-ago"] | None,
        typer.Option(metavar="C", help="What changed: previous, year-ago."),
    ] = None,
    account: Annotated[str | None, typer.Option(metavar="NAME", help="Only this account: name, id or domain.")] = None,
    rows: Annotated[int, typer.Option(metavar="N", min=0, help="How many example rows to show.")] = 5,
    sql: Annotated[bool, typer.Option("--sql", metavar="", help="Show the SQL too.")] = False,
    on: On = "store",
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
        "as_known_at": as_known_at,
    }
    with asked_on(workspace(context), on) as asked:
        explain(asked, kpi, question, rows, sql)


@app.command(rich_help_panel=QUESTIONS)
def account(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, id or domain.")],
    period: Annotated[str, typer.Option(metavar="P", help="Of its figures: 2026-Q2 ...")] = "last-3-months",
    snapshot: Snapshot = None,
) -> None:
    """One account on one page."""
    from accountlens.surfaces.cli.account import account

    account(workspace(context), name, period, snapshot)


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
        Literal["week", "month", "quarter", "year"] | None,
        typer.Option(metavar="G", help="Of cohorts: month (else), week, quarter, year."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="D", help="Of cohorts: an attribute of accounts, such as tier.")
    ] = None,
    within: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Of cohorts: how soon a stage is to be reached; else 90.")
    ] = None,
    snapshot: Snapshot = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="As JSON.")] = False,
) -> None:
    """The journey of accounts: who stands where, who went forward, who fell back; or by cohort, who went how far."""
    from accountlens.surfaces.cli import cohorts, journey

    lone = [name for name, given in (("--grain", grain), ("--by", by), ("--within", within)) if given is not None]
    if cohort is None and lone:
        raise typer.BadParameter(f"{' and '.join(lone)} belong to --cohort STAGE, as in --cohort mqa.")
    if cohort is None:
        journey.stages(workspace(context), period or "last-3-months", as_json, snapshot)
    else:
        days = 90 if within is None else within
        question = {"period": period or "last-12-months", "grain": grain or "month", "by": by, "within_days": days}
        cohorts.cohorts(workspace(context), cohort, {**question, "snapshot": snapshot}, as_json)


@app.command(rich_help_panel=QUESTIONS)
def outlook(
    context: typer.Context,
    which: Annotated[
        Literal["leave", "expand"] | None, typer.Argument(metavar="[leave|expand]", help="Only this; else both.")
    ] = None,
    rows: Annotated[int, typer.Option(metavar="N", min=0, help="How many customers to show.")] = 10,
    snapshot: Snapshot = None,
    as_json: Json = False,
) -> None:
    """Which customers are likely to leave or to pay more within 90 days, and why."""
    from accountlens.surfaces.cli.outlook import outlook

    outlook(workspace(context), which, rows, as_json, snapshot)


@app.command(rich_help_panel=QUESTIONS)
def leading(
    context: typer.Context,
    kpis: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KPI...]", help="More of these; else all as a table.", autocompletion=completion.kpis),
    ] = None,
    outcome: Annotated[
        Literal["churn", "renewal", "growth"],
        typer.Option(metavar="O", help="What is to be foreseen: churn, renewal, growth."),
    ] = "churn",
    ahead: Annotated[Literal["3", "6", "12"], typer.Option(metavar="MONTHS", help="Within 3, 6 or 12 months.")] = "6",
    snapshot: Snapshot = None,
    as_json: Json = False,
) -> None:
    """Whether leading KPIs led: which told beforehand who would leave, not renew or pay more."""
    from accountlens.surfaces.cli.leading import leading

    leading(workspace(context), kpis or [], outcome, int(ahead), as_json, snapshot)


def _listed(values: Sequence[str] | None) -> list[str]:
    """`--by tier --by owner_id` and `--by tier,owner_id` are the same."""
    return [part.strip() for value in values or () for part in value.split(",") if part.strip()]
