"""The audit log: who did what, when and from where. It is only added to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where: a network address or `command line`."""

    user_id: str | None
    address: str


@dataclass(frozen=True)
class Entry:
    """One line of the log. `user_id` is None for somebody unknown and for the command line."""

    number: int
    at: datetime
    user_id: str | None
    address: str
    action: str
    subject: str
    detail: Mapping[str, Any]


COLUMNS = tuple(field.name for field in fields(Entry))


def note(session: Session, by: Actor, action: str, subject: str = "", **detail: Any) -> None:
    """Add a line, in the transaction of what it tells of."""
    from accountlens.store.tables import AuditRow

    row = AuditRow(at=utc_now(), user_id=by.user_id, address=by.address[:200], action=action, subject=subject[:2000])
    row.detail = detail
    session.add(row)


def record(store: Store, by: Actor, action: str, subject: str = "", **detail: Any) -> None:
    """Add a line of what has no transaction of its own here, such as an export."""
    with store.state.session("write the audit log") as session:
        note(session, by, action, subject, **detail)


def entries(
    store: Store, *, limit: int = 100, before: int | None = None, user_id: str | None = None, action: str | None = None
) -> list[Entry]:
    """The newest lines first; `before` is the number of the last one of the page before."""
    tests = {"number <": before, "user_id =": user_id, "action =": action}
    where = {test: value for test, value in tests.items() if value is not None}
    rows = read_rows(store.database, "audit", COLUMNS, order="number DESC", limit=limit, where=where)
    return [
        Entry(number, datetime.fromisoformat(at), who, address, what, subject, json.loads(detail))
        for number, at, who, address, what, subject, detail in rows
    ]
