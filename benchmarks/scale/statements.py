"""Every statement that a refresh asks of a warehouse: which part of the work it is, and what it cost here."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import pyarrow as pa

from accountlens.engine.plan import FOUND
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.warehouses.metered import Metered

GROUPS = {  # of statements → what they are
    "landing": "small tables come here",
    "staging": "activities and usage events are checked and related",
    "sending": "what was made of small tables goes there",
    "facts": "facts are made there",
    "home": "small facts come home",
    "beneath": "what figures need beneath is made",
    "figures": "figures are computed, and come home where they are one part",
    "parts": "figures of more accounts come home in parts",
}
# How what a refresh tells of its progress begins → the group of what follows.
PHASES = {
    "looking at": "landing",
    "reading": "landing",
    "checking": "staging",
    "sending": "sending",
    "deriving": "facts",
    "publishing": "beneath",
}
MADE = re.compile(r"(?:CREATE|DROP) (?:TABLE|VIEW) \S+\.`([^`]+)`")
LOOKED_AT = re.compile(r" AS `?print`? FROM| LIMIT 0$")  # asked of a table that was just made; part of making it


@dataclass
class Statement:
    """`cpu`: seconds of this process, `driver`: of the Java process that drives the cluster."""

    number: int
    group: str
    name: str
    wall: float = 0.0
    cpu: float = 0.0
    driver: float = 0.0
    home: int = 0  # bytes of Arrow
    sent: int = 0


@dataclass
class Watch:
    """Every statement of a refresh. `mark` tells the cluster its number; `driver` is the CPU that drives it, so far."""

    mark: Callable[[str], None]
    driver: Callable[[], float]
    statements: list[Statement] = field(default_factory=list)
    phase: str = "landing"
    asked: str = ""  # the table of figures that is computed
    kept: set[str] = field(default_factory=set)  # those that are computed, and come home in parts

    def progress(self, what: str, done: int, total: int) -> None:
        self.phase = next((phase for words, phase in PHASES.items() if what.startswith(words)), self.phase)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """As long as this lasts, what any warehouse is asked is noted."""
        run, arrow, load, compute = Metered.run, Metered.arrow, Metered.load, WarehouseSession.compute

        def watched_compute(session: Any, step: Any, dims: Any) -> Any:
            self.asked = step.name
            try:
                return compute(session, step, dims)
            finally:
                self.asked = ""

        def watched_run(metered: Metered, sql: str) -> None:
            name = _made(sql)
            self._noted(metered, self._group(name, sql), name, lambda: run(metered, sql))

        def watched_arrow(metered: Metered, sql: str) -> pa.Table:
            home = self.phase == "facts" and not LOOKED_AT.search(sql)
            figures = "parts" if self.asked in self.kept else "figures"
            group = figures if self.asked else "home" if home else self.phase
            return self._noted(metered, group, self.asked or _read(sql), lambda: arrow(metered, sql))

        def watched_load(metered: Metered, schema: str, table: str, rows: pa.Table) -> None:
            self._noted(metered, "sending", table, lambda: load(metered, schema, table, rows))

        patches = {"run": watched_run, "arrow": watched_arrow, "load": watched_load}
        with mock.patch.multiple(Metered, **patches), mock.patch.object(WarehouseSession, "compute", watched_compute):
            yield

    def _group(self, name: str, sql: str) -> str:
        if not name.startswith(FOUND):
            return self.phase
        if sql.startswith("CREATE"):
            self.kept.add(name)
            return "figures"
        self.kept.discard(name)
        return "parts"

    def _noted(self, metered: Metered, group: str, name: str, call: Callable[[], Any]) -> Any:
        told = Statement(len(self.statements), group, name)
        self.statements.append(told)
        self.mark(str(told.number))
        before = _now(), self.driver(), metered.home, metered.sent
        try:
            return call()
        finally:
            (wall, cpu), driver, told.home, told.sent = _now(), self.driver(), metered.home, metered.sent
            told.wall, told.cpu, told.driver = wall - before[0][0], cpu - before[0][1], driver - before[1]
            told.home, told.sent = told.home - before[2], told.sent - before[3]


def _now() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def _made(sql: str) -> str:
    found = MADE.match(sql)
    return found[1] if found else " ".join(sql.split()[:2]).lower()


def _read(sql: str) -> str:
    found = re.findall(r"FROM (`?[\w.`]+)", sql)
    if not found:
        return sql.split()[0].lower()
    return found[-1 if LOOKED_AT.search(sql) else 0].replace("`", "").rpartition(".")[2]
