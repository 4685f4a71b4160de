"""One writer at a time: a lock of the operating system on a file that names the process holding it."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling
from accountlens.store.snapshots import utc_now

_POLL_SECONDS = 0.05

# The lock ends with the process, however it ends, so a dead owner's lock needs no guess: process ids are
# reused, and in containers they are reused at once.
if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # far behind the text, which must stay readable
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class BusyError(AccountlensError):
    """Somebody else holds the lock."""


class WriterLock:
    """Held by one owner in one process; the same owner may enter again, also from its other threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._depth = 0
        self._descriptor = -1

    @contextmanager
    def hold(
        self, wait_seconds: float, on_taken: Callable[[], None], on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Take the lock, waiting so long for another owner; `on_taken` runs once, when it is really taken.

        Where there is another one, `on_wait` is told who, once.
        """
        with self._guard:
            if self._depth == 0:
                self._descriptor = self._acquire(wait_seconds, on_taken, on_wait)
            self._depth += 1
        try:
            yield
        finally:
            with self._guard:
                self._depth -= 1
                if self._depth == 0:
                    os.close(self._descriptor)

    def _acquire(self, wait_seconds: float, on_taken: Callable[[], None], on_wait: Callable[[str], None] | None) -> int:
        with telling("write to the store", self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                self._wait(descriptor, time.monotonic() + wait_seconds, on_wait)
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"process {os.getpid()} since {utc_now():%Y-%m-%d %H:%M:%S} UTC\n".encode())
                on_taken()
            except BaseException:
                os.close(descriptor)
                raise
        return descriptor

    def _wait(self, descriptor: int, give_up_at: float, on_wait: Callable[[str], None] | None) -> None:
        while not _taken(descriptor):
            if time.monotonic() >= give_up_at:
                raise BusyError(
                    f"Another process is writing ({_holder(descriptor)}).",
                    where=str(self._path.parent),
                    mend="Let it end first, or wait for it (--wait; wait_seconds in Python). Readers are not affected.",
                )
            if on_wait:
                on_wait(_holder(descriptor))
                on_wait = None
            time.sleep(_POLL_SECONDS)


def _holder(descriptor: int) -> str:
    """What the one that holds the lock says of itself."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 200).decode(errors="replace").strip() or "just starting"


def _taken(descriptor: int) -> bool:
    try:
        _take(descriptor)
    except OSError as fault:
        if fault.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True
