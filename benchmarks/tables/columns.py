"""The 32 columns that a page about accounts may show, by account and month: everything asked at once."""

from __future__ import annotations

from pathlib import Path

from benchmarks.columns32 import COLUMNS, COUNTED
from benchmarks.equal import cells, differing
from benchmarks.results import Result
from benchmarks.rounds import Contender, Measured, interleaved
from benchmarks.setting import Setting
from benchmarks.table import Table

NAMES = ", ".join(column.name.replace("_", " ") for column in COLUMNS)

ABOUT = f"""\
{NAMES}: by account and month, 24 months, from the tables in the store, rollups built on the way.

"By hand" is the floor: SQL fused by hand over the same Parquet files for the same definitions
(`benchmarks/floor/columns32`), each table read once; it gives 32 numbers, and so does the question beside it
(`only_values`). An answer with parts, samples, intervals and flags is a row of its own, and so are all KPIs at once:
their values are held to SQL by hand in the table of themes. A query for each column, or a question for each KPI, is
the naive way. Polars and pandas by hand stand in the next table, for its 18 KPIs: counts, sums, ratios, means, medians
and a running total. Written in neither are trailing windows of different people, scores that fade, states from
histories, retention.
"""
COLUMNS_SHOWN = ("", "CPU s", "times SQL by hand", "wall s", "peak MB", "cells that differ", "of")
BY_HAND, EVERY = "SQL by hand", "accountlens, every KPI that means something per account"


def measure(setting: Setting) -> Result:
    company = str(setting.company())
    ways = {
        "accountlens": "engine",
        BY_HAND: "hand",
        "SQL by hand, a query for each column": "hand-apart",
        "accountlens, a question for each KPI": "engine-apart",
        "accountlens, with all it tells beside": "engine-whole",
        EVERY: "every-kpi",
    }
    contenders = [Contender(name, "benchmarks.contenders.columns", (company, how)) for name, how in ways.items()]
    found = interleaved(contenders, setting.rounds, setting.scratch)
    (expected,) = found["accountlens"].files
    cpu = {name: measured.median("cpu") for name, measured in found.items()}
    rows = []
    for name, measured in found.items():
        costs = [cpu[name], cpu[name] / cpu[BY_HAND], measured.median("wall"), round(measured.peak_mb)]
        rows.append([name, *costs, *(_differing(expected, measured) if name != EVERY else (None, None))])
    return Result(COLUMNS_SHOWN, rows, figures={"cpu": cpu, "asked": [column.name for column in COLUMNS]})


def _differing(expected: Path, measured: Measured) -> tuple[int, int]:
    return sum(differing(expected, measured.files, COUNTED).values()), cells(expected) * len(COLUMNS)


TABLE = Table("columns", "32 columns at once", ABOUT, measure)
