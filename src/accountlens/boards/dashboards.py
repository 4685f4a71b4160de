"""Dashboards, kept in the app state: whose they are, who may see and who may change them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from accountlens.boards.refusals import NotThereError, NotYoursError, StaleError
from accountlens.boards.tiles import Layout
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.people.secret import new_id
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.tables import DashboardRow


class Shared(StrEnum):
    """What others may do who have its address: nothing, look, or change it, too. Each sees his own accounts in it."""

    NOBODY = "nobody"
    LOOK = "look"
    CHANGE = "change"


@dataclass(frozen=True)
class Dashboard:
    """`version` counts its changes. Times are UTC without zone."""

    id: str
    owner_id: str
    shared: Shared
    version: int
    layout: Layout
    created_at: datetime
    changed_at: datetime

    def seen_by(self, viewer: Viewer) -> bool:
        return self.shared is not Shared.NOBODY or self.changed_by(viewer)

    def changed_by(self, viewer: Viewer) -> bool:
        return viewer.id == self.owner_id or viewer.role is Role.ADMIN or self.shared is Shared.CHANGE

    def shared_by(self, viewer: Viewer) -> bool:
        """Whether he may say who sees it, and may remove it."""
        return viewer.id == self.owner_id or viewer.role is Role.ADMIN


COLUMNS = tuple(field.name for field in fields(Dashboard))


def dashboards(store: Store, viewer: Viewer) -> list[Dashboard]:
    """Those he may see, the latest changed first."""
    return [one for one in _read(store, {}) if one.seen_by(viewer)]


def shared(store: Store) -> list[Dashboard]:
    """Those that others may look at, the latest changed first."""
    return [one for one in _read(store, {}) if one.shared is not Shared.NOBODY]


def that_show(store: Store, kpi: str) -> list[Dashboard]:
    """All that have a tile with a KPI, whoever may see them."""
    return [
        one
        for one in _read(store, {})
        if any(parse_asked(asked).name == kpi for tile in one.layout.tiles for asked in tile.kpis)
    ]


def dashboard(store: Store, viewer: Viewer, id_: str) -> Dashboard:
    """One he may see; of one he may not, it is not told whether it is there."""
    found = next(iter(_read(store, {"id =": id_})), None)
    if found is None or not found.seen_by(viewer):
        raise NotThereError("There is no such dashboard, or it is not shared with you.")
    return found


def of_goal(store: Store, viewer: Viewer, goal: str) -> Dashboard | None:
    """The first one that was begun with a goal, his own before those that are shared."""
    mine = [one for one in dashboards(store, viewer) if one.owner_id == viewer.id or one.shared is not Shared.NOBODY]
    found = [one for one in mine if one.layout.goal == goal]
    return min(found, key=lambda one: (one.owner_id != viewer.id, one.created_at), default=None)


def add(store: Store, viewer: Viewer, by: Actor, layout: Layout, shared: Shared = Shared.NOBODY) -> str:
    """A new one, of his own; its id."""
    from accountlens.store.tables import DashboardRow

    now = utc_now()
    row = DashboardRow(id=new_id("d"), owner_id=viewer.id, shared=shared.value, version=1)
    row.layout, row.created_at, row.changed_at = _told(layout), now, now
    id_ = row.id
    with store.state.session("keep a dashboard") as session:
        session.add(row)
        audit.note(session, by, "dashboard_added", id_, name=layout.name)
    return id_


def change(
    store: Store, viewer: Viewer, by: Actor, id_: str, version: int, layout: Layout | None, shared: Shared | None
) -> None:
    """Change what it shows, or who sees it. `StaleError` where its version is another one by now."""
    with store.state.session("change a dashboard") as session:
        row, found = _require(session, viewer, id_)
        if found.version != version:
            raise StaleError("Somebody changed this dashboard meanwhile.", mend="Open it anew, then change it.")
        if not found.changed_by(viewer) or (shared not in (None, found.shared) and not found.shared_by(viewer)):
            raise NotYoursError()
        row.layout = _told(layout) if layout else row.layout
        row.shared = shared.value if shared else row.shared
        row.version, row.changed_at = version + 1, utc_now()
        audit.note(session, by, "dashboard_changed", id_, shared=row.shared)


def remove(store: Store, viewer: Viewer, by: Actor, id_: str) -> None:
    with store.state.session("remove a dashboard") as session:
        row, found = _require(session, viewer, id_)
        if not found.shared_by(viewer):
            raise NotYoursError()
        session.delete(row)
        audit.note(session, by, "dashboard_removed", id_, name=found.layout.name)


def _require(session: Session, viewer: Viewer, id_: str) -> tuple[DashboardRow, Dashboard]:
    from accountlens.store.tables import DashboardRow

    row = session.get(DashboardRow, id_)
    found = _dashboard([getattr(row, name) for name in COLUMNS]) if row else None
    if row is None or found is None or not found.seen_by(viewer):
        raise NotThereError("There is no such dashboard, or it is not shared with you.")
    return row, found


def _told(layout: Layout) -> dict[str, Any]:
    if not layout.name.strip():
        raise AccountlensError("A dashboard needs a name.", mend="Say in a few words what it is for.")
    return layout.model_dump(mode="json", exclude_defaults=True)


def _read(store: Store, where: dict[str, object]) -> list[Dashboard]:
    order = "changed_at DESC, id"
    return [
        _dashboard(row) for row in read_rows(store.database, "dashboards", COLUMNS, order=order, limit=-1, where=where)
    ]


def _dashboard(row: Sequence[Any]) -> Dashboard:
    id_, owner, shared, version, layout, created, changed = row
    told = json.loads(layout) if isinstance(layout, str) else layout
    return Dashboard(
        id_, owner, Shared(shared), version, Layout.model_validate(told), _instant(created), _instant(changed)
    )


def _instant(told: datetime | str) -> datetime:
    return datetime.fromisoformat(told) if isinstance(told, str) else told
