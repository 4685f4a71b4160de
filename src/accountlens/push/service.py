"""Pushing what is due while a server runs, in a thread of its own: a database that hangs holds up no mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from accountlens.errors import AccountlensError
from accountlens.push.schedule import push_due
from accountlens.workspace import Workspace

EVERY_SECONDS = 30.0  # so much later than its time something is pushed at most


@contextmanager
def pushing(folder: Path, tell: Callable[[AccountlensError], None]) -> Iterator[None]:
    """Push what is due while the block lasts; `tell` hears of what keeps that from being known, once each."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(folder, tell, stop), name="pushes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(EVERY_SECONDS)


def _work(folder: Path, tell: Callable[[AccountlensError], None], stop: threading.Event) -> None:
    told = ""
    while not stop.is_set():
        try:
            workspace = Workspace(folder)  # settings, people and figures are those of now
            try:
                push_due(workspace)
            finally:
                workspace.close()
            told = ""
        except AccountlensError as error:
            if str(error) != told:
                tell(error)
            told = str(error)
        stop.wait(EVERY_SECONDS)
