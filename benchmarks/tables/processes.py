"""Whole processes: what somebody waits for who types a command."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.results import Result
from benchmarks.setting import BUILD, Setting
from benchmarks.table import Table

ABOUT = """\
Wall and CPU seconds of whole processes on the sample company of `accountlens demo`, interleaved; importing DuckDB,
which every question must, stands beside. The shape of a question is new where these KPIs were never asked so: each
round asks for another KPI, and then the same again. The definitions were read and checked before.
"""
COLUMNS = ("command", "wall s", "goal", "CPU s")
SAMPLE = BUILD / "sample"
KPIS = (
    "win_rate csat mrr nps website_visits leads_generated support_tickets sales_revenue conversations grr arr".split()
)
GOALS = {
    "`accountlens --help`": 0.3,
    "`accountlens ask KPI`, a shape seen before": 0.6,
    "`accountlens ask KPI`, a new shape": 1.3,
    "`python -c 'import duckdb'`": None,
}


def measure(setting: Setting) -> Result:
    program = Path(sys.executable).with_name("accountlens")
    if not (SAMPLE / "store").exists():
        subprocess.run([program, "demo", SAMPLE], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as scratch:
        company = shutil.copytree(SAMPLE, Path(scratch) / "company")  # nothing was ever asked of it
        ask = [program, "-C", company, "ask"]
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in GOALS}
        _run([*ask, "ces"], scratch)
        for place in range(setting.rounds + 1):
            new = _run([*ask, KPIS[place % len(KPIS)]], scratch)
            seen = _run([*ask, KPIS[place % len(KPIS)]], scratch)
            helped, imported = (
                _run([program, "--help"], scratch),
                _run([sys.executable, "-c", "import duckdb"], scratch),
            )
            for name, cost in zip(GOALS, (helped, seen, new, imported), strict=True):
                spent[name].append(cost)
    medians = {
        name: [statistics.median(times) for times in zip(*costs[1:], strict=True)] for name, costs in spent.items()
    }
    return Result(COLUMNS, [[name, wall, GOALS[name], cpu] for name, (wall, cpu) in medians.items()])


def _run(command: list[Any], cache: str) -> tuple[float, float]:
    """Wall and CPU seconds of a process whose user's cache is this folder."""
    before, started = _children(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "XDG_CACHE_HOME": cache})
    return time.perf_counter() - started, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _settings(setting: Setting) -> list[Setting]:
    """Always the sample company."""
    return [replace(setting, activities=0, accounts=0)]


TABLE = Table("processes", "Whole processes", ABOUT, measure, _settings)
