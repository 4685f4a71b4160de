"""Sending what is due while a server runs; with several servers, or cron beside them, each thing is sent by one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from accountlens.delivery.sending import deliver_due
from accountlens.errors import AccountlensError
from accountlens.repeating import repeating
from accountlens.store.state_reader import read_rows
from accountlens.workspace import Workspace

EVERY_SECONDS = 15.0  # so much later than its time something is sent at most, and what it is made in
_asked = threading.Event()


def wake() -> None:
    """Have what waits sent now, where this process sends."""
    _asked.set()


def delivering(folder: Path, tell: Callable[[AccountlensError], None]) -> AbstractContextManager[None]:
    """Send what is due while the block lasts, in a thread; `tell` hears of a fault when it is another one."""
    return repeating(lambda: _tick(folder), EVERY_SECONDS, tell, "deliveries", _asked)


def _tick(folder: Path) -> None:
    """A workspace of its own each time: settings, people and figures are those of now."""
    workspace = Workspace(folder)
    try:
        known = read_rows(workspace.store.database, "deliveries", ("id",), order="id", limit=1)
        if known or workspace.settings.delivery.channels:  # by these admins hear of a refresh that fails
            deliver_due(workspace)
    finally:
        workspace.close()
