"""A whole workspace in one file, also while it is served and refreshed; and back, all of it or nothing."""

from __future__ import annotations

from accountlens.backups.making import Made, back_up
from accountlens.backups.restoring import Restored, look, restore

__all__ = ["Made", "Restored", "back_up", "look", "restore"]
