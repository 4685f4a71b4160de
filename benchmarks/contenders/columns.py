"""The 32 columns by account and month, of the engine: in one question, or in one for each KPI."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker
from benchmarks.columns32 import COLUMNS, KPIS, Column
from benchmarks.contender import serve

from accountlens.engine.columns import columns_of
from accountlens.engine.run import prepare


def main(company: str, how: str) -> None:
    asker = Asker(Path(company))
    questions = [KPIS] if how == "together" else [(kpi,) for kpi in KPIS]
    months = pa.array([piece.period.start for piece in asker.months()])
    shown = {kpis: _shown(asker, kpis) for kpis in questions}

    def asked(kpis: Sequence[str]) -> pa.Table:
        answer = asker.ask(kpis)
        keys = {"account_id": answer.column("d0"), "month": months.take(answer.column("p").combine_chunks())}
        return pa.table(keys | {name: answer.column(column) for name, column in shown[tuple(kpis)].items()})

    serve(lambda: [asked(kpis) for kpis in questions], ("duckdb",))


def _shown(asker: Asker, kpis: Sequence[str]) -> dict[str, str]:
    """The names of the 32 columns that these KPIs give, and where they stand in the answer."""
    plan, _ = prepare(asker.query(kpis), asker.ground, asker.session)
    places = {kpi: columns_of(plan.kpis[index], index) for index, kpi in enumerate(kpis)}

    def place(column: Column) -> str:
        found = places[column.kpi]
        return found.parts[column.part] if column.part else found.value

    return {column.name: place(column) for column in COLUMNS if column.kpi in places}


if __name__ == "__main__":
    main(*sys.argv[1:])
