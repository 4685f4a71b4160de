"""A workspace's folder: settings, store, and snapshots opened as they are asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from accountlens.catalog.cache import cached_catalog
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings, load_settings
from accountlens.errors import AccountlensError
from accountlens.open_snapshot import OpenSnapshot, open_snapshot
from accountlens.store import Snapshot, Store


class Place:
    """What asking and keeping have in common."""

    def __init__(self, path: Path | str = ".") -> None:
        self.folder = Path(path)
        self.settings: Settings = load_settings(self.folder)
        self.store = Store(self.folder / "store")
        self._opened: dict[str, OpenSnapshot] = {}

    @cached_property
    def catalog(self) -> Catalog:
        """Every definition, checked, over the tables of the current snapshot where there is one."""
        return self._catalog_for(self.store.current())

    def _catalog_for(self, snapshot: Snapshot | None) -> Catalog:
        tables = snapshot.tables if snapshot else {}
        return cached_catalog(self.settings, self.folder, {name: table.columns for name, table in tables.items()})

    def _snapshot(self, name: str | None) -> Snapshot:
        found = self.store.snapshot(name) if name else self.store.current()
        if found is None:
            raise AccountlensError(
                "Nothing has been refreshed here yet.", str(self.folder), "Run 'accountlens refresh' first."
            )
        return found

    def _open(self, name: str | None) -> OpenSnapshot:
        snapshot = self._snapshot(name)
        if snapshot.id not in self._opened:
            self._opened[snapshot.id] = open_snapshot(self.store, self.settings, self._catalog_for(snapshot), snapshot)
        return self._opened[snapshot.id]

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
