"""What became of each sending. Each step is one compare-and-set, so that no two who send do the same one.

waiting ─▶ claimed ─▶ sending ─▶ sent
   ▲          │          ├─▶ unknown    at most once: it may have arrived, and is not sent again by itself
   └──────────┴──────────┴─▶ failed     the dead letters
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from accountlens.delivery.recipients import Recipient
from accountlens.errors import AccountlensError
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Status(StrEnum):
    """What a sending came to so far."""

    WAITING = "waiting"  # to be tried, for the first time or again
    CLAIMED = "claimed"  # it is being made; nothing went out yet
    SENDING = "sending"  # it may go out at any moment
    SENT = "sent"
    NOTHING = "nothing"  # there was nothing to tell, or nobody to tell it to
    SKIPPED = "skipped"  # too late, or another one stands for it
    FAILED = "failed"  # given up: it surely did not arrive
    UNKNOWN = "unknown"  # it may have arrived
    DROPPED = "dropped"  # a person, or the end of its delivery, gave it up


PROBLEMS = (Status.FAILED, Status.UNKNOWN, Status.SKIPPED)
UNDERWAY = (Status.CLAIMED, Status.SENDING)


@dataclass(frozen=True)
class Sending:
    """One parcel to one recipient. Times are UTC without zone; `told_at`: when admins were told of its failing."""

    id: str
    delivery_id: str
    name: str
    channel: str
    recipient: str
    audience: str
    due_at: datetime
    once: bool
    status: Status
    tries: int
    next_try_at: datetime | None
    tried_at: datetime | None
    detail: str
    told_at: datetime | None

    @property
    def to(self) -> Recipient:
        return Recipient(self.recipient, self.audience)


COLUMNS = tuple(field.name for field in fields(Sending))


def sendings(store: Store, *, limit: int = 100, **equal: Any) -> list[Sending]:
    """The newest first; `status="failed"` and the like leave out the others."""
    where: dict[str, object] = {f"{name} =": value for name, value in equal.items()}
    return _read(store, where, "due_at DESC, id", limit)


def problems(store: Store) -> list[Sending]:
    """What came to nothing, or is not known, the newest first: until somebody tries it again or drops it."""
    found = [one for status in PROBLEMS for one in sendings(store, limit=-1, status=status)]
    return sorted(found, key=lambda one: one.due_at, reverse=True)


def waiting(store: Store, now: datetime) -> list[Sending]:
    """What is to be tried by now, what was due first at first."""
    where: dict[str, object] = {"status =": Status.WAITING.value, "next_try_at <=": f"{now:%Y-%m-%d %H:%M:%S.%f}"}
    return _read(store, where, "due_at, id", -1)


def require_sending(store: Store, id_: str) -> Sending:
    found = _read(store, {"id =": id_}, "id", 1)
    if not found:
        raise AccountlensError(f"There is no sending '{id_}'.", mend="'accountlens deliveries log' lists them.")
    return found[0]


def step(store: Store, id_: str, before: Iterable[Status], after: Status, **more: Any) -> bool:
    """Take a sending from one of these states to another; whether it was in one of them."""
    from sqlalchemy import update

    from accountlens.store.delivery_rows import SendingRow

    with store.state.session("note a sending") as session:
        asked = update(SendingRow).where(SendingRow.id == id_, SendingRow.status.in_([one.value for one in before]))
        done: Any = session.execute(asked.values(status=after.value, **more))
        return bool(done.rowcount)


def give_up(session: Session, delivery_id: str, recipient: str | None, why: str) -> None:
    """What waits of a delivery is not sent any more; to one recipient, or to all."""
    from sqlalchemy import update

    from accountlens.store.delivery_rows import SendingRow

    asked = update(SendingRow).where(SendingRow.delivery_id == delivery_id, SendingRow.status == Status.WAITING.value)
    if recipient is not None:
        asked = asked.where(SendingRow.recipient == recipient)
    session.execute(asked.values(status=Status.DROPPED.value, next_try_at=None, detail=why))


def try_again(store: Store, by: Actor, id_: str, *, even_if_sent: bool = False) -> None:
    """Send what came to nothing once more, with the same key; what may have arrived only where that is said."""
    found = require_sending(store, id_)
    if found.status is Status.UNKNOWN and not even_if_sent:
        mend = "Ask the recipient; if it did not come, say so: --even-if-sent."
        raise AccountlensError("This mail may have arrived, so it is not simply sent again.", mend=mend)
    _by_hand(store, by, found, Status.WAITING, "sending_tried_again", next_try_at=utc_now(), tries=0, told_at=None)


def drop(store: Store, by: Actor, id_: str) -> None:
    """Leave what came to nothing at that: it is listed no more among what needs a look."""
    _by_hand(store, by, require_sending(store, id_), Status.DROPPED, "sending_dropped")


def _by_hand(store: Store, by: Actor, found: Sending, after: Status, action: str, **more: Any) -> None:
    allowed = PROBLEMS if after is Status.DROPPED else (Status.FAILED, Status.UNKNOWN)
    if found.status not in allowed or not step(store, found.id, allowed, after, **more):
        raise AccountlensError(f"This one is {found.status}: nothing is to be done about it.")
    audit.record(store, by, action, found.id, name=found.name)


def _read(store: Store, where: dict[str, object], order: str, limit: int) -> list[Sending]:
    rows = read_rows(store.database, "sendings", COLUMNS, order=order, limit=limit, where=where)
    return [_sending(row) for row in rows]


def _sending(row: Sequence[Any]) -> Sending:
    id_, delivery, name, channel, recipient, audience, due, once, status, tries, again, tried, detail, told = row
    return Sending(
        id_, delivery, name, channel, recipient, audience, datetime.fromisoformat(due), bool(once), Status(status),
        tries, _instant(again), _instant(tried), detail, _instant(told),
    )  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
