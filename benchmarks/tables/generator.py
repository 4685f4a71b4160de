"""The generator of companies: what it takes to make the one that is measured."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import duckdb
from benchmarks.results import Result
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Table

ABOUT = """\
`accountlens.demo.generate` writes a company of its own make as Parquet files: accounts, contacts, activities, deals,
subscriptions, surveys, tickets and more, the same every time. Everything else is measured on such companies.
"""
COLUMNS = ("", "CPU s", "wall s", "peak MB", "rows", "MB of files")
MAKE = """
import json, sys
from pathlib import Path
from benchmarks.company import make
from benchmarks.cost import cost_of, peak_mb
cost = cost_of(lambda: make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
print(json.dumps([cost.cpu, cost.wall, round(peak_mb())]))
"""


def measure(setting: Setting) -> Result:
    folder = setting.scratch / "generated"
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-c", MAKE, folder, str(setting.activities), str(setting.accounts)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    files = list((folder / "data").glob("*.parquet"))
    rows = sum(duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0] for file in files)
    size = sum(file.stat().st_size for file in files) / 2**20
    shutil.rmtree(folder)
    return Result(COLUMNS, [["the generator", *json.loads(done.stdout.splitlines()[-1]), rows, size]])


TABLE = Table("generator", "Making a company", ABOUT, measure)
