"""What is sent to whom, by which channel and when: kept in the app state, with who may change it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accountlens.delivery.recipients import Recipient, key_of_user
from accountlens.errors import AccountlensError, suggest
from accountlens.language.recurrence import Recurrence, parse_recurrence
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.people.secret import new_id
from accountlens.people.viewer import Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.delivery_rows import DeliveryRow


@dataclass(frozen=True)
class Delivery:
    """What is sent again and again. Times are UTC without zone; what was due up to `done_until` was seen to.

    `open`: everybody may have it sent to himself. `made_by` is None where that was the command line.
    """

    id: str
    name: str
    kind: str
    options: Mapping[str, Any]
    schedule: str
    channel: str
    open: bool
    paused: bool
    made_by: str | None
    changed_at: datetime
    done_until: datetime
    recipients: tuple[Recipient, ...] = ()

    @property
    def recurrence(self) -> Recurrence:
        return parse_recurrence(self.schedule)

    def reaches(self, viewer: Viewer) -> bool:
        """Whether it is sent to him as a user."""
        return any(one.user_id == viewer.id for one in self.recipients)


@dataclass(frozen=True)
class Draft:
    """What somebody wants of a delivery: whole for a new one; of a changed one None leaves what is."""

    name: str | None = None
    kind: str | None = None
    options: Mapping[str, Any] | None = None
    schedule: str | None = None
    channel: str | None = None
    open: bool | None = None
    paused: bool | None = None
    recipients: tuple[Recipient, ...] | None = None


COLUMNS = tuple(field.name for field in fields(Delivery) if field.name != "recipients")
KEPT = tuple(field.name for field in fields(Draft) if field.name != "recipients")


def deliveries(store: Store) -> list[Delivery]:
    """All of them, by name."""
    listed = read_rows(store.database, "delivery_recipients", ("delivery_id", "recipient", "audience"),
                       order="recipient", limit=-1)  # fmt: skip
    rows = read_rows(store.database, "deliveries", COLUMNS, order="name", limit=-1)
    return [_delivery(row, [Recipient(*more) for id_, *more in listed if id_ == row[0]]) for row in rows]


def that_send(store: Store, kind: str, *called: str) -> list[Delivery]:
    """Those that send a view or a dashboard, by its id or its name."""
    return [one for one in deliveries(store) if one.kind == kind and one.options.get(kind) in called]


def require_delivery(store: Store, told: str) -> Delivery:
    """The one of this id or name; `AccountlensError` where there is none."""
    known = deliveries(store)
    for one in known:
        if told in (one.id, one.name):
            return one
    near = suggest(told, (one.name for one in known))
    raise AccountlensError(f"There is no delivery '{told}'.", mend=near or "'accountlens deliveries' lists all.")


def add(store: Store, by: Actor, draft: Draft) -> str:
    """Keep a new one; it is first sent when it is next due. Its id."""
    from accountlens.store.delivery_rows import DeliveryRow

    now = utc_now()
    row = DeliveryRow(id=new_id("p"), made_by=by.user_id, changed_at=now, done_until=now)
    for name in KEPT:
        setattr(row, name, getattr(draft, name))
    row.open, row.paused = bool(draft.open), bool(draft.paused)
    id_ = row.id
    with store.state.session("keep a delivery") as session:
        _refuse_taken(session, row.name, id_)
        session.add(row)
        session.flush()
        _set_recipients(session, id_, draft.recipients or (), by)
        audit.note(session, by, "delivery_added", id_, name=row.name)
    return id_


def change(store: Store, by: Actor, id_: str, draft: Draft) -> None:
    """Change one; with another schedule, or going on after a pause, nothing of before is sent."""
    with store.state.session("change a delivery") as session:
        row = _require(session, id_)
        anew = draft.schedule not in (None, row.schedule) or (row.paused and draft.paused is False)
        for name in KEPT:
            if (wanted := getattr(draft, name)) is not None:
                setattr(row, name, wanted)
        _refuse_taken(session, row.name, id_)
        row.changed_at = utc_now()
        if anew:
            row.done_until = utc_now()
        if draft.recipients is not None:
            _set_recipients(session, id_, draft.recipients, by)
        audit.note(session, by, "delivery_changed", id_, name=row.name)


def remove(store: Store, by: Actor, id_: str) -> None:
    """Remove one; what was sent by it stays in the log, and what waits to be sent is given up."""
    from accountlens.delivery.log import give_up
    from accountlens.store.delivery_rows import RecipientRow

    with store.state.session("remove a delivery") as session:
        row = _require(session, id_)
        session.query(RecipientRow).filter(RecipientRow.delivery_id == id_).delete()
        give_up(session, id_, None, "The delivery was removed.")
        session.delete(row)
        audit.note(session, by, "delivery_removed", id_, name=row.name)


def subscribe(store: Store, viewer: Viewer, by: Actor, id_: str, wanted: bool) -> None:
    """Have it sent to oneself, of the accounts one sees, or no more."""
    from accountlens.delivery.log import give_up
    from accountlens.store.delivery_rows import RecipientRow

    with store.state.session("subscribe") as session:
        _require(session, id_)
        key = key_of_user(viewer.id)
        row = session.get(RecipientRow, (id_, key))
        if wanted and row is None:
            session.add(RecipientRow(delivery_id=id_, recipient=key, audience=viewer.id, added_by=by.user_id))
        elif not wanted and row is not None:
            session.delete(row)
            give_up(session, id_, key, "He wants it no more.")
        audit.note(session, by, "delivery_subscribed" if wanted else "delivery_unsubscribed", id_)


def _set_recipients(session: Session, id_: str, wanted: Sequence[Recipient], by: Actor) -> None:
    from accountlens.delivery.log import give_up
    from accountlens.store.delivery_rows import RecipientRow

    known = {row.recipient: row for row in session.query(RecipientRow).filter(RecipientRow.delivery_id == id_)}
    for one in wanted:
        row = known.pop(one.key, None) or RecipientRow(delivery_id=id_, recipient=one.key, added_by=by.user_id)
        row.audience = one.audience
        session.add(row)
    for key, row in known.items():
        session.delete(row)
        give_up(session, id_, key, "It is not sent there any more.")


def _refuse_taken(session: Session, name: str, id_: str) -> None:
    from accountlens.store.delivery_rows import DeliveryRow

    with session.no_autoflush:
        other = session.query(DeliveryRow).filter(DeliveryRow.name == name, DeliveryRow.id != id_).first()
    if other is not None:
        raise taken(name)


def taken(name: str) -> AccountlensError:
    """That a name is another one's."""
    return AccountlensError(f"There is a delivery '{name}' already.", mend="Give it another name, or change that one.")


def _require(session: Session, id_: str) -> DeliveryRow:
    from accountlens.store.delivery_rows import DeliveryRow

    row = session.get(DeliveryRow, id_)
    if row is None:
        raise AccountlensError(f"There is no delivery '{id_}'.")
    return row


def _delivery(row: Sequence[Any], recipients: Sequence[Recipient]) -> Delivery:
    id_, name, kind, options, schedule, channel, is_open, paused, made_by, changed, done = row
    return Delivery(
        id_, name, kind, json.loads(options), schedule, channel, bool(is_open), bool(paused), made_by,
        datetime.fromisoformat(changed), datetime.fromisoformat(done), tuple(recipients),
    )  # fmt: skip
