"""What somebody wants sent, read and tried before it is kept: mistakes are told now, not when it is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from accountlens.delivery.channel import read_channels, require_channel
from accountlens.delivery.making import maker, options_of
from accountlens.delivery.plans import Delivery, Draft, deliveries, taken
from accountlens.delivery.recipients import AudienceError, Recipient, recipients_of
from accountlens.errors import AccountlensError
from accountlens.language.recurrence import parse_recurrence
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

LONGEST = 200  # signs of a name or a schedule
Made = TypeVar("Made")


@dataclass
class Trial:
    """A draft as far as it can be read, and what is wrong with it by field."""

    draft: Draft = field(default_factory=Draft)
    faults: dict[str, AccountlensError] = field(default_factory=dict)

    def attempt(self, where: str, make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except AccountlensError as error:
            self.faults["audience" if isinstance(error, AudienceError) else where] = error
            return None


def drafted(workspace: Workspace, known: Delivery | None = None, **given: Any) -> Draft:
    """A new delivery, or the changes of a known one; `AccountlensError` where it could not be sent."""
    trial = tried(workspace, known, **given)
    for fault in trial.faults.values():
        raise fault
    return trial.draft


def tried(
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
) -> Trial:
    """What is wrong with each field, all of it.

    `to` names users and addresses (`recipients.py`); what is None stays, or is the usual.
    """
    trial = Trial()
    name = trial.attempt("name", lambda: _name(workspace, known, name))
    trial.attempt("schedule", lambda: _check_schedule(schedule))
    way = channel or (known.channel if known else "")
    by = trial.attempt("channel", lambda: require_channel(read_channels(workspace.folder, workspace.settings), way))
    recipients: tuple[Recipient, ...] | None = None
    others = known is None or to is not None or audience is not None or channel not in (None, known.channel)
    if by and others:
        recipients = trial.attempt(
            "to", lambda: recipients_of(workspace.store, list(to or ()), audience, addressed=by.kind.ADDRESSED)
        )
    kind = kind or (known.kind if known else "")
    if known is None or options is not None:
        options = dict(options or {})
        trial.attempt("options", lambda: maker(kind).check(workspace, options_of(kind, options)))
    trial.draft = Draft(name, kind, options, schedule, channel, is_open, paused, recipients)
    return trial


def unkept(draft: Draft) -> Delivery:
    """As it would be, to be looked at before it is kept."""
    name, now = draft.name or "", utc_now()
    options, recipients = draft.options or {}, draft.recipients or ()
    return Delivery("", name, draft.kind or "", options, draft.schedule or "", draft.channel or "", False, False, None,
                    now, now, recipients)  # fmt: skip


def _name(workspace: Workspace, known: Delivery | None, name: str | None) -> str | None:
    name = _short("name", name)
    if any(one.name == name and one != known for one in deliveries(workspace.store)):
        raise taken(str(name))
    return name


def _check_schedule(text: str | None) -> None:
    if _short("schedule", text) is None:
        return
    try:
        parse_recurrence(str(text))
    except ValueError as error:
        raise AccountlensError(f"This is no schedule: {error}.") from None


def _short(what: str, text: str | None) -> str | None:
    if text is not None and not 0 < len(text.strip()) <= LONGEST:
        raise AccountlensError(f"The {what} of a delivery has between 1 and {LONGEST} signs.")
    return text.strip() if text else text
