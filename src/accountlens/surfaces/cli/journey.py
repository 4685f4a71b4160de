"""`accountlens stages`: the journey of accounts between two moments."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.records import record_sheet
from accountlens.surfaces.cli.sheet import draw

if TYPE_CHECKING:
    from accountlens.engine.journey import Journey
    from accountlens.workspace import Workspace

SHOWN = 10


def stages(workspace: Workspace, period: str, as_json: bool, snapshot: str | None = None) -> None:
    found = workspace.journey(period=period, snapshot=snapshot)
    if as_json:
        messages.write(json.dumps(told(found), indent=2, default=str) + "\n")
        return
    zone, width = workspace.settings.time_zone, messages.page().width
    rows = [
        (stage.name, stage.before, stage.after, stage.after - stage.before, stage.entered,
         None if stage.last else stage.went_on, _percent(stage.conversion), _days(stage.median_days))
        if stage.known else (stage.name, *[None] * 7)
        for stage in found.stages
    ]  # fmt: skip
    columns = ("stage", "at the start", "at the end", "change", "rose into it", "went on", "share", "median days")
    messages.show(*draw(record_sheet(columns, rows, zone, f"Accounts by stage, {period}"), width))
    messages.show(Text(), Text(f"Went forward: {found.progressed}. Fell back: {found.fell_back}."))
    for stage in found.stages:
        if not stage.known:
            messages.show(messages.note(f"{stage.name}: not known, it needs {' or '.join(stage.lacks)}"))
    for title, forward in (("Went forward", True), ("Fell back", False)):
        moves = [(m.name, m.stage_before, m.stage, m.since) for m in found.moves if m.forward is forward]
        if moves:
            more = f", the furthest {SHOWN} of {len(moves)}" if len(moves) > SHOWN else ""
            sheet = record_sheet(("account", "was", "is", "since"), moves[:SHOWN], zone, f"{title}{more}")
            messages.show(Text(), *draw(sheet, width))


def told(found: Journey) -> dict[str, object]:
    """The journey for machines: numbers as they are, times in UTC."""
    stages = [{**asdict(stage), "conversion": stage.conversion} for stage in found.stages]
    moves = [asdict(move) for move in found.moves]
    counts = {"progressed": found.progressed, "fell_back": found.fell_back}
    return {"start": found.start.isoformat(), "end": found.end.isoformat(), "stages": stages, **counts, "moves": moves}


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.0f} %"


def _days(days: float | None) -> str | None:
    return None if days is None else f"{days:,.1f}"
