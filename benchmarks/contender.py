"""One contender in a process of its own: it makes itself ready, then runs once for each line it is told.

Peers run this in environments of their own, so that it needs nothing but the standard library, and pyarrow to write.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.cost import cost_of, peak_mb

Run = Callable[[], list[Any]]


def serve(run: Run, packages: tuple[str, ...], to_arrow: Callable[[Any], Any] = lambda it: it) -> None:
    """Answer `run` with what it cost, and `write FOLDER` with the Parquet files of the last run's results.

    As Arrow, which is not timed, a result has account_id, month, a column per figure. What libraries print goes aside.
    """
    channel = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    found: list[Any] = []

    def once() -> None:
        found[:] = run()

    print(json.dumps({name: version(name) for name in packages}), file=channel)
    for line in sys.stdin:
        word, _, folder = line.strip().partition(" ")
        if word == "write":
            print(json.dumps(_written(map(to_arrow, found), Path(folder))), file=channel)
            continue
        found.clear()
        cost = cost_of(once)
        told = {"cpu": cost.cpu, "wall": cost.wall, "peak_mb": peak_mb()}
        print(json.dumps(told), file=channel)


def _written(tables: Iterable[Any], folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for place, table in enumerate(tables):
        files.append(str(folder / f"{place}.parquet"))
        pq.write_table(table, files[-1])
    return files
