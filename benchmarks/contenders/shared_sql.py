"""The 18 KPIs as SQL written by hand over the files that peers read: `floor18.sql`."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.contender import serve
from benchmarks.shared_kpis import AFTER, FIRST, KPIS

TEXT = Path(__file__).parents[1] / "floor18.sql"


def main(facts: str) -> None:
    con = duckdb.connect()
    sql = TEXT.read_text(encoding="utf-8").format(facts=facts, first=FIRST, after=AFTER, columns=", ".join(KPIS))

    def run() -> list[pa.Table]:
        return [con.sql(sql).to_arrow_table()]

    serve(run, ("duckdb",))


if __name__ == "__main__":
    main(*sys.argv[1:])
