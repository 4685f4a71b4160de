"""What a request stands on: who asks, the snapshot he is shown, and the workspace narrowed to his accounts."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, TypeAlias

from accountlens.cache import stamps
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.house import FILE_NAME
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.lists.memberships import Lists
from accountlens.once import Once
from accountlens.open_snapshot import OpenSnapshot
from accountlens.people.viewer import Viewer
from accountlens.store import Snapshot
from accountlens.surfaces.web.limits import Watches
from accountlens.surfaces.web.problems import RefusedError
from accountlens.targets.kept import edition
from accountlens.workspace import Workspace
from accountlens.workspace.asking import Asking

OLDER = 2  # older snapshots, asked for by name, that stay open while nobody uses them
VIEWERS = 256  # of whom it is remembered which accounts they see
KEPT = 16  # things worked out for one sight
DEFINITIONS = ("entities/*.yaml", "facts/*.sql", "kpis/**/*.yaml", "benchmarks.yaml", FILE_NAME)

Sees: TypeAlias = Callable[[Viewer, Asking], frozenset[str] | None]


class Pinned(Workspace):
    """A workspace as it stands at one snapshot, whatever is published meanwhile."""

    def __init__(self, folder: Path, snapshot: Snapshot) -> None:
        super().__init__(folder)
        self.pinned = snapshot

    def _snapshot(self, name: str | None) -> Snapshot:
        return self.pinned if name in (None, self.pinned.id) else super()._snapshot(name)

    def _twin(self) -> Asking:
        return Pinned(self.folder, self.pinned)

    def open(self) -> OpenSnapshot:
        return self._open(None)


@dataclass(frozen=True)
class Place:
    """`sight` says which rows can be seen: the same for all who see the same. Who sees all has none."""

    viewer: Viewer
    workspace: Asking
    opened: OpenSnapshot
    edition: str  # the snapshot, with the definitions it is read by
    sight: str
    kept: Once[Any, Any]  # what was worked out for this edition and sight
    far: Asking | None = None  # the workspace as its warehouse is asked, where it is to be asked there

    @property
    def asking(self) -> Asking:
        """Who answers."""
        return self.far or self.workspace

    @property
    def snapshot(self) -> Snapshot:
        return self.opened.snapshot

    @property
    def whole(self) -> Workspace:
        """The workspace with all that keeps it, for who sees all of it."""
        if not isinstance(self.workspace, Pinned) or self.workspace.seen is not None:
            raise RefusedError(403, "You see some of the accounts only, and this is about all.", mend="Ask an admin.")
        return self.workspace

    @property
    def lists(self) -> Lists:
        """The lists of accounts, as far as he sees their accounts."""
        assert isinstance(self.workspace, Pinned)
        return self.workspace.lists()

    @property
    def catalog(self) -> Catalog:
        return self.opened.catalog

    @property
    def session(self) -> Session:
        return self.opened.session


@dataclass(eq=False)
class Room:
    """A snapshot that is open, and by how many requests it is used."""

    edition: str
    workspace: Pinned
    users: int = 0
    named: bool = False
    seen: dict[tuple[Viewer, str], frozenset[str] | None] = field(default_factory=dict)
    narrowed: OrderedDict[str, tuple[Asking, Once[Any, Any]]] = field(default_factory=OrderedDict)


class Hall:
    """Opens each snapshot when it is first asked for, and closes it when nobody uses it any more."""

    def __init__(self, folder: Path, sees: Sees) -> None:
        self.folder, self.sees = folder, sees
        self.workspace = Workspace(folder)
        self.watches = Watches()
        self._over = False
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._lock = RLock()
        self._published: tuple[Any, Snapshot | None] = ((), None)

    @contextmanager
    def place(self, viewer: Viewer, snapshot: str | None = None) -> Iterator[Place]:
        """Where a request stands while it lasts."""
        room = self._enter(snapshot)
        try:
            yield self._narrow(room, viewer)
        finally:
            with self._lock:
                room.users -= 1
                self._close_idle()

    def current(self) -> Snapshot:
        """The snapshot published last; read again only when the store changed."""
        stamp = tuple(_stamp(self.folder / "store" / f"state.db{more}") for more in ("", "-wal"))
        with self._lock:
            if self._published[0] != stamp or self._published[1] is None:
                self._published = stamp, self.workspace.store.current()
            found = self._published[1]
        if found is None:
            raise AccountlensError("Nothing has been refreshed here yet.", mend="Run 'accountlens refresh' first.")
        return found

    @property
    def targets_edition(self) -> int:
        """Another number wherever a target was set since."""
        return edition(self.workspace.store)

    @property
    def open_snapshots(self) -> int:
        return len(self._rooms)

    def close(self) -> None:
        """Interrupt what is worked on; a snapshot that is still used is closed by the last who uses it."""
        self.watches.stop()
        with self._lock:
            self._over = True
            self._close_idle()

    def _enter(self, name: str | None) -> Room:
        current = self.current()
        wanted = current if name in (None, current.id) else self.workspace.store.snapshot(str(name))
        edition = f"{wanted.id}-{_definitions(self.folder)}"
        with self._lock:
            room = self._rooms.get(edition) or self._opened(edition, wanted)
            room.users += 1
            room.named = wanted is not current
            self._rooms.move_to_end(room.edition)
            return room

    def _opened(self, edition: str, snapshot: Snapshot) -> Room:
        """A new room; with definitions that cannot be read, the one of those before stays."""
        try:
            room = Room(edition, Pinned(self.folder, snapshot))
            room.workspace.open()
        except AccountlensError:
            older = [one for one in self._rooms.values() if one.workspace.pinned.id == snapshot.id]
            if not older:
                raise
            return older[-1]
        self._rooms[edition] = room
        return room

    def _close_idle(self) -> None:
        """What is neither current nor used, but for a few older snapshots that were asked for by name."""
        published = None if self._over else self._published[1]
        now = [room for room in self._rooms.values() if published and room.workspace.pinned.id == published.id][-1:]
        idle = [room for room in self._rooms.values() if not room.users and room not in now]
        named = [room for room in idle if room.named and not self._over]
        for room in [room for room in idle if room not in named] + named[: max(len(named) - OLDER, 0)]:
            del self._rooms[room.edition]
            _close(room)

    def _narrow(self, room: Room, viewer: Viewer) -> Place:
        now = viewer, self.current().id  # whose the accounts are now, also where an older snapshot is shown
        if now not in room.seen:
            if len(room.seen) >= VIEWERS:
                room.seen.clear()
            room.seen[now] = self.sees(viewer, room.workspace)
        accounts = room.seen[now]
        sight = "" if accounts is None else hashlib.sha256("\n".join(sorted(accounts)).encode()).hexdigest()[:16]
        with self._lock:
            workspace, kept = room.narrowed.setdefault(sight, (room.workspace.seen_by(accounts), Once(KEPT)))
            room.narrowed.move_to_end(sight)
            if len(room.narrowed) > VIEWERS:
                room.narrowed.popitem(last=False)
            opened = workspace._open(room.workspace.pinned.id)
        return Place(viewer, workspace, opened, room.edition, sight, kept)


def _close(room: Room) -> None:
    room.workspace.open().session.close()


def _definitions(folder: Path) -> str:
    """Changes when a definition or a setting of the workspace does."""
    told = "\n".join(stamps(folder.glob(pattern) for pattern in DEFINITIONS))
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
