"""Notes: what somebody knows about an account, or what happened on a day that explains a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from accountlens.boards.refusals import NotThereError, NotYoursError
from accountlens.people.secret import new_id
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows


@dataclass(frozen=True)
class Note:
    """About an account (`account_id`), a KPI, both or the company as a whole. `on`: the day it is about.

    Whoever sees the account sees its notes; those without one, everybody.
    """

    id: str
    author_id: str
    account_id: str | None
    kpi: str | None
    on: date
    text: str
    created_at: datetime
    changed_at: datetime


COLUMNS = tuple(field.name if field.name != "on" else "on_day" for field in fields(Note))


def notes(
    store: Store,
    seen: frozenset[str] | None,
    *,
    account_id: str | None = None,
    kpi: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Note]:
    """The newest day first. `seen`: the accounts whoever asks sees; None: all."""
    tests = {"account_id =": account_id, "kpi =": kpi, "on_day >=": since, "on_day <=": until}
    where = {test: value.isoformat() if isinstance(value, date) else value for test, value in tests.items() if value}
    order = "on_day DESC, created_at DESC, id"
    found = map(_note, read_rows(store.database, "notes", COLUMNS, order=order, limit=-1, where=where))
    return [one for one in found if _visible(one.account_id, seen)]


def write(
    store: Store,
    viewer: Viewer,
    seen: frozenset[str] | None,
    account_id: str | None,
    kpi: str | None,
    on: date,
    text: str,
) -> str:
    """A new note; its id. `AccountlensError` where it is about an account that he does not see."""
    from accountlens.store.tables import NoteRow

    if not _visible(account_id, seen):
        raise NotThereError(f"There is no account '{account_id}', or you do not see it.")
    now = utc_now()
    row = NoteRow(id=new_id("n"), author_id=viewer.id, account_id=account_id, kpi=kpi, on_day=on, text=text)
    row.created_at = row.changed_at = now
    id_ = row.id
    with store.state.session("keep a note") as session:
        session.add(row)
    return id_


def change(store: Store, viewer: Viewer, seen: frozenset[str] | None, id_: str, text: str | None) -> None:
    """Another text for one's own note; None removes it (an admin, anybody's)."""
    from accountlens.store.tables import NoteRow

    with store.state.session("change a note") as session:
        row = session.get(NoteRow, id_)
        if row is None or not _visible(row.account_id, seen):
            raise NotThereError("There is no such note.")
        if row.author_id != viewer.id and not (text is None and viewer.role is Role.ADMIN):
            raise NotYoursError("author")
        if text is None:
            session.delete(row)
        else:
            row.text, row.changed_at = text, utc_now()


def hand_on(store: Store, kpi: str, name: str) -> None:
    """What was written about a KPI goes with it to its new name, with whoever wrote it and when."""
    from sqlalchemy import update

    from accountlens.store.tables import NoteRow

    with store.state.session("hand on notes") as session:
        session.execute(update(NoteRow).where(NoteRow.kpi == kpi).values(kpi=name))


def _visible(account_id: str | None, seen: frozenset[str] | None) -> bool:
    return account_id is None or seen is None or account_id in seen


def _note(row: Sequence[Any]) -> Note:
    id_, author, account, kpi, on, text, created, changed = row
    made, edited = datetime.fromisoformat(created), datetime.fromisoformat(changed)
    return Note(id_, author, account, kpi, date.fromisoformat(on), text, made, edited)
