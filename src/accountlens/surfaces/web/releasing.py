"""Memory that answers needed for a moment goes back to the system; left alone, allocators keep hold of most of it."""

from __future__ import annotations

import ctypes
import time
from contextlib import AbstractContextManager, suppress

import duckdb

from accountlens.repeating import repeating

EVERY_SECONDS = 5.0  # of clicks one after the other leave some hundred megabytes behind
WORKED_SECONDS = 0.2  # of CPU: less leaves little behind, and to release takes a tenth of it


class Releasing:
    """Knows how much the process had worked when its memory was released last."""

    def __init__(self) -> None:
        self.worked = 0.0

    def look(self) -> bool:
        """Release what is free, where enough was worked since to be worth it; whether that was so."""
        if time.process_time() - self.worked < WORKED_SECONDS:
            return False
        release()
        self.worked = time.process_time()
        return True


def release() -> None:
    """Free memory of Python, NumPy and DuckDB goes back at once, wherever a thread left it."""
    duckdb.connect().close()  # DuckDB flushes its allocator for all of the process when a database is closed
    with suppress(OSError, TypeError, AttributeError):  # glibc alone keeps free memory in the arenas of threads
        ctypes.CDLL(None).malloc_trim(0)


def keeping_small() -> AbstractContextManager[None]:
    """While the block lasts, in a thread of its own."""
    return repeating(Releasing().look, EVERY_SECONDS, lambda error: None, "releasing")
