"""Memory that answers needed for a moment goes back to the system; left alone, allocators keep hold of most of it."""

from __future__ import annotations

import ctypes
import time
from contextlib import AbstractContextManager, suppress

import duckdb

from accountlens.repeating import repeating

EVERY_SECONDS = 2.0  # of clicks one after the other leave a hundred megabytes behind
M_ARENA_MAX = -8  # of malloc.h
ARENAS = 2  # over which what is free is scattered; glibc would begin up to eight a core
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
    _glibc("malloc_trim", 0)


def _glibc(function: str, *told: int) -> None:
    """Others keep no free memory in arenas of threads."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None)[function](*told)


def keeping_small() -> AbstractContextManager[None]:
    """While the block lasts, in a thread of its own."""
    _glibc("mallopt", M_ARENA_MAX, ARENAS)
    return repeating(Releasing().look, EVERY_SECONDS, lambda error: None, "releasing")
