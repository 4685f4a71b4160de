"""The 32 columns by account and month: of the engine or by hand, in one question or in one for each column.

`engine`, `engine-apart`: one question, or one for each KPI, for values alone; `engine-whole`: one, with all that an
answer tells beside them; `every-kpi`: one for every KPI that means something per account, for values alone. `hand`,
`hand-apart`: `floor/columns32/*.sql`, each table once, or a query for each column that reads what it needs of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker
from benchmarks.by_hand import THEMES_OF_32, ByHand
from benchmarks.columns32 import COLUMNS, KPIS
from benchmarks.contender import serve

from accountlens.engine.columns import columns_of
from accountlens.engine.run import prepare

Run = Callable[[], list[pa.Table]]


def main(company: str, how: str) -> None:
    asker = Asker(Path(company), only_values=how != "engine-whole")
    ways: dict[str, Callable[[], Run]] = {
        "engine": lambda: _asked(asker, [KPIS]),
        "engine-whole": lambda: _asked(asker, [KPIS]),
        "every-kpi": lambda: _every(asker),
        "engine-apart": lambda: _asked(asker, [(kpi,) for kpi in KPIS]),
        "hand": lambda: _by_hand(asker),
        "hand-apart": lambda: _by_hand_apart(asker),
    }
    serve(ways[how](), ("duckdb",))


def _asked(asker: Asker, questions: Sequence[tuple[str, ...]]) -> Run:
    shown = [(kpis, _shown(asker, kpis)) for kpis in questions]
    return lambda: [_dated(asker, asker.ask(kpis), "d0", names) for kpis, names in shown]


def _every(asker: Asker) -> Run:
    kpis = asker.splittable()
    return lambda: [asker.ask(kpis)]


def _shown(asker: Asker, kpis: Sequence[str]) -> dict[str, str]:
    """Those of the 32 columns that these KPIs give, and where they stand in the answer."""
    plan, _ = prepare(asker.query(kpis), asker.ground, asker.session)
    found = {kpi: columns_of(planned, index) for index, (kpi, planned) in enumerate(zip(kpis, plan.kpis, strict=True))}
    return {
        column.name: found[column.kpi].parts[column.part] if column.part else found[column.kpi].value
        for column in COLUMNS
        if column.kpi in found
    }


def _by_hand(asker: Asker) -> Run:
    by_hand = ByHand(asker, THEMES_OF_32)
    return lambda: [_named(asker, table) for table in by_hand.run()]


def _by_hand_apart(asker: Asker) -> Run:
    themes = [ByHand(asker, [theme]) for theme in THEMES_OF_32]
    queries = [
        (theme, f"SELECT account_id, p, {column} FROM ({theme.texts[0]})")
        for theme in themes
        for column in theme.columns
    ]
    return lambda: [_named(asker, theme.con.sql(query).to_arrow_table()) for theme, query in queries]


def _named(asker: Asker, table: pa.Table) -> pa.Table:
    names = (name for name in table.column_names if name not in ("account_id", "p"))
    return _dated(asker, table, "account_id", {name: name for name in names})


def _dated(asker: Asker, table: pa.Table, account: str, names: dict[str, str]) -> pa.Table:
    """The account, the month's first day, and the columns under their names."""
    months = pa.array([piece.period.start for piece in asker.months()])
    keys = {"account_id": table.column(account), "month": months.take(table.column("p").combine_chunks())}
    return pa.table(keys | {name: table.column(column) for name, column in names.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
