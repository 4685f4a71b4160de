"""Sending what is due while a server runs; with several servers, or cron beside them, each thing is sent by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from accountlens.delivery.sending import deliver_due
from accountlens.errors import AccountlensError
from accountlens.store.state_reader import read_rows
from accountlens.workspace import Workspace

EVERY_SECONDS = 15.0  # so much later than its time something is sent at most, and what it is made in
_asked = threading.Event()


def wake() -> None:
    """Have what waits sent now, where this process sends."""
    _asked.set()


@contextmanager
def delivering(folder: Path, tell: Callable[[AccountlensError], None]) -> Iterator[None]:
    """Send what is due while the block lasts, in a thread; `tell` hears of a fault when it is another one."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(folder, tell, stop), name="deliveries", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wake()
        thread.join(EVERY_SECONDS)


def _work(folder: Path, tell: Callable[[AccountlensError], None], stop: threading.Event) -> None:
    told = ""
    while not stop.is_set():
        try:
            _tick(folder)
            told = ""
        except AccountlensError as error:
            if str(error) != told:
                tell(error)
            told = str(error)
        _asked.wait(EVERY_SECONDS)
        _asked.clear()


def _tick(folder: Path) -> None:
    """A workspace of its own each time: settings, people and figures are those of now."""
    workspace = Workspace(folder)
    try:
        known = read_rows(workspace.store.database, "deliveries", ("id",), order="id", limit=1)
        if known or workspace.settings.delivery.channels:  # by these admins hear of a refresh that fails
            deliver_due(workspace)
    finally:
        workspace.close()
