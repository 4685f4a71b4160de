"""The whole catalog by account and month beside SQL written by hand: all KPIs together, and each theme alone."""

from __future__ import annotations

from pathlib import Path

from benchmarks.by_hand import EMPTY_IS_ZERO, THEMES
from benchmarks.equal import differing
from benchmarks.results import Result
from benchmarks.rounds import Contender, interleaved
from benchmarks.setting import Setting
from benchmarks.table import Table

ABOUT = """\
127 KPIs by account and month, 24 months, beside `benchmarks/floor/*.sql`: SQL written by hand over the same stored
tables, a file for each theme. KPIs that are left out are never known of one account, or are no SQL. The SQL gives
values alone; an answer has sample sizes, intervals, parts and flags beside each. Themes share by hand what several
read (`floor/shared`), so that all at once cost less there than one by one.
"""
COLUMNS = ("theme", "KPIs", "CPU s", "by hand", "ratio", "wall s", "peak MB", "by hand, MB", "cells that differ")


def measure(setting: Setting) -> Result:
    company = setting.company()
    rows = [_row(setting, company, theme) for theme in ("all", *THEMES)]
    return Result(COLUMNS, [rows[0], *sorted(rows[1:], key=lambda row: -row[2])])


def _row(setting: Setting, company: Path, theme: str) -> list[object]:
    ways = [Contender(how, "benchmarks.contenders.themes", (str(company), how, theme)) for how in ("engine", "hand")]
    engine, hand = interleaved(ways, setting.rounds, setting.scratch).values()
    differ = differing(engine.files[0], hand.files, EMPTY_IS_ZERO)
    ours, theirs = engine.median("cpu"), hand.median("cpu")
    costs = [ours, theirs, ours / theirs, engine.median("wall"), round(engine.peak_mb), round(hand.peak_mb)]
    return [theme, len(differ), *costs, sum(differ.values())]


TABLE = Table("themes", "The whole catalog, beside SQL by hand", ABOUT, measure)
