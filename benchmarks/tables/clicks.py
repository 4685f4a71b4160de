"""What somebody waits for who clicks through pages, in one warm process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from benchmarks.asking import Asker
from benchmarks.company import FIGURES
from benchmarks.contenders.clicks import LISTS, OF_A_LIST, OVERVIEWS, TOPS
from benchmarks.results import Result
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Table

PLAIN_CLICKS = 2  # of each kind, from facts alone: they take seconds
ACTIVITIES_OF_ACCOUNT, MOST_ACCOUNTS = 100, 100_000

ABOUT = f"""\
In one warm process, through the public API (`Workspace.ask`, then `Answer.series` as a page gets it), on other
accounts at each click. A kind's KPIs are {len(LISTS)} lists of 8, {len(OVERVIEWS)} overviews of 12 and {len(TOPS)}
for the top 100, in turn; the first clicks are left out, the slowest of them is told beside. A list has the change
to the month before and to the year before, and targets beside: 2,000 accounts have one for two KPIs. The top 100 are
those whose KPI rose most in the last of twelve months. A refresh has made figures ready as `{FIGURES.strip()}`
says. "From facts" is the same without them, a few clicks of each kind; values that differ are those between the two.
The goals are those of ten million activities; over a hundred million a click is to take at most twice as long.
"""
GOALS = {"account": 25, "list": 60, "overview": 60, "top": 150}  # ms, 95 of 100 clicks
WORDS = {
    "account": "one account, {kpis} KPIs, 24 months",
    "list": "{some} accounts x 8 KPIs, a month with changes and targets",
    "overview": "12 KPIs, total and by tier, 24 months",
    "top": "{all} accounts x 1 KPI x 12 months, top 100 by change",
}
COLUMNS = ("click", "p50 ms", "p95 ms", "goal p95", "CPU p50 ms", "first, ms", "from facts, p50 ms", "values", "differ")


def measure(setting: Setting) -> Result:
    company = setting.company(figures=True)
    kpis = Asker(company).splittable()
    ready = _child(company, setting.clicks, "facts" if setting.plain else "ready", kpis, setting.scratch)
    plain = _child(company, min(PLAIN_CLICKS, setting.clicks), "facts", kpis, setting.scratch)
    rows = []
    for kind, goal in GOALS.items():
        wall, cpu = np.array(ready["spent"][kind]).T
        slow = np.array(plain["spent"][kind])[:, 0]
        times = [*np.percentile(wall, [50, 95]).tolist(), goal, float(np.median(cpu))]
        values, differ = _compared(ready["shows"], plain["shows"], kind)
        name, first = named(kind, setting, len(kpis)), max(ready["first"][kind])
        rows.append([name, *times, first, float(np.median(slow)), values, differ])
    memory = (
        f"{setting.clicks} clicks of each kind. The process holds {ready['own_mb']:,.0f} MB of its own after them "
        f"(goal: 600); of the figures' files {ready['mapped_mb']:,.0f} MB are mapped, which the system may let go."
    )
    return Result(COLUMNS, rows, [memory])


def named(kind: str, setting: Setting, kpis: int) -> str:
    """A kind of click, in words."""
    some, every = min(OF_A_LIST, setting.accounts), setting.accounts
    return WORDS[kind].format(kpis=kpis, some=f"{some:,}", all=f"{every:,}")


def _child(company: Path, clicks: int, figures: str, kpis: list[str], scratch: Path) -> dict[str, Any]:
    scratch.mkdir(parents=True, exist_ok=True)
    shows = scratch / f"clicks_{figures}_{clicks}.parquet"
    command = [sys.executable, "-m", "benchmarks.contenders.clicks", str(company), str(clicks), figures]
    done = subprocess.run([*command, ",".join(kpis), shows], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "shows": shows}


def _compared(ready: Path, plain: Path, kind: str) -> tuple[int, int]:
    """Values of the clicks that both made, and how many of them are not the same to the ninth digit."""
    keys = 'click, kind, kpi, what, p, "by"'
    same = "abs(a.value - b.value) <= 1e-9 * greatest(1, abs(a.value)) OR (a.value IS NULL AND b.value IS NULL)"
    clicks = f"SELECT max(click) FROM '{plain}'"
    sides = (f"(FROM '{file}' WHERE kind = '{kind}' AND click <= ({clicks}))" for file in (ready, plain))
    joined = " FULL JOIN ".join(f"{side} {name}" for side, name in zip(sides, "ab", strict=True))
    sql = f"SELECT count(*), count(*) FILTER (WHERE NOT COALESCE({same}, FALSE)) FROM {joined} USING ({keys})"
    with duckdb.connect() as con:
        values, differ = con.execute(sql).fetchall()[0]
    return values, differ


def _settings(setting: Setting) -> list[Setting]:
    """Many accounts of few activities each, as in a whole market; more activities are then more of each."""
    usual = min(setting.activities // ACTIVITIES_OF_ACCOUNT, MOST_ACCOUNTS)
    return [setting.with_accounts(max(setting.accounts, usual))]


TABLE = Table("clicks", "Clicks", ABOUT, measure, _settings)
