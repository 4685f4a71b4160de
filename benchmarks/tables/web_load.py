"""Many readers at once: what an overview costs the server, and reading while a refresh goes on."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
from benchmarks.results import Result
from benchmarks.setting import Setting
from benchmarks.table import Table
from benchmarks.web.companies import sample
from benchmarks.web.server import Reader, Served, served
from benchmarks.web.telling import say

from accountlens.people.viewer import Role
from accountlens.workspace import Workspace

USERS, READERS, PAUSE_SECONDS = 20, 200, 1.0
EACH, EACH_READY, EACH_FROM_FACTS = 60, 6, 3  # requests of each user
QUESTIONS = 30  # of the readers
CARDS = "sales_revenue win_rate pipeline_value_open mrr nrr engaged_accounts health_score nps".split()
REFRESH = """\
import sys; from datetime import datetime; from accountlens.workspace import Workspace
Workspace(sys.argv[1]).refresh(as_of=datetime.fromisoformat(sys.argv[2]))
"""
ABOUT = f"""\
The sample company. {USERS} users, each signed in on a connection of his own, ask at the same time for the cards of the
overview ({len(CARDS)} KPIs with their change), as the page does. CPU is that of the server's process, all threads; "per
core" is how many of them a core answers that does nothing else, to be set beside the goal. *Kept*: everybody asks the
same, and its compressed answer is told again; *unchanged*: who asks has it already, and is told so (304). *Made*:
nobody asked just that before; of months and quarters, whose figures stand ready since the refresh, or from facts, of
any months and of a tier. The readers during a refresh are {READERS} more, each of whom asks one of {QUESTIONS}
overviews of months and quarters, waits for {PAUSE_SECONDS:g} second and asks the next, while another process refreshes
the company from its files and publishes a new snapshot, of which every answer is made anew.
"""
COLUMNS = ("", "requests", "errors", "p50 ms", "p95 ms", "CPU ms each", "per core and second", "goal")
Words = dict[str, Any]


@dataclass
class Asked:
    """What all together were told. `cpu`: of the server, in seconds."""

    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    snapshots: set[str] = field(default_factory=set)
    cpu: float | None = None

    def row(self, name: str, goal: float | None, good: int = 200) -> list[Any]:
        each = None if self.cpu is None else self.cpu / len(self.seconds)
        errors = sum(status != good for status in self.statuses)
        times = (1000 * np.percentile(self.seconds, [50, 95])).tolist()
        return [name, len(self.seconds), errors, *times, each and 1000 * each, each and 1 / each, goal]


def measure(setting: Setting) -> Result:
    with served(sample(setting), setting) as server:
        users = [server.reader(Role.VIEWER) for _ in range(USERS)]
        ready, from_facts = list(of_months_and_quarters()), list(of_any_months())
        kept = _together(server, users, lambda number: USUAL, EACH)
        etag = users[0].get("/query", **USUAL).etag
        same = _together(server, users, lambda number: USUAL, EACH, etag)
        say("kept answers measured")
        stood = _together(server, users, lambda number: ready[number], EACH_READY)
        made = _together(server, users, lambda number: from_facts[number], EACH_FROM_FACTS)
        say("answers that are made measured")
        readers, refreshed = _while_refreshed(server, users[0].cookie, ready[:QUESTIONS])
    rows = [
        kept.row(f"overview, kept, {USERS} users", 50),
        same.row("overview, unchanged", None, 304),
        stood.row("overview, made of figures that stand ready", 12),
        made.row("overview, made from facts", 12),
        readers.row(f"{READERS} readers during a refresh", None),
    ]
    note = (
        f"The refresh took {refreshed:,.0f} s beside them, and they were shown {len(readers.snapshots)} snapshots: "
        "the one before, and the new one."
    )
    return Result(COLUMNS, rows, [note])


USUAL: Words = {"kpis": CARDS, "period": "last-quarter", "grain": "total", "compare": ["previous"]}


def of_months_and_quarters() -> Iterator[Words]:
    """Overviews of the spans whose figures a refresh makes ready, in every way a page asks them."""
    months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13) if (year, month) < (2026, 10)]
    spans = [*months, "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
    for (by, compare), span in product(product([[], ["tier"]], [["previous"], ["year-ago"], []]), spans):
        yield {**USUAL, "period": span, "compare": compare, "by": by}


def of_any_months() -> Iterator[Words]:
    """Overviews of two months or more up to one, of all accounts or a tier."""
    for months, (tier, last) in product(range(2, 13), product((None, "A", "B"), range(1, 10))):
        first = 2026 * 12 + last - months
        words = {**USUAL, "period": f"{first // 12}-{first % 12 + 1:02}..2026-{last:02}"}
        yield words | ({"where": f"tier = '{tier}'"} if tier else {})


def _together(
    server: Served, users: Sequence[Reader], words: Callable[[int], Words], each: int, known: str = ""
) -> Asked:
    """Each user asks so often, one after the other; the words by the number of the request."""
    users[0].get("/query", **USUAL)
    found, before = Asked(), server.cpu_seconds()

    def ask(place: int) -> None:
        for turn in range(each):
            told = users[place].get("/query", known, **words(place * each + turn))
            found.seconds.append(told.seconds)
            found.statuses.append(told.status)

    with ThreadPoolExecutor(len(users)) as pool:
        list(pool.map(ask, range(len(users))))
    after = server.cpu_seconds()
    found.cpu = None if before is None or after is None else after - before
    return found


def _while_refreshed(server: Served, cookie: str, every: Sequence[Words]) -> tuple[Asked, float]:
    """Read by many from before a refresh until after it, and the seconds it took."""
    found, ended = Asked(), threading.Event()

    def read(place: int) -> None:
        reader, turn = Reader(server.address, cookie), 0
        while not ended.wait(PAUSE_SECONDS if turn else PAUSE_SECONDS * place / READERS):
            told = reader.get("/query", **every[(place + READERS * turn) % len(every)])
            turn += 1
            found.seconds.append(told.seconds)
            found.statuses.append(told.status)
            if told.status == 200:
                found.snapshots.add(told.json()["snapshot"])
        reader.close()

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, place) for place in range(READERS)]
        time.sleep(2 * PAUSE_SECONDS)  # all of them are there
        begun = time.perf_counter()
        _refresh(server)
        took = time.perf_counter() - begun
        time.sleep(2 * PAUSE_SECONDS)  # and all are shown the new one
        ended.set()
        for one in reading:
            one.result()
    return found, took


def _refresh(server: Served) -> None:
    current = Workspace(server.folder).store.current()
    assert current is not None
    later = current.as_of + timedelta(days=1)
    subprocess.run([sys.executable, "-c", REFRESH, server.folder, later.isoformat()], check=True)


def _settings(setting: Setting) -> list[Setting]:
    """Always the sample company."""
    return [replace(setting, activities=0, accounts=0)]


TABLE = Table("web-load", "Many readers at once", ABOUT, measure, _settings)
