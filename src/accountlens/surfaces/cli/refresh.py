"""`accountlens refresh`: progress while it runs, then what became of the rows, and the snapshot."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.language.instants import parse_instant
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.alert_rules import after_refresh
from accountlens.surfaces.cli.progress import Bars
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.refresh import RefreshReport
    from accountlens.workspace import Workspace

IN_PART = 3  # the exit code where a snapshot was published, though a source could not be read
FATES = ("taken_in", "accepted", "duplicates", "quarantined")


def refresh(workspace: Workspace, full: bool, as_of: str | None, wait: float | None, as_json: bool) -> int:
    """Refresh and tell what became of the rows; IN_PART where a source could not be read."""
    moment = parse_instant(as_of, workspace.settings.time_zone) if as_of else None
    report = run(workspace, full, moment, wait)
    if as_json:
        messages.write(json.dumps(for_machines(report), indent=1))
        messages.tell(*remarks(report))
    else:
        show(report)
    return IN_PART if report.failed else 0


def show(report: RefreshReport) -> None:
    messages.show(*balance_table(report.balance, messages.page().width))
    messages.tell(*remarks(report))
    messages.show(*stayed(report), Text(f"snapshot {report.snapshot}, {report.seconds:.1f} s{as_they_were(report)}"))


def stayed(report: RefreshReport) -> Iterator[Text]:
    """What was left in a warehouse, and how little came home."""
    if told := report.remote:
        rows = sum(told["tables"].get(name, 0) for name in told["stay"])
        what = f"{' and '.join(told['stay']) or 'Nothing'} stay in {told['engine']}, {numbers.count(rows, 'row')}"
        yield Text(f"{what}; {told['home'] / 1e6:,.1f} MB came home, {told['sent'] / 1e6:,.1f} MB went there")


def as_they_were(report: RefreshReport) -> str:
    """How many tables nothing had to be done for."""
    return f"; unchanged: {numbers.count(len(report.reused), 'table')}" if report.reused else ""


def run(workspace: Workspace, full: bool = False, as_of: Any = None, wait: float | None = None) -> RefreshReport:
    """Refresh with bars on stderr, where that is a terminal; another refresh is waited for."""
    with Bars() as progress:
        report = workspace.refresh(full=full, as_of=as_of, progress=progress, **waiting(wait))
    after_refresh(workspace)
    return report


def waiting(wait: float | None) -> dict[str, Any]:
    """How long another refresh is waited for, and that it is told."""
    return {"wait_seconds": math.inf if wait is None else wait, "on_wait": _tell_wait}


def _tell_wait(holder: str) -> None:
    messages.tell(messages.note(f"Another refresh is running ({holder}); this one goes on when it has ended."))


def for_machines(report: RefreshReport) -> dict[str, Any]:
    tables = {
        name: {"in": one.taken_in, **{field: getattr(one, field) for field in FATES[1:]}}
        for name, one in sorted(report.balance.items())
    }
    told = {"snapshot": report.snapshot, "tables": tables, "unchanged": sorted(report.reused)}
    stays = {"remote": dict(report.remote)} if report.remote else {}  # of a workspace with a warehouse alone
    return told | {"failed": dict(report.failed)} | stays


def balance_table(balance: Mapping[str, Any], width: int) -> Iterator[RenderableType]:
    """What became of the rows of each table that had any, and of all together."""
    tables = [one for name, one in sorted(balance.items()) if one.taken_in]
    if not tables:
        yield Text("No rows were found.")
        return
    columns = [Column("table", texts([*(one.table for one in tables), "Total"]), right=False)]
    for field in FATES:
        counts = [getattr(one, field) for one in tables]
        tone = "yellow" if field == "quarantined" else ""
        cells = [_count(number, tone) for number in (*counts, sum(counts))]
        columns.append(Column(field.replace("_", " "), cells))
    last = len(tables)
    yield from draw(Sheet(tuple(columns), rules=frozenset({last - 1}), bold=frozenset({last})), width)


def _count(number: int, tone: str) -> Text:
    return Text(f"{number:,}", style=tone if number else "dim")


def remarks(report: RefreshReport) -> Iterator[Text]:
    """What a person should look at: warnings, rows of no account, rows in quarantine."""
    yield from messages.findings(report.warnings)
    unmatched = [f"{table} {count:,}" for table, count in sorted(report.unmatched.items()) if count]
    if unmatched:
        yield messages.note(f"Rows of no account, in totals as (unmatched): {', '.join(unmatched)}.")
        yield messages.hint("What was found beside ids, and what waits for you:", "accountlens matches")
    aside = sum(one.quarantined for one in report.balance.values())
    if aside:
        kept = f"{numbers.count(aside, 'row')} kept aside, with the reason:"
        yield messages.hint(kept, "accountlens quarantine")
