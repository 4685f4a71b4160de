"""What a request may cost: its size, what it asks for, how long it takes, how many are worked on at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock, Timer
from typing import Any

import duckdb

from accountlens.engine.session import OPENED
from accountlens.errors import AccountlensError
from accountlens.surfaces.web.problems import RefusedError

RETRY_SECONDS = 2  # after which somebody who was sent away may come again


@dataclass(frozen=True)
class Limits:
    """`figures`: KPIs × groups × periods of one answer. `at_once`: answers worked on; `waiting`: those in the queue."""

    body_bytes: int = 256 * 1024
    import_bytes: int = 8 * 1024 * 1024  # a hundred thousand rows
    kpis: int = 200
    figures: int = 4_000_000
    rows: int = 1_000  # of one page
    seconds: float = 30.0
    at_once: int = max(4, 2 * (os.cpu_count() or 2))
    waiting: int = 400
    warehouse_seconds: float = 120.0  # of a question that is asked in the warehouse
    warehouse_at_once: int = 2
    kept_megabytes: int = 128  # of finished answers

    def bytes_of(self, path: str) -> int:
        """How long a request to a path of the API may be."""
        return self.import_bytes if path.endswith("/import") else self.body_bytes

    def check_kpis(self, count: int) -> None:
        if count > self.kpis:
            raise RefusedError(413, f"{count} KPIs are asked at once.", mend=f"Ask {self.kpis} at most.")

    def check_figures(self, kpis: int, groups: int, periods: int) -> None:
        """Of an answer that is about to be written out."""
        if kpis * groups * periods > self.figures:
            what = f"{kpis:,} KPIs of {groups:,} groups over {periods:,} periods are more than one answer holds"
            mend = "Ask for the groups that lead (top), fewer KPIs or fewer periods."
            raise RefusedError(413, f"{what} ({self.figures:,} figures).", mend=mend)


class Turns:
    """Lets so many work at once; others wait for their turn, and are sent away where too many wait already."""

    def __init__(self, limits: Limits, at_once: int) -> None:
        self.limits, self.waiting = limits, 0
        self._free, self._lock = BoundedSemaphore(at_once), Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._free.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._free.release()

    def _wait(self) -> None:
        with self._lock:
            if self.waiting >= self.limits.waiting:
                raise _busy()
            self.waiting += 1
        try:
            free = self._free.acquire(timeout=self.limits.seconds)
        finally:
            with self._lock:
                self.waiting -= 1
        if not free:
            raise _busy()


class Watch(list[Any]):
    """The cursors of some work: once stopped, statements that run are interrupted, and none begins."""

    over = False

    def append(self, cursor: Any) -> None:
        if self.over:
            raise duckdb.InterruptException("The time is over.")
        super().append(cursor)

    def stop(self) -> None:
        self.over = True
        for cursor in tuple(self):
            cursor.interrupt()


class Watches:
    """All work that is under way, so that it ends when the server does: a thread in DuckDB outlives no interpreter."""

    def __init__(self) -> None:
        self._open: dict[int, Watch] = {}

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        """Over what is begun in the block."""
        watch = Watch()
        token, self._open[id(watch)] = OPENED.set(watch), watch
        try:
            yield watch
        finally:
            del self._open[id(watch)]
            OPENED.reset(token)

    def stop(self) -> None:
        for watch in tuple(self._open.values()):
            watch.stop()


@contextmanager
def within(seconds: float, watches: Watches) -> Iterator[None]:
    """Interrupts whatever statements run when the time is over."""
    with watches.watch() as watch:
        timer = Timer(seconds, watch.stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (duckdb.InterruptException, AccountlensError) as error:
            if not watch.over:
                raise
            raise _too_long(seconds) from error
        finally:
            timer.cancel()
        if watch.over:
            raise _too_long(seconds)


def _too_long(seconds: float) -> RefusedError:
    mend = "Ask fewer KPIs, fewer groups or a shorter period."
    return RefusedError(
        422, f"This takes longer than {seconds:g} seconds, so it was stopped.", mend=mend, kind="too-long"
    )


def _busy() -> RefusedError:
    what = "Too many questions are being answered at the moment."
    return RefusedError(429, what, mend="Ask again in a moment.", headers={"Retry-After": str(RETRY_SECONDS)})
