"""The 18 KPIs of the engine, `together` or `apart`, with the figures that stand `ready` or from `facts` alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker
from benchmarks.contender import serve
from benchmarks.shared_kpis import KPIS, named


def main(company: str, how: str, figures: str) -> None:
    asker = Asker(Path(company), ready=figures == "ready")

    def together() -> list[pa.Table]:
        return [named(asker, asker.ask(list(KPIS.values())), list(KPIS))]

    def apart() -> list[pa.Table]:
        return [named(asker, asker.ask([kpi]), [name]) for name, kpi in KPIS.items()]

    serve(together if how == "together" else apart, ("duckdb",))


if __name__ == "__main__":
    main(*sys.argv[1:])
