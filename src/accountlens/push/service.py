"""Pushing what is due while a server runs, in a thread of its own: a database that hangs holds up no mail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from accountlens.errors import AccountlensError
from accountlens.push.schedule import push_due
from accountlens.repeating import repeating
from accountlens.workspace import Workspace

EVERY_SECONDS = 30.0  # so much later than its time something is pushed at most


def pushing(folder: Path, tell: Callable[[AccountlensError], None]) -> AbstractContextManager[None]:
    """Push what is due while the block lasts; `tell` hears of what keeps that from being known, once each."""
    return repeating(lambda: _tick(folder), EVERY_SECONDS, tell, "pushes")


def _tick(folder: Path) -> None:
    """A workspace of its own each time: settings, people and figures are those of now."""
    workspace = Workspace(folder)
    try:
        push_due(workspace)
    finally:
        workspace.close()
