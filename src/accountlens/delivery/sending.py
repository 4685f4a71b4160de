"""Sending what is due: mail at most once, the rest at least once with the same key, also where a process dies.

Who sends holds a lock, so whatever is found under way was left by one that died. A step that could make it arrive is
noted before it is taken (`log.py`): what died before it is sent, what died after it was mail is not known and stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accountlens.alerts.telling import mark_told
from accountlens.delivery import log, notices
from accountlens.delivery.channel import Channel, NotSentError, UnknownError, read_channels, require_channel
from accountlens.delivery.due import calendar_of, plan, sendings_of
from accountlens.delivery.log import UNDERWAY, Sending, Status, step
from accountlens.delivery.making import Occasion, maker, options_of
from accountlens.delivery.parcel import Envelope, Parcel
from accountlens.delivery.plans import Delivery, deliveries
from accountlens.delivery.recipients import Reader, Recipient, reader_of
from accountlens.errors import AccountlensError
from accountlens.sources.secrets import Secrets
from accountlens.store.lock import BusyError, WriterLock
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

LOCK = "delivery.lock"
Now = Callable[[], datetime]


@dataclass(frozen=True)
class Delivered:
    """What a run sent or tried to, as it stands afterwards; `busy` is who else is sending just now.

    `next` is what is due next, and when; None where nothing is.
    """

    sendings: tuple[Sending, ...] = ()
    next: tuple[str, datetime] | None = None
    busy: str | None = None


@dataclass
class Desk:
    """What a run works with."""

    workspace: Workspace
    channels: dict[str, Channel]
    now: Now
    secrets: Secrets
    deliveries: dict[str, Delivery]
    made: dict[tuple[str, datetime, str], Parcel | None] = field(default_factory=dict)


def deliver_due(workspace: Workspace, *, now: Now = utc_now, wait_seconds: float = 0.0) -> Delivered:
    """Send what is due and what is to be tried again. Another one that sends is waited for so long, then left to it."""
    if not workspace.store.database.exists():
        return Delivered()
    lock = WriterLock(workspace.store.folder / LOCK)
    with suppress(BusyError), lock.hold(wait_seconds, lambda: None):
        return _deliver(workspace, now)
    return Delivered(next=next_due(workspace), busy="another process")


def send_now(workspace: Workspace, one: Delivery, *, now: Now = utc_now) -> list[Sending]:
    """Send it to everybody it goes to, whatever its schedule says; what became of it."""
    due_at = note_now(workspace, one, now)
    deliver_due(workspace, now=now, wait_seconds=60)
    return [found for found in log.sendings(workspace.store, limit=-1, delivery_id=one.id) if found.due_at == due_at]


def note_now(workspace: Workspace, one: Delivery, now: Now = utc_now) -> datetime:
    """Note it as due at this moment, for whoever sends next; the moment."""
    at = now()
    channel = require_channel(read_channels(workspace.folder, workspace.settings), one.channel)
    with workspace.store.state.session("note what is due") as session:
        session.add_all(sendings_of(one, one.recipients, at, at, channel.kind.ONCE))
    return at


def preview(workspace: Workspace, one: Delivery, *, now: Now = utc_now) -> list[tuple[Reader, Parcel | str | None]]:
    """What would go to whom, now: a parcel, None where there is nothing to tell, or why it cannot be made."""
    desk, found = _desk(workspace, now), list[tuple[Reader, Parcel | str | None]]()
    for each in one.recipients:
        reader = reader_of(workspace, each)
        try:
            found.append((reader, reader.why or _parcel(desk, one, each, reader, now())))
        except AccountlensError as error:
            found.append((reader, str(error)))
    return found


def next_due(workspace: Workspace) -> tuple[str, datetime] | None:
    """What is due next, and when; UTC without zone."""
    calendar = calendar_of(workspace)
    moments = [(calendar.next_of(one), one.name) for one in deliveries(workspace.store) if not one.paused]
    again = log.sendings(workspace.store, limit=-1, status=Status.WAITING)
    moments += [(one.next_try_at, one.name) for one in again if one.next_try_at]
    return next(((name, at) for at, name in sorted(moments)), None)


def _deliver(workspace: Workspace, now: Now) -> Delivered:
    desk = _desk(workspace, now)
    _take_up(desk)
    plan(workspace, {name: one.kind.ONCE for name, one in desk.channels.items()}, now())
    touched = [_send(desk, one) for one in log.waiting(workspace.store, now())]
    notices.plan(workspace, desk.channels, now())
    touched += [_send(desk, one) for one in log.waiting(workspace.store, now()) if one.delivery_id == notices.ID]
    return Delivered(tuple(touched), next_due(workspace))


def _desk(workspace: Workspace, now: Now) -> Desk:
    channels = read_channels(workspace.folder, workspace.settings)
    known = {one.id: one for one in deliveries(workspace.store)}
    return Desk(workspace, channels, now, Secrets(workspace.folder), known)


def _take_up(desk: Desk) -> None:
    """See to what somebody who died was at."""
    store = desk.workspace.store
    for one in (found for status in UNDERWAY for found in log.sendings(store, limit=-1, status=status)):
        if one.status is Status.SENDING and one.once:
            what = "The program ended while it was sent: it may have arrived."
            step(store, one.id, [Status.SENDING], Status.UNKNOWN, detail=what)
        else:
            _settle(desk, one, NotSentError("The program ended before it was sent."))


def _send(desk: Desk, one: Sending) -> Sending:
    """One sending, from claiming it to what became of it."""
    store, now = desk.workspace.store, desk.now()
    if not step(store, one.id, [Status.WAITING], Status.CLAIMED, tries=one.tries + 1, tried_at=now, next_try_at=None):
        return log.require_sending(store, one.id)
    claimed = log.require_sending(store, one.id)
    try:
        after, said, tells = _attempt(desk, claimed)
        step(store, one.id, UNDERWAY, after, detail=desk.secrets.hide(said))
        mark_told(store, tells, desk.now())
    except AccountlensError as error:
        _settle(desk, claimed, error)
    except Exception as error:  # noqa: BLE001 - a fault with one parcel is not to keep back what others get
        _settle(desk, claimed, UnknownError(f"{type(error).__name__}: {error}"))
    return log.require_sending(store, one.id)


def _attempt(desk: Desk, one: Sending) -> tuple[Status, str, tuple[str, ...]]:
    """Make it and hand it to its channel; what became of it, what was said, and the alerts told by that."""
    channel = require_channel(desk.channels, one.channel)
    reader = reader_of(desk.workspace, one.to)
    if reader.why:
        return Status.NOTHING, reader.why, ()
    kind, parcel = _content(desk, one, reader)
    if parcel is None:
        return Status.NOTHING, "There was nothing to tell.", ()
    envelope = Envelope(one.id, reader.to, one.name, kind, one.due_at, reader.audience)

    def handing() -> None:
        if not step(desk.workspace.store, one.id, [Status.CLAIMED], Status.SENDING):
            raise AccountlensError("Somebody else took it up meanwhile.")

    try:
        said = channel.kind.send(channel.settings, parcel, envelope, desk.secrets, handing)
    except UnknownError:
        if one.once:  # it may have arrived, and is not to come twice
            mark_told(desk.workspace.store, parcel.tells, desk.now())
        raise
    return Status.SENT, said, parcel.tells


def _content(desk: Desk, one: Sending, reader: Reader) -> tuple[str, Parcel | None]:
    """Its kind, and the parcel for somebody who sees what that reader does."""
    if one.delivery_id == notices.ID:
        return notices.ID, notices.make(desk.workspace, one)
    delivery = desk.deliveries.get(one.delivery_id)
    if delivery is None:
        return "", None
    return delivery.kind, _parcel(desk, delivery, one.to, reader, one.due_at)


def _parcel(desk: Desk, delivery: Delivery, to: Recipient, reader: Reader, due_at: datetime) -> Parcel | None:
    """Made once in a run for all who see the same, but for what is each one's own."""
    own = to.key if maker(delivery.kind).PERSONAL else ""
    key = delivery.id, due_at, f"{to.audience}/{own}"
    if key not in desk.made:
        occasion = Occasion(reader.workspace, reader.viewer, reader.audience, delivery.name, due_at, own)
        options = options_of(delivery.kind, delivery.options)
        desk.made[key] = maker(delivery.kind).make(occasion, options)
    return desk.made[key]


def _settle(desk: Desk, one: Sending, error: AccountlensError) -> None:
    """What becomes of one that did not go well: tried again later, given up, or not known."""
    store, said = desk.workspace.store, desk.secrets.hide(str(error))
    stands = log.require_sending(store, one.id).status
    if one.once and stands is Status.SENDING and not isinstance(error, NotSentError):
        step(store, one.id, [Status.SENDING], Status.UNKNOWN, detail=said)
        return
    waits = desk.channels[one.channel].kind.WAITS if one.channel in desk.channels else (timedelta(hours=1),) * 12
    lasting = isinstance(error, NotSentError) and error.lasting
    if lasting or one.tries > len(waits):
        step(store, one.id, UNDERWAY, Status.FAILED, detail=said)
        return
    wait = waits[max(one.tries - 1, 0)]
    asked = error.wait if isinstance(error, NotSentError) and error.wait else timedelta(0)
    step(store, one.id, UNDERWAY, Status.WAITING, detail=said, next_try_at=desk.now() + max(wait, asked))
