"""What is kept: tables as Delta Lake versions, snapshots that name them, quarantined rows, the app state."""

from __future__ import annotations

from accountlens.store.snapshots import Balance, Snapshot, TableVersion
from accountlens.store.store import PINNED, QUARANTINE, Store, Vacuumed

__all__ = ["PINNED", "QUARANTINE", "Balance", "Snapshot", "Store", "TableVersion", "Vacuumed"]
