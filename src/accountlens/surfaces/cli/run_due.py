"""`accountlens run-due`: refreshes, pushes and sends what is due, and says what it did or what is due next."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.delivery.log import PROBLEMS, Sending
from accountlens.delivery.plans import deliveries
from accountlens.delivery.sending import Delivered, deliver_due
from accountlens.delivery.telling import told_sending
from accountlens.push.schedule import Tried, next_push, push_due
from accountlens.refresh.due import NothingScheduledError
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.alert_rules import after_refresh
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.progress import Bars
from accountlens.surfaces.cli.refresh import IN_PART, for_machines, remarks, show, waiting

if TYPE_CHECKING:
    from accountlens.refresh.due import DueReport
    from accountlens.workspace import Workspace


def run_due(workspace: Workspace, wait: float | None, as_json: bool) -> int:
    """Refresh what is due, then push and send what is due, also where the refresh failed.

    IN_PART where a source could not be read or something not be pushed or sent; 0 also where nothing was due.
    """
    pushed, delivered = list[Tried](), Delivered()
    try:
        done = _refresh(workspace, wait)
    finally:
        pushed = push_due(workspace)
        delivered = deliver_due(workspace)  # afterwards, for it tells admins of a push that fails
        if not as_json:
            messages.show(*(Text(_pushed(one)) for one in pushed))
            messages.show(*(Text(_line(workspace, one)) for one in delivered.sendings))
    if as_json:
        messages.write(json.dumps(_for_machines(workspace, done, pushed, delivered), indent=1))
    else:
        _show(workspace, done, pushed, delivered)
    if as_json and done and done.report:
        messages.tell(*remarks(done.report))
    failed = any(one.status in PROBLEMS for one in delivered.sendings) or any(one.problem for one in pushed)
    return IN_PART if failed or (done and done.report and done.report.failed) else 0


def _refresh(workspace: Workspace, wait: float | None) -> DueReport | None:
    """None where nothing is ever refreshed by itself, but something is pushed or sent."""
    try:
        with Bars() as progress:
            done = workspace.run_due(progress=progress, **waiting(wait))
    except NothingScheduledError:
        if not deliveries(workspace.store) and not any(one.at for one in workspace.settings.push.values()):
            raise
        return None
    after_refresh(workspace)  # before anything is sent
    return done


def _show(workspace: Workspace, done: DueReport | None, pushed: list[Tried], delivered: Delivered) -> None:
    zone = workspace.settings.time_zone
    moments = (_next(done, zone), _coming(next_push(workspace), zone), _coming(delivered.next, zone))
    coming = [one for one in moments if one]
    after = f"Next: {', '.join(coming)}." if coming else ""
    if done and done.report:
        messages.show(Text(f"Due: {', '.join(done.due)}."))
        show(done.report)
        messages.show(Text(after))
    elif delivered.sendings or pushed:
        messages.show(Text(after))
    else:
        messages.show(Text(f"Nothing is due. {after}".strip()))
    if delivered.busy:
        messages.tell(messages.note(f"What is to be sent is left to {delivered.busy} that is sending."))


def _line(workspace: Workspace, one: Sending) -> str:
    told = told_sending(workspace, one)
    said = f": {one.detail}" if one.status in PROBLEMS or one.next_try_at else ""
    return f"{one.name}, to {told['who']} by {one.channel}: {one.status}{said}"


def _pushed(one: Tried) -> str:
    if one.pushed is None:
        return f"{one.name}, not pushed: {one.problem}"
    rows = one.pushed.difference
    counts = f"{len(rows.new):,} new, {len(rows.changed):,} changed, {len(rows.gone):,} gone"
    return f"{one.name} → {one.pushed.to}: {counts if one.pushed.written else 'nothing to write'}"


def _next(done: DueReport | None, time_zone: str) -> str:
    if done is None:
        return ""
    source, moment = done.next
    return f"{source} at {show_moment(moment, time_zone)}" if moment > datetime.min else f"{source} at once"


def _coming(found: tuple[str, datetime] | None, time_zone: str) -> str:
    return f"{found[0]} at {show_moment(found[1], time_zone)}" if found else ""


def _for_machines(
    workspace: Workspace, done: DueReport | None, pushed: list[Tried], delivered: Delivered
) -> dict[str, Any]:
    """What was told before deliveries came stays as it was; `next` is null where nothing is refreshed by itself."""
    told: dict[str, Any] = {"due": [], "refresh": None, "next": None}
    if done:
        source, moment = done.next
        told = {
            "due": list(done.due),
            "refresh": for_machines(done.report) if done.report else None,
            "next": {"source": source, "at": _stamp(moment) if moment > datetime.min else None},
        }
    coming = {"delivery": delivered.next[0], "at": _stamp(delivered.next[1])} if delivered.next else None
    sent = [_plain(told_sending(workspace, one)) for one in delivered.sendings]
    found = next_push(workspace)
    told["pushes"] = {
        "pushed": [{"push": one.name, "problem": one.problem or None} for one in pushed],
        "next": {"push": found[0], "at": _stamp(found[1])} if found else None,
    }
    return told | {"deliveries": {"sent": sent, "next": coming, "busy": delivered.busy is not None}}


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {key: _stamp(value) if isinstance(value, datetime) else value for key, value in told.items()}


def _stamp(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"
