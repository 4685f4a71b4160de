"""What a click costs more over HTTP than asked in the process itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from benchmarks.asking import Asker
from benchmarks.contenders.clicks import KINDS, TOPS, accounts_of, clicks, timed
from benchmarks.results import Result
from benchmarks.setting import Setting
from benchmarks.table import Table
from benchmarks.tables.clicks import TABLE as CLICKS
from benchmarks.tables.clicks import named
from benchmarks.web.server import Reader, served
from benchmarks.web.telling import say

from accountlens import Workspace
from accountlens.surfaces.web.formats import json_bytes

GOAL_MS = 10
ABOUT = """\
The clicks of the table above, each asked twice: in this process, up to what a page gets, and over HTTP of a server
that never heard it, at an address of its own (what was asked there before would be told as it is kept), up to the last
byte of its compressed answer, JSON and all. Which is first changes with every click. "More" is
the difference of the two, click by click. Answers that differ are those where the server's bytes, unpacked, are not
the bytes that the process itself would send. The first clicks of every kind are left out.
"""
COLUMNS = ("click", "here, p50 ms", "p95", "HTTP, p50 ms", "p95", "more, p50 ms", "p95", "goal", "kB", "differ")


@dataclass
class Spent:
    here: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    differ: int = 0


def measure(setting: Setting) -> Result:
    company = setting.company(figures=True)
    kpis = Asker(company).splittable()
    workspace = Workspace(company)
    accounts = accounts_of(workspace)
    with served(company, setting) as server:
        both = _Both(workspace, server.reader())
        warming = 2 * KINDS * len(TOPS)
        for number, (kind, click) in enumerate(islice(clicks(accounts, kpis, seed=5), warming)):
            both.click(kind, click, {}, number)
        say("warm")
        spent: dict[str, Spent] = {}
        for number, (kind, click) in enumerate(
            islice(clicks(accounts, kpis, seed=11), KINDS * setting.clicks), warming
        ):
            both.click(kind, click, spent, number)
        memory = server.own_mb()
    rows = [list(_row(named(kind, setting, len(kpis)), one)) for kind, one in spent.items()]
    note = f"{setting.clicks} clicks of each kind."
    return Result(COLUMNS, rows, [note + (f" The server then holds {memory:,.0f} MB of its own." if memory else "")])


class _Both:
    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self.workspace, self.reader, self.csrf = workspace, reader, reader.csrf()

    def click(self, kind: str, click: Mapping[str, Any], spent: dict[str, Spent], number: int) -> None:
        """Of an address of its own: what was asked before at the same one, the server would tell as it is kept."""
        here_first = number // KINDS % 2 == 0
        if here_first:
            here, _, found = timed(self.workspace, kind, click)
        top = {"top": 100, "top_by": "change"} if kind == "top" else {}
        told = self.reader.post(f"/query?click={number}", self.csrf, **{**click, "by": [click["by"]]}, **top)
        assert told.status == 200, told.json()
        if not here_first:
            here, _, found = timed(self.workspace, kind, click)
        one = spent.setdefault(kind, Spent())
        one.here.append(here)
        one.there.append(1000 * told.seconds)
        one.kilobytes.append(len(told.body) / 1000)
        one.differ += told.plain() != json_bytes(found.to_json_arrays())


def _row(name: str, one: Spent) -> Iterator[Any]:
    more = np.subtract(one.there, one.here)
    yield name
    for times in (one.here, one.there, more):
        yield from np.percentile(times, [50, 95]).tolist()
    yield from (GOAL_MS, float(np.median(one.kilobytes)), one.differ)


TABLE = Table("web-clicks", "Clicks over HTTP", ABOUT, measure, CLICKS.settings)
