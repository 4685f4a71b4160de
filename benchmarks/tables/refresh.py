"""What a refresh costs, whole and for one new day, and how that grows with the history."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import replace
from typing import Any

from benchmarks.company import make
from benchmarks.refreshing import LATE, NEXT_DAY
from benchmarks.results import Result
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Table

SMALL = 3_000_000  # activities up to which the rounds are repeated

ABOUT = """\
A full refresh makes every table and fact anew from Parquet files; then the same with nothing new, with one more day
in a file of its own, and with one row of a year ago. Each in a process of its own. Beside it DuckDB alone reads,
sorts and writes the activities. The goals: a day at most 1/30 of the whole, whole refreshes of 10, 30 and 100 million
activities in proportion within 15 %, and at most 2 GB.
"""
WORDS = {
    "full": "full refresh",
    "duckdb": "DuckDB alone: read, sort, write the activities",
    "nothing": "nothing new",
    "day": "one more day",
    "late": "one late row",
}
COLUMNS = ("", "CPU s", "of the full one", "wall s", "peak MB")


def measure(setting: Setting) -> Result:
    folder = setting.build / f"refresh-{setting.activities}-{setting.accounts}"
    make(folder, setting.activities, setting.accounts)
    rounds = setting.rounds if setting.activities <= SMALL else 1
    told: dict[str, list[dict[str, Any]]] = {part: [] for part in WORDS}
    for _ in range(rounds):
        for extra in (NEXT_DAY, LATE):
            (folder / extra).unlink(missing_ok=True)
        for part in WORDS:
            _part("definitions", folder)
            told[part].append(_part(part, folder))
    cpu = {part: statistics.median(one["cpu"] for one in found) for part, found in told.items()}
    rows = [[WORDS[part], cpu[part], _share(cpu[part], cpu["full"]), *_rest(found)] for part, found in told.items()]
    per_million = 1e6 * cpu["full"] / setting.activities
    how = "once" if rounds == 1 else f"medians of {rounds}"
    notes = [f"Measured {how}. The full refresh takes {per_million:.1f} CPU s for each million activities."]
    return Result(COLUMNS, rows, notes, {"full_cpu": cpu["full"], "day_cpu": cpu["day"]})


def _part(part: str, folder: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.refreshing", f"--part={part}", f"--folder={folder}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _share(cpu: float, full: float) -> str:
    return "1" if cpu == full else f"1/{full / cpu:.1f}"


def _rest(found: list[dict[str, Any]]) -> list[float]:
    return [statistics.median(one["wall"] for one in found), max(one["peak_mb"] for one in found)]


def _settings(setting: Setting) -> list[Setting]:
    """A tenth, three tenths and all of it: what growth is read from."""
    return [replace(setting, activities=setting.activities * share // 10) for share in (1, 3, 10)]


TABLE = Table("refresh", "A refresh, and how it grows", ABOUT, measure, _settings)
