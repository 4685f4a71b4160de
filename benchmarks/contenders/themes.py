"""The KPIs that are written by hand, all themes or one: asked of the engine, or as `floor/*.sql`."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker
from benchmarks.by_hand import THEMES, ByHand
from benchmarks.contender import serve


def main(company: str, how: str, theme: str) -> None:
    asker = Asker(Path(company))
    by_hand = ByHand(asker, THEMES if theme == "all" else [theme])
    months = pa.array([piece.period.start for piece in asker.months()])

    def keyed(table: pa.Table, account: str, names: dict[str, str]) -> pa.Table:
        keys = {"account_id": table.column(account), "month": months.take(table.column("p").combine_chunks())}
        return pa.table(keys | {name: table.column(column) for name, column in names.items()})

    def engine() -> list[pa.Table]:
        names = {kpi: f"k{place}" for place, kpi in enumerate(by_hand.columns)}
        return [keyed(asker.ask(by_hand.columns), "d0", names)]

    def hand() -> list[pa.Table]:
        found = by_hand.run()
        return [
            keyed(table, "account_id", {name: name for name in by_hand.columns if name in table.column_names})
            for table in found
        ]

    serve(engine if how == "engine" else hand, ("duckdb",))


if __name__ == "__main__":
    main(*sys.argv[1:])
