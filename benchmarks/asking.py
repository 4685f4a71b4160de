"""The question that is measured: KPIs by account and month, up to the cursor's Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from accountlens import Workspace
from accountlens.engine.halves import Supply, supply
from accountlens.engine.planner import Ground
from accountlens.engine.run import prepare
from accountlens.engine.script import Script
from accountlens.engine.session import Session
from accountlens.engine.sheet import Sheet
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Clock, Slice
from accountlens.language.periods import cut, parse_range
from accountlens.language.query import Query

PERIOD, MONTHS = "2024-10..2026-09", 24


class Asker:
    """A workspace opened once, asked many times; with the figures that stand ready after a refresh, or without.

    `only_values`: the numbers alone, as SQL by hand has them, without samples, intervals, flags and other parts.
    """

    def __init__(self, folder: Path, ready: bool = False, only_values: bool = False) -> None:
        self.with_ready, self.only_values = ready, only_values
        self.workspace = Workspace(folder)
        opened = self.workspace._open(None)
        self.session: Session = opened.session
        self.ground: Ground = opened.ground(self.query(()))

    @property
    def clock(self) -> Clock:
        return self.ground.clock

    def months(self) -> list[Slice]:
        """The months of a question; a row's `p` is the place of its month here."""
        return [self.clock.slice(period) for period in cut(parse_range(PERIOD, self.clock.today, 1), "month", 1)]

    def query(self, kpis: Sequence[str]) -> Query:
        asked = tuple(map(parse_asked, kpis))
        return Query(
            kpis=asked,
            by=("account_id",),
            period=PERIOD,
            grain="month",
            totals="none",
            only_values=self.only_values,
        )

    def script(self, kpis: Sequence[str]) -> Script:
        return prepare(self.query(kpis), self.ground, self.session)[1]

    def ask(self, kpis: Sequence[str]) -> pa.Table:
        """Plan, write SQL, run: all that a question costs before its rows become Python's."""
        plan, script = prepare(self.query(kpis), self.ground, self.session)
        none = Supply(script, [None] * len(script.facts))
        had = supply(plan, script, self.ground, self.session) if self.with_ready else none
        if script.wide or any(had.ready):
            figures = self.session.figures(had.script, plan.keys[2:], had.ready)
            found = Sheet(plan, had.script).frame(figures).columns()
            table = pa.table({name: pa.array(column, from_pandas=True) for name, column in found.items()})
        else:
            table = self.session.con.cursor().sql(script.statement()).to_arrow_table()
        shared = [(name, column) for name, column in script.held.items() if name != column]
        return table.select([*table.column_names, *(column for _, column in shared)]).rename_columns(
            [*table.column_names, *(name for name, _ in shared)]
        )

    def splittable(self) -> list[str]:
        """Every KPI that can be asked by account."""
        return [name for name in sorted(self.ground.catalog.kpis) if self._can(name)]

    def _can(self, kpi: str) -> bool:
        try:
            self.script([kpi])
        except AccountlensError:
            return False
        return True
