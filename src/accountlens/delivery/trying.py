"""A test message by a channel, to see whether it works before something is sent by it."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.delivery.channel import NotSentError, read_channels, require_channel
from accountlens.delivery.log import Status
from accountlens.delivery.page import page
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.errors import AccountlensError
from accountlens.people.audit import Actor, record
from accountlens.people.secret import new_id
from accountlens.sources.secrets import Secrets
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

NAME = "Test message"
TEXT = "This is a test message of accountlens. It shows no figure and asks for nothing."


@dataclass(frozen=True)
class Tried:
    """Whether it went out (sent, failed, unknown), and what was said."""

    status: Status
    said: str


def try_channel(workspace: Workspace, by: Actor, name: str, to: str) -> Tried:
    """Send a test message now, once; by a channel that leads to each recipient to that address."""
    channel = require_channel(read_channels(workspace.folder, workspace.settings), name)
    secrets = Secrets(workspace.folder)
    subject = f"{workspace.settings.name}: {NAME.lower()}"
    parcel = Parcel(subject, TEXT, page(subject, f"<p>{TEXT}</p>", []))
    address = to if channel.kind.ADDRESSED else ""
    envelope = Envelope(new_id("msg_"), address, NAME, "test", utc_now(), "nobody's accounts")
    handed: list[bool] = []
    try:
        said = channel.kind.send(channel.settings, parcel, envelope, secrets, lambda: handed.append(True))
        tried = Tried(Status.SENT, secrets.hide(said))
    except AccountlensError as error:
        sure = isinstance(error, NotSentError) or not handed
        tried = Tried(Status.FAILED if sure else Status.UNKNOWN, secrets.hide(str(error)))
    record(workspace.store, by, "channel_tried", name, status=tried.status.value)
    return tried
