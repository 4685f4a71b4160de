"""`accountlens demo`: a sample company generated, refreshed, measured, served in the browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.language.instants import parse_instant
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.grid import lay_out
from accountlens.surfaces.cli.program import call
from accountlens.surfaces.cli.progress import Bars
from accountlens.surfaces.cli.refresh import run
from accountlens.surfaces.cli.serve import LOOPBACK, serve, try_out
from accountlens.surfaces.cli.tables import render

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

ENDS = date(2026, 10, 1)  # first day not in the data; also the present of its snapshot
STORY = "STORY.md"
FIGURES = "figures: {months: 24, quarters: 4, years: 1, by: [tier]}  # kept ready at each refresh, for quick pages\n"
REVIEW = (
    "engaged_accounts", "mqa_count", "opportunities_created", "pipeline_velocity", "win_rate",
    "avg_deal_size", "sales_cycle_days", "mrr", "nrr", "logo_churn_rate", "nps", "first_response_time",
)  # fmt: skip
ASK_MORE = (
    ("by tier, a column a quarter", "ask win_rate --by tier --grain quarter"),
    ("target accounts alone", "ask pipeline_value_open --scope target --compare year-ago"),
    ("where a number comes from", "explain win_rate --period 2026-Q3"),
    ("all there is to ask", "kpis"),
)


def demo(folder: Path, serves: bool) -> None:
    """`serves`: in the browser until Ctrl-C; without a terminal, which nobody could end, only shown to work."""
    workspace = make(folder)
    with messages.waiting("Asking ..."):
        answer = workspace.ask(*REVIEW, period="last-quarter", compare=["previous"])
    grid = lay_out(answer.rows(), answer.kpis, answer.currency, answer.levels)
    messages.show(Text(f"{workspace.settings.name}, a sample company"), Text())
    messages.show(*render(grid, messages.page().width, answer.notes), Text(), *hints(folder))
    if serves and messages.is_terminal(sys.stdout):
        messages.show(Text())
        serve(folder, LOOPBACK, None, browser=True)
    elif serves:
        with messages.waiting("Serving ..."):
            where = try_out(folder, REVIEW)
        messages.show(Text(f"\nServed at {where}, where its overview was answered. In the browser:", "bold"))
        messages.show(Text(f"    {call(folder)} serve"))


def make(folder: Path) -> Workspace:
    """Generate the company into the folder and publish its first snapshot."""
    from accountlens.catalog.settings import FILE_NAME
    from accountlens.demo import generate
    from accountlens.workspace import Workspace

    _refuse_to_overwrite(folder)
    with Bars() as bars:
        rows = generate(folder, ends=ENDS, on_step=lambda step: bars(f"Generating {step}", 0, 0))
    settings = folder / FILE_NAME
    settings.write_text(settings.read_text(encoding="utf-8") + FIGURES, encoding="utf-8")
    files = numbers.count(len(rows), "file")
    messages.tell(Text(f"Generated {numbers.count(sum(rows.values()), 'row')} in {files} under {folder}", "dim"))
    workspace = Workspace(folder)
    report = run(workspace, as_of=parse_instant(str(ENDS), workspace.settings.time_zone))
    taken = numbers.count(sum(one.accepted for one in report.balance.values()), "row")
    aside = sum(one.quarantined for one in report.balance.values())
    messages.tell(Text(f"Refreshed in {report.seconds:.1f} s: {taken} taken in, {aside:,} kept aside", "dim"))
    return workspace


def _refuse_to_overwrite(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / STORY).is_file():
        raise AccountlensError("The folder holds something else.", str(folder), "Name a new folder for the demo.")


def hints(folder: Path) -> Iterator[RenderableType]:
    yield Text("Ask more:", style="bold")
    for about, command in ASK_MORE:
        yield Text.assemble((f"  {about}\n", "dim"), f"    {call(folder)} {command}")
    yield Text(f"What is hidden in the data: {folder / STORY}", style="dim")
