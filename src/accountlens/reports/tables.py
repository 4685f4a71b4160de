"""The tables of a review besides its figures: KPIs by group, and what is kept of a customer row by row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Cell, Chart, Column, Table
from accountlens.reports.figures import filter_for
from accountlens.reports.packs import By
from accountlens.reports.spans import Span, day

UNKNOWN, UNMATCHED = "(unknown)", "(unmatched)"
NOBODY = {UNKNOWN: "not known", UNMATCHED: "no account"}
COUNTED = ("count", "money", "touches")  # of these 0 is a group in which nothing happened; a share of 0 is a figure
BARS = 12
TICKETS = 25


def by_group(here: Stand, piece: By, whom: Whom, span: Span) -> Table:
    """The groups that lead by the first KPI; `AccountlensError` where the data lack what is asked."""
    kpis = here.can(*piece.kpis)
    if not kpis:  # what these need is told of them
        return Table(piece.title, [], [])
    wheres = {kpi: filter_for(here, kpi, whom, [piece.by]) for kpi in kpis}
    where = wheres[kpis[0]]
    kpis = [kpi for kpi in kpis if wheres[kpi] == where]
    answer = here.ask(kpis, by=piece.by, period=span.text, where=where, totals="none")
    series = answer.series()
    units = [one.unit for one in series.kpis]
    found: dict[str, list[float | None]] = {}
    for at, group in enumerate(series.groups):
        values = [float(one.value[at, 0]) for one in series.kpis]
        found[_called(group, piece.by)] = [None if value != value else value for value in values]
    order = sorted(found, key=lambda name: (found[name][0] is None, -(found[name][0] or 0.0), name))
    filled = [name for name in order if any(map(_tells, found[name], units))]
    if filled in ([NOBODY[UNKNOWN]], [NOBODY[UNMATCHED]]):
        raise AccountlensError(f"no row that counts tells its {_title(piece.by).lower()}.")
    shown = filled[: piece.top]
    labels = [here.ground.catalog.definition(parse_asked(kpi).name).label for kpi in kpis]
    columns = [
        Column(_title(piece.by), "text"),
        *(Column(label, unit) for label, unit in zip(labels, units, strict=True)),
    ]
    rows: list[list[Cell]] = [[name, *found[name]] for name in shown]
    more = f"The {len(shown)} that lead of {len(filled)}." if len(filled) > len(shown) else ""
    return Table(piece.title, columns, rows, more)


def bars(table: Table) -> Chart | None:
    """The first KPI of a table of groups, drawn."""
    rows = [row for row in table.rows[:BARS] if isinstance(row[1], int | float)]
    if len(rows) < 2:
        return None
    values = [float(row[1]) for row in rows if row[1] is not None]
    column = table.columns[1]
    title = table.title if column.label.lower() in table.title.lower() else f"{column.label}: {table.title}"
    return Chart("bars", title, column.unit, [str(row[0]) for row in rows], values,
                 label=f"Bars: {column.label} by {table.columns[0].label.lower()}.")  # fmt: skip


def _tells(value: float | None, unit: str) -> bool:
    """Whether a figure is a reason to show its group."""
    return value is not None and (value != 0 or unit not in COUNTED)


def _called(group: Any, by: str) -> str:
    shown = group["by"][by]
    return str(group.get("names", {}).get(by) or NOBODY.get(shown, shown))


def _title(by: str) -> str:
    word = by.rpartition(".")[2].removesuffix("_id").replace("_", " ")
    return word[:1].upper() + word[1:]


def rows_of(here: Stand, which: str, whom: Whom, span: Span) -> Table | None:
    """What is kept of a customer itself: his goals, or his tickets of the period."""
    if not here.has(which):
        return None
    return _goals(here, whom, span) if which == "goals" else _tickets(here, whom, span)


MEASURED = """CASE WHEN EXISTS (SELECT 1 FROM goal_progress p WHERE p.goal_id = goals.goal_id) THEN (
    SELECT p.actual FROM goal_progress p WHERE p.goal_id = goals.goal_id AND p.measured_on < $now
    ORDER BY p.measured_on DESC LIMIT 1) ELSE actual END"""


def _goals(here: Stand, whom: Whom, span: Span) -> Table | None:
    """Those set and not yet reached before the period, each as far as it had come by its end."""
    reads = ["goals", *(["goal_progress"] if here.has("goal_progress") else [])]
    columns = [name if here.knows("goals", name) else f"NULL AS {name}" for name in ("baseline", "due_on")]
    actual = "actual" if here.knows("goals", "actual") else "NULL"
    reached = "achieved_on" if here.knows("goals", "achieved_on") else "NULL::TIMESTAMP"
    sql = f"""SELECT name, {", ".join(columns)}, target, {MEASURED if len(reads) > 1 else actual} AS actual,
        CASE WHEN {reached} < $now THEN {reached} END AS achieved_on FROM goals
        WHERE account_id = $id AND (set_on IS NULL OR set_on < $now) AND ({reached} IS NULL OR {reached} >= $start)
        ORDER BY due_on NULLS LAST, name"""
    found = here.rows(sql, *reads, id=whom.subject, now=span.piece.as_of, start=span.piece.start)
    numbers = [Column(name, "number") for name in ("At the start", "Wanted", "Now")]
    rows: list[list[Cell]] = [
        [one["name"], one["baseline"], one["target"], one["actual"], _day(here, one["due_on"]),
         _day(here, one["achieved_on"])]
        for one in found
    ]  # fmt: skip
    shown = [Column("Goal", "text"), *numbers, Column("Due", "text"), Column("Reached", "text")]
    return Table("Goals", shown, rows) if rows else None


def _tickets(here: Stand, whom: Whom, span: Span) -> Table | None:
    """The latest that were open in the period, as they stood at its end."""
    solved = "solved_at" if here.knows("tickets", "solved_at") else "NULL::TIMESTAMP"
    priority = "priority" if here.knows("tickets", "priority") else "NULL"
    sql = f"""SELECT ticket_id, {priority} AS priority, created_at,
        CASE WHEN {solved} < $now THEN {solved} END AS solved
        FROM tickets WHERE account_id = $id AND created_at < $now AND ({solved} IS NULL OR {solved} >= $start)
        ORDER BY created_at DESC LIMIT {TICKETS}"""
    found = here.rows(sql, "tickets", id=whom.subject, now=span.piece.as_of, start=span.piece.start)
    columns = [Column(name, "text") for name in ("Ticket", "Priority", "Opened", "Solved")]
    rows: list[list[Cell]] = [
        [one["ticket_id"], one["priority"], _day(here, one["created_at"]), _day(here, one["solved"])] for one in found
    ]
    note = f"The latest {TICKETS}." if len(rows) == TICKETS else ""
    return Table("Tickets open in the period", columns, rows, note) if rows else None


def _day(here: Stand, instant: datetime | None) -> str | None:
    return None if instant is None else day(here.ground.clock.local(instant).date())
