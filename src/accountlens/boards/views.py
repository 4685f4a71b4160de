"""Saved views: the state of a page under a name, for oneself or for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from accountlens.boards.refusals import NotThereError, NotYoursError
from accountlens.errors import AccountlensError
from accountlens.people.secret import new_id
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

MOST = 200  # of one person


@dataclass(frozen=True)
class View:
    """`state` is what stands in the page's address behind the question mark."""

    id: str
    owner_id: str
    page: str
    name: str
    state: str
    shared: bool
    changed_at: datetime

    def seen_by(self, viewer: Viewer) -> bool:
        return self.shared or self.owner_id == viewer.id

    def changed_by(self, viewer: Viewer) -> bool:
        return viewer.id == self.owner_id or viewer.role is Role.ADMIN


COLUMNS = tuple(field.name for field in fields(View))


def views(store: Store, viewer: Viewer, page: str | None = None) -> list[View]:
    """His own and those shared, by name."""
    where: dict[str, object] = {"page =": page} if page else {}
    rows = read_rows(store.database, "views", COLUMNS, order="name, id", limit=-1, where=where)
    return [one for one in map(_view, rows) if one.seen_by(viewer)]


def every(store: Store) -> list[View]:
    """All that are kept, whoever may see them."""
    return [_view(row) for row in read_rows(store.database, "views", COLUMNS, order="name, id", limit=-1)]


def keep(store: Store, viewer: Viewer, page: str, name: str, state: str, shared: bool) -> str:
    """Keep a view; one of his of that page and name is replaced. Its id."""
    from accountlens.store.tables import ViewRow

    with store.state.session("keep a view") as session:
        mine = session.query(ViewRow).filter(ViewRow.owner_id == viewer.id)
        row = mine.filter(ViewRow.page == page, ViewRow.name == name).first()
        if row is None:
            if mine.count() >= MOST:
                raise AccountlensError(f"{MOST} views of yours are kept already.", mend="Remove some of them.")
            row = ViewRow(id=new_id("v"), owner_id=viewer.id, page=page, name=name)
            session.add(row)
        row.state, row.shared, row.changed_at = state, shared, utc_now()
        return str(row.id)


def remove(store: Store, viewer: Viewer, id_: str) -> None:
    """Remove one of his own; an admin anybody's that is shared."""
    from accountlens.store.tables import ViewRow

    with store.state.session("remove a view") as session:
        row = session.get(ViewRow, id_)
        if row is None or not (row.shared or row.owner_id == viewer.id):
            raise NotThereError("There is no such view, or it is not shared with you.")
        if row.owner_id != viewer.id and viewer.role is not Role.ADMIN:
            raise NotYoursError()
        session.delete(row)


def _view(row: Sequence[Any]) -> View:
    id_, owner, page, name, state, shared, changed = row
    return View(id_, owner, page, name, state, bool(shared), datetime.fromisoformat(changed))
