"""Telling admins by mail what came to nothing, where a channel is left that works; the pages tell it in any case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape

from accountlens.delivery import log
from accountlens.delivery.channel import Channel
from accountlens.delivery.log import Sending, Status
from accountlens.delivery.parcel import Parcel
from accountlens.delivery.recipients import key_of_user, reader_of
from accountlens.people.secret import new_id
from accountlens.people.users import users
from accountlens.people.viewer import Role
from accountlens.push.schedule import failing
from accountlens.store import Store
from accountlens.workspace import Workspace

ID = "notice"  # stands in place of a delivery's id
NAME = "What needs a look"
APART = timedelta(hours=1)  # more is told together
AGAIN = timedelta(days=1)  # after which it is told once more that a refresh fails
SENDINGS = "These deliveries came to nothing, or it is not known what became of them:"
MEND_SENDINGS = "Settings, Sent (or 'accountlens deliveries problems') lists them: send one again, or leave it at that."
REFRESH = "Figures are not as new as they should be:"
PUSHES = "These are not written to where others work:"
MEND_PUSHES = "It is tried again by itself; 'accountlens push' tries at once."
MEND_REFRESH = "It is tried again by itself; Data (or 'accountlens check') tells how it goes."


def plan(workspace: Workspace, channels: Mapping[str, Channel], now: datetime) -> None:
    """Note mails to the admins about what failed since they were told last; at most one an hour.

    Of refreshes and pushes it is told what fails now, so while one goes on failing, once a day.
    """
    from accountlens.store.delivery_rows import SendingRow

    store = workspace.store
    failed = [one for one in log.problems(store) if one.told_at is None and one.delivery_id != ID]
    earlier = log.sendings(store, limit=1, delivery_id=ID)
    since = now - earlier[0].due_at if earlier else timedelta.max
    if since < APART or not (failed or (since >= AGAIN and (_unread(store) or failing(workspace)))):
        return
    broken = {one.channel for one in failed if one.status is not Status.SKIPPED}
    ways = [name for name, one in channels.items() if one.kind.ADDRESSED and name not in broken]
    admins = [one for one in users(store) if one.role is Role.ADMIN and one.active]
    if not ways or not admins:
        return
    with store.state.session("tell the admins") as session:
        for admin in admins:
            row = SendingRow(id=new_id("msg_"), delivery_id=ID, name=NAME, channel=ways[0], audience=admin.id, tries=0)
            row.recipient, row.due_at, row.next_try_at = key_of_user(admin.id), now, now
            row.once, row.status, row.detail = channels[ways[0]].kind.ONCE, Status.WAITING.value, ""
            session.add(row)
        ids = [one.id for one in failed]
        session.query(SendingRow).filter(SendingRow.id.in_(ids)).update({SendingRow.told_at: now})


def make(workspace: Workspace, notice: Sending) -> Parcel | None:
    """What failed, each in a line: without a figure."""
    told = [one for one in log.problems(workspace.store) if one.told_at == notice.due_at]
    parts = [
        (head, lines, foot)
        for head, lines, foot in (
            (SENDINGS, [_line(workspace, one) for one in told], MEND_SENDINGS),
            (REFRESH, _unread(workspace.store), MEND_REFRESH),
            (PUSHES, failing(workspace), MEND_PUSHES),
        )
        if lines
    ]
    if not parts:
        return None
    text = "\n\n".join("\n".join([head, "", *(f"- {line}" for line in lines), "", foot]) for head, lines, foot in parts)
    page = "".join(
        f"<p>{head}</p><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul><p>{escape(foot)}</p>"
        for head, lines, foot in parts
    )
    top = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{NAME}</title>'
    return Parcel(f"{workspace.settings.name}: {NAME.lower()}", text, f"{top}{page}</html>")


def _unread(store: Store) -> list[str]:
    """That the newest refresh failed; sources that could not be read, whose rows are those of before."""
    newest = store.runs(limit=1)
    failed = [f"The refresh begun {one.started_at:%Y-%m-%d %H:%M} UTC failed. {one.message}"
              for one in newest if one.status == "failed"]  # fmt: skip
    sources = [f"{one.name}: {one.problem.what}" for one in store.source_states().values() if one.failures]
    return failed + sources


def _line(workspace: Workspace, one: Sending) -> str:
    who = "" if one.status is Status.SKIPPED else f" to {reader_of(workspace, one.to).who}"
    return (
        f"{one.name}, due {one.due_at:%Y-%m-%d %H:%M} UTC, by {one.channel}{who}: {one.status}. {one.detail} [{one.id}]"
    )
