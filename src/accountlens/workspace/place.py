"""A workspace's folder: settings, store, and snapshots opened as they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.catalog.cache import cached_catalog
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.house import known_house
from accountlens.errors import AccountlensError
from accountlens.open_snapshot import OpenSnapshot, open_snapshot
from accountlens.store import Snapshot, Store

if TYPE_CHECKING:  # what reads and checks settings takes longer to load than a question to answer
    from accountlens.catalog.settings import Settings


class Place:
    """What asking and keeping have in common."""

    seen: frozenset[str] | None = None  # the accounts it is for; None: all

    def __init__(self, path: Path | str = ".") -> None:
        self.folder = Path(path)
        self.house = known_house(self.folder)
        self.store = Store(self.folder / "store")
        self._opened: dict[str, OpenSnapshot] = {}
        self._catalogs: dict[str, Catalog] = {}

    @cached_property
    def settings(self) -> Settings:
        """All that the settings file says."""
        from accountlens.catalog.settings import load_settings

        return load_settings(self.folder)

    @cached_property
    def catalog(self) -> Catalog:
        """Every definition, checked, over the tables of the current snapshot where there is one."""
        current = self.store.current()
        return self._catalog_of(current) if current else self._catalog_for(None)

    def _catalog_of(self, snapshot: Snapshot) -> Catalog:
        """Loaded once, however many ask for it."""
        if snapshot.id not in self._catalogs:
            self._catalogs[snapshot.id] = self._catalog_for(snapshot)
        return self._catalogs[snapshot.id]

    def _catalog_for(self, snapshot: Snapshot | None) -> Catalog:
        columns = snapshot.columns if snapshot else {}
        return cached_catalog(self.house, lambda: self.settings, self.folder, columns)

    def _snapshot(self, name: str | None) -> Snapshot:
        found = self.store.snapshot(name) if name else self.store.current()
        if found is None:
            raise AccountlensError(
                "Nothing has been refreshed here yet.", str(self.folder), "Run 'accountlens refresh' first."
            )
        return found

    def opened(self, snapshot: str | None = None) -> OpenSnapshot:
        """The current snapshot, or the one named, ready to be read."""
        return self._open(snapshot)

    def close(self) -> None:
        """Close the snapshots that are open; the next question opens its own again."""
        for opened in self._opened.values():
            opened.session.close()
        self._opened.clear()

    def _open(self, name: str | None) -> OpenSnapshot:
        snapshot = self._snapshot(name)
        if snapshot.id not in self._opened:
            self._opened[snapshot.id] = open_snapshot(self.store, self.house, self._catalog_of(snapshot), snapshot)
        opened = self._opened[snapshot.id]
        if self.seen is None:
            return opened
        return replace(opened, session=opened.session.narrowed(self.seen))

    def _known(self, snapshot: str | None, as_known_at: datetime | None) -> str | None:
        """The snapshot that was current at an instant (rule G12)."""
        if as_known_at is None:
            return snapshot
        if snapshot is not None:
            raise AccountlensError("Both a snapshot and a time it was known at are asked.", mend="Ask one of them.")
        return self.store.known_at(naive_utc(as_known_at)).id


def naive_utc(instant: datetime) -> datetime:
    """An instant as the store keeps it: UTC without zone."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
