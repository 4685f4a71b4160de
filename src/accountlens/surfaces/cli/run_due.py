"""`accountlens run-due`: refreshes if anything is due, and says what it did or what is due next."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.progress import Bars
from accountlens.surfaces.cli.refresh import IN_PART, for_machines, remarks, show, waiting

if TYPE_CHECKING:
    from accountlens.refresh.due import DueReport
    from accountlens.workspace import Workspace


def run_due(workspace: Workspace, wait: float | None, as_json: bool) -> int:
    """Refresh what is due; IN_PART where a source could not be read, 0 also where nothing was due."""
    with Bars() as progress:
        done = workspace.run_due(progress=progress, **waiting(wait))
    if as_json:
        messages.write(json.dumps(_for_machines(done), indent=1))
    elif done.report is None:
        messages.show(Text(f"Nothing is due. Next: {_next(done, workspace.settings.time_zone)}."))
    else:
        messages.show(Text(f"Due: {', '.join(done.due)}."))
        show(done.report)
        messages.show(Text(f"Next: {_next(done, workspace.settings.time_zone)}."))
    if as_json and done.report:
        messages.tell(*remarks(done.report))
    return IN_PART if done.report and done.report.failed else 0


def _next(done: DueReport, time_zone: str) -> str:
    source, moment = done.next
    return f"{source} at {show_moment(moment, time_zone)}" if moment > datetime.min else f"{source} at once"


def _for_machines(done: DueReport) -> dict[str, Any]:
    source, moment = done.next
    return {
        "due": list(done.due),
        "refresh": for_machines(done.report) if done.report else None,
        "next": {"source": source, "at": moment.isoformat() + "Z" if moment > datetime.min else None},
    }
