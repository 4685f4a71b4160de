"""The 32 columns that a page about accounts may show, by account and month: everything asked at once."""

from __future__ import annotations

from benchmarks.columns32 import COLUMNS, COUNTED
from benchmarks.equal import cells, differing
from benchmarks.results import Result
from benchmarks.rounds import Contender, interleaved
from benchmarks.setting import Setting
from benchmarks.table import Table

NAMES = ", ".join(column.name.replace("_", " ") for column in COLUMNS)

ABOUT = f"""\
{NAMES}: by account and month, 24 months, from the tables in the store, rollups built on the way.

"By hand" is the floor: SQL fused by hand over the same Parquet files for the same definitions
(`benchmarks/floor/columns32`), each table read once. A query for each column, or a question for each KPI, is the
naive way. Polars and pandas by hand stand in the next table, for its 18 KPIs: counts, sums, ratios, means, medians
and a running total. Written in neither are trailing windows of different people, scores that fade, states from
histories, retention.
"""
COLUMNS_SHOWN = ("", "CPU s", "ours / theirs", "wall s", "peak MB", "cells that differ", "of")


def measure(setting: Setting) -> Result:
    company = str(setting.company())
    ways = {
        "accountlens": "engine",
        "SQL by hand": "hand",
        "SQL by hand, a query for each column": "hand-apart",
        "accountlens, a question for each KPI": "engine-apart",
    }
    contenders = [Contender(name, "benchmarks.contenders.columns", (company, how)) for name, how in ways.items()]
    found = interleaved(contenders, setting.rounds, setting.scratch)
    (expected,) = found["accountlens"].files
    cpu = {name: measured.median("cpu") for name, measured in found.items()}
    rows = []
    for name, measured in found.items():
        differ = sum(differing(expected, measured.files, COUNTED).values())
        costs = [cpu[name], cpu["accountlens"] / cpu[name], measured.median("wall"), round(measured.peak_mb)]
        rows.append([name, *costs, differ, cells(expected) * len(COLUMNS)])
    return Result(COLUMNS_SHOWN, rows, figures={"cpu": cpu, "asked": [column.name for column in COLUMNS]})


TABLE = Table("columns", "32 columns at once", ABOUT, measure)
