"""What a refresh costs: whole, with nothing new, with one more day, with one late row; beside DuckDB's own sort.

`python -m benchmarks.refreshing [--activities N] [--accounts N] [--csv]`. CPU seconds are the steady figure on a shared
machine; every part runs in a process of its own, so that its peak memory is its own. Ratios are to the whole refresh.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.company import ENDS, make
from benchmarks.cost import cost_of, peak_mb

from accountlens import Workspace

BUILD = Path("build")
EVENTS = "data/activities.parquet"
NEXT_DAY, LATE = "data/activities_2026-10-01.parquet", "data/activities_2025-09-30.parquet"
OWN_IDS = ("activity_id", "session_id", "message_id")  # of the rows that are added


def main() -> None:
    options = _options()
    if options.folder:
        sys.meta_path.insert(0, _Without("pandas"))
        print(json.dumps(PARTS[options.part](options.folder)))  # noqa: T201
        return
    folder = BUILD / f"refresh-{options.activities}-{options.accounts}"
    make(folder, options.activities, options.accounts)
    for extra in (NEXT_DAY, LATE):
        (folder / extra).unlink(missing_ok=True)
    whole: dict[str, Any] = {}
    for part in [options.part] if options.part else PARTS:
        if part == "definitions" or (part == "csv" and not options.csv):
            continue
        _child("definitions", folder)
        told = _child(part, folder)
        whole = whole or told if part == "full" else whole
        ratio = f", 1/{whole['cpu'] / told['cpu']:.1f} of full" if whole and part != "full" else ""
        _say(f"{part}: " + ", ".join(f"{name} {value}" for name, value in told.items()) + ratio)


class _Without(MetaPathFinder):
    """A package that accountlens does not need: where it is there, for the peers, DuckDB and Arrow import it."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == self.package:
            raise ModuleNotFoundError(fullname)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=10_000_000)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--csv", action="store_true", help="the whole refresh from CSV, too")
    parser.add_argument("--part", choices=PARTS, metavar="PART", help=f"one alone of {', '.join(PARTS)}")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(part: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.refreshing", f"--part={part}", f"--folder={folder}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _definitions(folder: Path) -> dict[str, Any]:
    """Check the definitions: that is done once for each version of them and of the tables, not at each refresh."""
    return {"kpis": len(Workspace(folder).catalog.kpis)}


def _duckdb(folder: Path) -> dict[str, Any]:
    """Read, sort and write the same rows as Parquet, in DuckDB alone."""
    target = folder / "sorted.parquet"
    order = "date_trunc('month', occurred_at), account_id, occurred_at, activity_id"

    def sort() -> None:
        with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as con:
            con.execute("SET memory_limit = '1GB'")
            rows = f"SELECT * FROM read_parquet('{folder / EVENTS}') ORDER BY {order}"
            con.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    told = _told(sort)
    target.unlink()
    return told


def _full(folder: Path) -> dict[str, Any]:
    """Every table anew: the entities, and the facts made of them."""
    rows: list[int] = []

    def refresh() -> None:
        report = Workspace(folder).refresh(full=True, as_of=ENDS)
        rows.append(sum(one.taken_in for one in report.balance.values()))

    told = _told(refresh)
    return {**told, "rows": rows[0], "rows_per_second": round(rows[0] / told["wall"])}


def _nothing(folder: Path) -> dict[str, Any]:
    """The same again."""
    return _told(lambda: Workspace(folder).refresh(as_of=ENDS))


def _day(folder: Path) -> dict[str, Any]:
    """One more day, as long as the last one, in a file of its own; the present moves on with it."""
    day = f"occurred_at >= TIMESTAMP '{ENDS}' - INTERVAL 1 DAY"
    rows = _add(folder, NEXT_DAY, day, "n", "+ INTERVAL 1 DAY")
    return {**_told(lambda: Workspace(folder).refresh(as_of=ENDS + timedelta(days=1))), "rows": rows}


def _late(folder: Path) -> dict[str, Any]:
    """One row more, of a year ago."""
    call = f"kind = 'call' AND occurred_at >= TIMESTAMP '{ENDS}' - INTERVAL 366 DAY LIMIT 1"
    rows = _add(folder, LATE, call, "l", "")
    return {**_told(lambda: Workspace(folder).refresh(as_of=ENDS + timedelta(days=1))), "rows": rows}


def _csv(folder: Path) -> dict[str, Any]:
    """Every table anew, activities from CSV."""
    place = folder / "csv"
    (place / "data").mkdir(parents=True, exist_ok=True)
    (place / "accountlens.yaml").write_text((folder / "accountlens.yaml").read_text())
    for file in sorted((folder / "data").glob("*.parquet")):
        link = place / "data" / file.name
        if file.name == Path(EVENTS).name:
            duckdb.execute(f"COPY (FROM '{file}') TO '{link.with_suffix('.csv')}'")
        elif file.name not in (Path(NEXT_DAY).name, Path(LATE).name) and not link.exists():
            link.symlink_to(file.resolve())
    return _full(place)


def _add(folder: Path, file: str, where: str, prefix: str, shift: str) -> int:
    ids = ", ".join(f"'{prefix}' || {name} AS {name}" for name in OWN_IDS)
    rows = f"SELECT * REPLACE ({ids}, occurred_at {shift} AS occurred_at) FROM '{folder / EVENTS}' WHERE {where}"
    with duckdb.connect() as con:
        con.execute(f"COPY ({rows}) TO '{folder / file}' (FORMAT parquet)")
        found: list[tuple[int]] = con.execute(f"SELECT count(*) FROM '{folder / file}'").fetchall()
    return found[0][0]


def _told(call: Callable[[], object]) -> dict[str, Any]:
    cost = cost_of(call)
    return {"cpu": round(cost.cpu, 2), "wall": round(cost.wall, 2), "peak_mb": round(peak_mb())}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "definitions": _definitions,
    "full": _full,
    "duckdb": _duckdb,
    "nothing": _nothing,
    "day": _day,
    "late": _late,
    "csv": _csv,
}


if __name__ == "__main__":
    main()
