"""What somebody wants sent, read and tried before it is kept: mistakes are told now, not when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accountlens.delivery.channel import read_channels, require_channel
from accountlens.delivery.making import maker, options_of
from accountlens.delivery.plans import Delivery, Draft
from accountlens.delivery.recipients import Recipient, recipients_of
from accountlens.errors import AccountlensError
from accountlens.language.recurrence import parse_recurrence
from accountlens.workspace import Workspace

LONGEST = 200  # signs of a name or a schedule


def drafted(
    workspace: Workspace,
    known: Delivery | None = None,
    *,
    name: str | None = None,
    kind: str | None = None,
    options: Mapping[str, Any] | None = None,
    schedule: str | None = None,
    channel: str | None = None,
    to: Sequence[str] | None = None,
    audience: str | None = None,
    is_open: bool | None = None,
    paused: bool | None = None,
) -> Draft:
    """A new delivery, or the changes of a known one; `AccountlensError` where it could not be sent.

    `to` names users and addresses (`recipients.py`); what is None stays, or is the usual.
    """
    name = _short("name", name)
    if schedule is not None:
        _check_schedule(schedule)
    way = channel or (known.channel if known else "")
    by = require_channel(read_channels(workspace.folder, workspace.settings), way)
    recipients: tuple[Recipient, ...] | None = None
    if known is None or to is not None or audience is not None or channel not in (None, known.channel):
        recipients = recipients_of(workspace.store, list(to or ()), audience, addressed=by.kind.ADDRESSED)
    kind = kind or (known.kind if known else "")
    if known is None or options is not None:
        given = dict(options or {})
        maker(kind).check(workspace, options_of(kind, given))
        options = given
    return Draft(name, kind, options, schedule, channel, is_open, paused, recipients)


def _check_schedule(text: str) -> None:
    _short("schedule", text)
    try:
        parse_recurrence(text)
    except ValueError as error:
        raise AccountlensError(f"This is no schedule: {error}.") from None


def _short(what: str, text: str | None) -> str | None:
    if text is not None and not 0 < len(text.strip()) <= LONGEST:
        raise AccountlensError(f"The {what} of a delivery has between 1 and {LONGEST} signs.")
    return text.strip() if text else text
