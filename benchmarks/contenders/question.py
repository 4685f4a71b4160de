"""One KPI by account and month, of the engine from facts alone."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.asking import Asker
from benchmarks.contender import serve


def main(company: str, kpi: str) -> None:
    asker = Asker(Path(company))
    serve(lambda: [asker.ask([kpi])], ("duckdb",))


if __name__ == "__main__":
    main(*sys.argv[1:])
