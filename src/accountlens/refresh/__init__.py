"""From sources to a snapshot: land, map, check, find out who is who, derive facts, write, publish."""

from accountlens.refresh.bench import Progress, workbench
from accountlens.refresh.entities import Prepared, land_sources, latest_instant, prepare
from accountlens.refresh.facts import derive
from accountlens.refresh.run import RefreshReport, refresh

__all__ = [
    "Prepared",
    "Progress",
    "RefreshReport",
    "derive",
    "land_sources",
    "latest_instant",
    "prepare",
    "refresh",
    "workbench",
]
