"""Times a refresh and questions on a generated company, beside SQL written by hand for the same numbers.

`python benchmarks/run.py [--accounts N] [--months N] [--rounds N]`. What counts are the ratios: both sides run on the
same machine, in the same run, on the same files.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from accountlens import Workspace
from accountlens.demo import generate

FOLDER = Path("build/bench")
ENDS = datetime(2026, 10, 1)
ALL_OF_IT = {"by": ["tier"], "period": "2025-10..2026-09", "grain": "month", "history": "as-is"}

VISITS = ("website_visits(unit=page_view)", "website_visits(unit=visitor)")
MONTHS = """
SELECT month, timezone('UTC', timezone('Europe/Berlin', month)) AS lo,
    timezone('UTC', timezone('Europe/Berlin', month + INTERVAL 1 MONTH)) AS hi
FROM range(TIMESTAMP '2025-10-01', TIMESTAMP '2026-10-01', INTERVAL 1 MONTH) t(month)
"""
VISITS_BY_HAND = """
SELECT month, a.tier,
    count(*) FILTER (WHERE e.kind = 'page_view') AS views,
    count(DISTINCT e.contact_id) FILTER (WHERE e.kind = 'page_view') AS visitors
FROM ({months}) m JOIN ({engagements}) e ON e.occurred_at >= m.lo AND e.occurred_at < m.hi
    LEFT JOIN ({accounts}) a USING (account_id)
GROUP BY GROUPING SETS ((month, tier), (month))
"""
DEALS = ("win_rate", "avg_deal_size")
DEALS_BY_HAND = """
SELECT month, a.tier,
    count(*) FILTER (WHERE o.status = 'won') AS won, count(*) FILTER (WHERE o.status = 'lost') AS lost,
    sum(o.amount) FILTER (WHERE o.status = 'won') AS amount
FROM ({months}) m JOIN ({opportunities}) o ON o.closed_at >= m.lo AND o.closed_at < m.hi
    LEFT JOIN ({accounts}) a USING (account_id)
GROUP BY GROUPING SETS ((month, tier), (month))
"""


def main() -> None:
    options = _options()
    seconds, rows = _refresh(options.accounts, options.months)
    table = Table("what", "seconds", "by hand", "ratio", title=f"{rows:,} rows, median of {options.rounds}")
    table.add_row("refresh", f"{seconds:.2f}", "", f"{rows / seconds:,.0f} rows/s")
    workspace = Workspace(FOLDER)
    every = sorted(workspace.catalog.kpis)
    table.add_row(f"all {len(every)} KPIs, together", f"{_each_possible(workspace, every, options.rounds):.2f}", "", "")
    for kpis, sql in ((VISITS, VISITS_BY_HAND), (DEALS, DEALS_BY_HAND)):
        mine = _median(options.rounds, lambda kpis=kpis: workspace.ask(*kpis, **ALL_OF_IT).rows())
        by_hand = _by_hand(workspace, sql, options.rounds)
        table.add_row(" + ".join(kpis), f"{mine:.3f}", f"{by_hand:.3f}", f"{mine / by_hand:.1f}")
    Console().print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1500)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _refresh(accounts: int, months: int) -> tuple[float, int]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    rows = sum(generate(FOLDER, accounts=accounts, months=months, file_format="parquet").values())
    started = time.perf_counter()
    Workspace(FOLDER).refresh(as_of=ENDS)
    return time.perf_counter() - started, rows


def _each_possible(workspace: Workspace, kpis: list[str], rounds: int) -> float:
    """All KPIs in one question, over the last year as a whole."""
    return _median(rounds, lambda: workspace.ask(*kpis, period="2025-10..2026-09").rows())


def _by_hand(workspace: Workspace, sql: str, rounds: int) -> float:
    tables = workspace.snapshots()[0].tables
    relations = {name: workspace.store.relation_sql(version) for name, version in tables.items()}
    with duckdb.connect() as con:
        return _median(rounds, lambda: con.execute(sql.format(months=MONTHS, **relations)).fetchall())


def _median(rounds: int, call: Callable[[], object]) -> float:
    """Seconds of one call, the first one left out: it opens files and reads definitions."""
    call()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
