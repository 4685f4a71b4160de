"""The engine: KPIs by account and month, in one question or in one for each KPI."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker
from benchmarks.contender import serve
from benchmarks.shared_kpis import KPIS, named


def main(company: str, how: str) -> None:
    asker = Asker(Path(company))

    def together() -> list[pa.Table]:
        return [named(asker, asker.ask(list(KPIS.values())), list(KPIS))]

    def apart() -> list[pa.Table]:
        return [named(asker, asker.ask([kpi]), [name]) for name, kpi in KPIS.items()]

    serve(together if how == "together" else apart, ("duckdb",))


if __name__ == "__main__":
    main(*sys.argv[1:])
