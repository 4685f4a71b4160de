"""SQL written by hand for the same definitions, over the same stored tables: `floor/*.sql`.

Each file gives (account_id, p, a column per KPI). What they may read beside the tables: `months` (p, lo, hi, window_lo,
days), `stretches` (time cut at every edge of a month or of a 90-day window: stretch, ends_us, p) and `hours`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.asking import MONTHS, PERIOD, Asker

from accountlens.language.calendar import Slice
from accountlens.language.periods import cut, parse_range

FILES = sorted((Path(__file__).parent / "floor").glob("*.sql"))
WINDOW = timedelta(days=90)
EMPTY_IS_ZERO = frozenset(
    """content_downloads event_attendance social_interactions conversations inbound_touches outbound_touches
    website_visits engagement_score engaged_accounts stakeholders_engaged opportunities_created pipeline_value_open
    mrr arr net_new_mrr sales_revenue new_mrr expansion_mrr contraction_mrr churn_mrr support_tickets""".split()
)
TOLERANCE = 1e-9


class ByHand:
    """The snapshot's tables in a connection of its own."""

    def __init__(self, asker: Asker) -> None:
        self.zone = asker.clock.zone.key
        self.con = duckdb.connect()
        for name, sql in asker.session.tables.items():
            self.con.execute(f'CREATE VIEW "{name}" AS {sql}')
        periods = cut(parse_range(PERIOD, asker.clock.today, 1), "month", 1)
        self._calendar([asker.clock.slice(period) for period in periods])
        self.columns = [name for table in self.run() for name in table.column_names if name not in ("account_id", "p")]

    def _calendar(self, months: list[Slice]) -> None:
        assert len(months) == MONTHS
        listed = [(p, m.start, m.as_of, m.as_of - WINDOW, m.period.days) for p, m in enumerate(months)]
        self.con.execute("CREATE TABLE months (p INT, lo TIMESTAMP, hi TIMESTAMP, window_lo TIMESTAMP, days INT)")
        self.con.executemany("INSERT INTO months VALUES (?, ?, ?, ?, ?)", listed)
        edges = sorted({edge for _, lo, hi, window_lo, _ in listed for edge in (lo, hi, window_lo)})
        assert all(edge == edge.replace(minute=0, second=0, microsecond=0) for edge in edges)
        self.con.execute("CREATE TABLE edges (stretch INT, lo TIMESTAMP, hi TIMESTAMP)")
        self.con.executemany("INSERT INTO edges VALUES (?, ?, ?)", list(_stretches(edges)))
        self.con.execute(
            "CREATE TABLE stretches AS SELECT e.stretch, epoch_us(e.hi) AS ends_us, m.p "
            "FROM edges e LEFT JOIN months m ON e.lo >= m.lo AND e.hi <= m.hi"
        )
        self.con.execute(
            "CREATE TABLE hours AS SELECT h.hour, e.stretch FROM edges e, "
            "LATERAL (SELECT unnest(range(e.lo, e.hi, INTERVAL 1 HOUR)) AS hour) h"
        )

    def run(self) -> list[pa.Table]:
        texts = [file.read_text(encoding="utf-8").replace("{zone}", self.zone) for file in FILES]
        return [self.con.sql(text).to_arrow_table() for text in texts]

    def differences(self, asked: pa.Table) -> dict[str, int]:
        """Cells that differ from the engine's answer about `columns`, in this order; KPIs with none are left out."""
        self.con.register("asked", asked)
        found: dict[str, int] = {}
        for table in self.run():
            self.con.register("mine", table)
            names = [name for name in table.column_names if name not in ("account_id", "p")]
            counts = ", ".join(self._differs(name) for name in names)
            both = f"SELECT {counts} FROM asked a FULL JOIN mine b ON b.account_id = a.d0 AND b.p = a.p"
            (row,) = self.con.execute(both).fetchall()
            found |= {name: count for name, count in zip(names, row, strict=True) if count}
        return found

    def _differs(self, name: str) -> str:
        mine = f"COALESCE(b.{name}, 0)" if name in EMPTY_IS_ZERO else f"b.{name}"
        theirs = f"a.k{self.columns.index(name)}"
        if name in EMPTY_IS_ZERO:
            theirs = f"COALESCE({theirs}, 0)"
        near = f"abs({mine} - {theirs}) <= {TOLERANCE} * greatest(1, abs({theirs}))"
        return f"count(*) FILTER (WHERE NOT COALESCE({near}, {mine} IS NULL AND {theirs} IS NULL))"


def _stretches(edges: list[datetime]) -> list[tuple[int, datetime, datetime]]:
    return [(number, lo, hi) for number, (lo, hi) in enumerate(pairwise(edges))]
