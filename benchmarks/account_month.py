"""All KPIs by account and month on a generated company, beside SQL written by hand for the same definitions.

`python -m benchmarks.account_month [--activities N] [--accounts N] [--rounds N] [--each] [--part PART]`. CPU seconds
are the steady figure on a shared machine; every part runs in a process of its own, so that its peak memory is its own.
`--part compare` sets the engine beside the SQL by hand, in total and per theme; `--part health`, say, does so for that
theme alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.asking import Asker
from benchmarks.by_hand import THEMES, ByHand
from benchmarks.company import is_refreshed, make, refresh
from benchmarks.cost import Cost, cost_of, median, peak_mb

BUILD = Path("build")


def main() -> None:
    options = _options()
    if options.folder:
        print(json.dumps(PARTS[options.part](options.folder, options.rounds)))  # noqa: T201
        return
    folder = BUILD / f"account-month-{options.activities}-{options.accounts}"
    make(folder, options.activities, options.accounts)
    if options.refresh or not is_refreshed(folder):
        _say("refresh", _child("refresh", folder, 1))
    parts = [options.part] if options.part else ["compare", "all", *(["each"] if options.each else []), "shell"]
    for part in parts:
        _say(part, _child(part, folder, options.rounds))
        if part == "compare":
            _table({theme: _child(theme, folder, options.rounds) for theme in THEMES})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=10_000_000)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--refresh", action="store_true", help="refresh anew, also where the snapshot is up to date")
    parser.add_argument("--each", action="store_true", help="each KPI by itself, too")
    parser.add_argument("--part", choices=PARTS, metavar="PART", help=f"one alone of {', '.join(PARTS)}")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(part: str, folder: Path, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.account_month", f"--part={part}", f"--folder={folder}"]
    done = subprocess.run([*command, f"--rounds={rounds}"], check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _refresh(folder: Path, rounds: int) -> dict[str, Any]:
    return _told(cost_of(lambda: refresh(folder)))


def _all(folder: Path, rounds: int) -> dict[str, Any]:
    """Every KPI that can be split by account, in one question."""
    asker = Asker(folder)
    kpis = asker.splittable()
    cold, warm = _repeated(lambda: asker.ask(kpis), rounds)
    return {"kpis": len(kpis), "cold_cpu": round(cold.cpu, 2), **_told(warm)}


def _each(folder: Path, rounds: int) -> dict[str, Any]:
    """CPU seconds of each KPI asked alone, dearest first."""
    asker = Asker(folder)
    costs = {kpi: _repeated(lambda kpi=kpi: asker.ask([kpi]), 1)[1].cpu for kpi in asker.splittable()}
    dearest = sorted(costs, key=lambda kpi: -costs[kpi])
    return {"sum": round(sum(costs.values()), 2), **{kpi: round(costs[kpi], 3) for kpi in dearest}}


def _compare(folder: Path, rounds: int, themes: Sequence[str] = THEMES) -> dict[str, Any]:
    """The KPIs written by hand: cells that differ, and what both sides cost. The peak is the engine's."""
    asker = Asker(folder)
    by_hand = ByHand(asker, themes)
    _, mine = _repeated(lambda: asker.ask(by_hand.columns), rounds)
    peak = round(peak_mb())
    _, floor = _repeated(by_hand.run, rounds)
    costs = {"cpu": round(mine.cpu, 2), "floor_cpu": round(floor.cpu, 2), "ratio": round(mine.cpu / floor.cpu, 2)}
    differing = by_hand.differences(asker.ask(by_hand.columns))
    return {"kpis": len(by_hand.columns), **costs, "wall": round(mine.wall, 2), "peak_mb": peak, "differing": differing}


def _shell(folder: Path, rounds: int) -> dict[str, Any]:
    """Seconds of a whole process: one KPI of the default sample company, beside importing DuckDB."""
    sample = BUILD / "account-month-sample"
    program = Path(sys.executable).with_name("accountlens")
    if not (sample / "store").exists():
        subprocess.run([program, "demo", sample], check=True, stdout=subprocess.DEVNULL)
    ask = [program, "-C", sample, "ask", "win_rate"]
    return {"ask": _seconds(ask, rounds), "import_duckdb": _seconds([sys.executable, "-c", "import duckdb"], rounds)}


def _seconds(command: list[Any], rounds: int) -> float:
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return round(statistics.median(times[1:]), 3)


def _repeated(call: Callable[[], object], rounds: int) -> tuple[Cost, Cost]:
    """The first time, and the median of the others."""
    return cost_of(call), median([cost_of(call) for _ in range(rounds)])


def _told(cost: Cost) -> dict[str, float]:
    return {"cpu": round(cost.cpu, 2), "wall": round(cost.wall, 2), "peak_mb": round(peak_mb())}


def _say(part: str, told: dict[str, Any]) -> None:
    print(f"{part}: " + ", ".join(f"{name} {value}" for name, value in told.items()), flush=True)  # noqa: T201


def _table(themes: dict[str, dict[str, Any]]) -> None:
    """A line per theme, the dearest first."""
    dearest = sorted(themes, key=lambda theme: -themes[theme]["cpu"])
    lines = [["theme", *themes[dearest[0]]], *([theme, *map(str, themes[theme].values())] for theme in dearest)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        print("  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]), flush=True)  # noqa: T201


PARTS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "refresh": _refresh,
    "all": _all,
    "each": _each,
    "compare": _compare,
    "shell": _shell,
}
PARTS |= {theme: partial(_compare, themes=[theme]) for theme in THEMES}


if __name__ == "__main__":
    main()
