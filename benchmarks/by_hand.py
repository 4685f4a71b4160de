"""SQL written by hand for the same definitions, over the same stored tables: `floor/*.sql`, a file per theme.

Each file gives (account_id, p, a column per KPI); `floor/columns32/*.sql` give the columns of `columns32`. What they
may read beside the tables: `months` (p, lo, hi, days, before_lo: where the month before begins, year_lo: twelve months
before hi, window_lo: 90 days before hi, horizon), `stretches` (time cut at every edge of a month or of a 90-day window:
stretch, ends_us, p) and `hours` (hour, its number since 1970, its stretch). What several themes need is made once, from
`floor/shared/*.sql`: `-- reads: name, name` at the head of a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
from benchmarks.asking import MONTHS, Asker
from benchmarks.columns32 import COUNTED

from accountlens.language.calendar import Slice
from accountlens.language.measures import Window

FLOOR = Path(__file__).parent / "floor"
THEMES = sorted(file.stem for file in FLOOR.glob("*.sql"))
THEMES_OF_32 = sorted(f"columns32/{file.stem}" for file in FLOOR.glob("columns32/*.sql"))
NEVER_KNOWN_OF_ONE_ACCOUNT = frozenset(["target_gap", "target_lift_did", "touch_saturation"])
WINDOW, YEAR = timedelta(days=90), Window(12, "months")
EMPTY_IS_ZERO = COUNTED | frozenset(
    """content_downloads event_attendance social_interactions conversations inbound_touches outbound_touches
    website_visits engagement_score engaged_accounts stakeholders_engaged opportunities_created pipeline_value_open
    mrr arr net_new_mrr sales_revenue new_mrr expansion_mrr contraction_mrr churn_mrr support_tickets
    pipeline_value_weighted reactivation_mrr account_expansion_revenue upsell_revenue cross_sell_revenue whitespace
    leads_generated mql_count sql_count opportunity_spotting accounts_contacted mqa_count mqa_open sqa_count
    brand_advocacy brand_advocacy_index ticket_backlog influenced_pipeline sourced_pipeline attribution_first
    attribution_last attribution_linear attribution_u_shaped attribution_w_shaped attribution_full_path
    attribution_time_decay attribution_shapley""".split()
)
TOLERANCE = 1e-9


class ByHand:
    """The snapshot's tables in a connection of its own. `places`: the answer's column of each, KPIs in order else."""

    def __init__(self, asker: Asker, themes: Sequence[str] = THEMES, places: Mapping[str, str] | None = None) -> None:
        self.clock = asker.clock
        self.settings = _settings(asker)
        self.con = duckdb.connect()
        for name, sql in asker.session.tables.items():
            self.con.execute(f'CREATE VIEW "{name}" AS {sql}')
        self._calendar(asker.months())
        self.texts = [self._text(theme) for theme in themes]
        self.columns = [kpi for table in self.run(rows=False) for kpi in _kpis(table)]
        self.places = places or {name: f"k{index}" for index, name in enumerate(self.columns)}

    def _calendar(self, months: list[Slice]) -> None:
        assert len(months) == MONTHS
        listed = [
            (p, m.start, m.as_of, m.as_of - WINDOW, m.period.days, self.clock.before(m, "previous").start,
             self.clock.back(m.as_of, YEAR), m.horizon)
            for p, m in enumerate(months)
        ]  # fmt: skip
        self.con.execute(
            "CREATE TABLE months (p INT, lo TIMESTAMP, hi TIMESTAMP, window_lo TIMESTAMP, days INT, "
            "before_lo TIMESTAMP, year_lo TIMESTAMP, horizon TIMESTAMP)"
        )
        self.con.executemany("INSERT INTO months VALUES (?, ?, ?, ?, ?, ?, ?, ?)", listed)
        edges = sorted({edge for _, *ends, _, _, _, _ in listed for edge in ends})
        assert all(edge == edge.replace(minute=0, second=0, microsecond=0) for edge in edges)
        self.con.execute("CREATE TABLE edges (stretch SMALLINT, lo TIMESTAMP, hi TIMESTAMP)")
        self.con.executemany("INSERT INTO edges VALUES (?, ?, ?)", list(_stretches(edges)))
        self.con.execute(
            "CREATE TABLE stretches AS SELECT e.stretch, epoch_us(e.hi) AS ends_us, m.p "
            "FROM edges e LEFT JOIN months m ON e.lo >= m.lo AND e.hi <= m.hi"
        )
        self.con.execute(
            "CREATE TABLE hours AS SELECT h.hour, epoch_us(h.hour) // 3600000000 AS number, e.stretch FROM edges e, "
            "LATERAL (SELECT unnest(range(e.lo, e.hi, INTERVAL 1 HOUR)) AS hour) h"
        )

    def run(self, rows: bool = True) -> list[pa.Table]:
        """A table per theme; what they share is made once. Without rows: the columns."""
        shared = dict.fromkeys(name for text in self.texts for name in _reads(text))
        for name in shared:
            self.con.execute(f"CREATE TEMP TABLE {name} AS {self._text(f'shared/{name}')}{'' if rows else ' LIMIT 0'}")
        texts = self.texts if rows else [f"SELECT * FROM ({text}) LIMIT 0" for text in self.texts]
        tables = [self.con.sql(text).to_arrow_table() for text in texts]
        for name in shared:
            self.con.execute(f"DROP TABLE {name}")
        return tables

    def _text(self, name: str) -> str:
        text = (FLOOR / f"{name}.sql").read_text(encoding="utf-8")
        for setting, value in self.settings.items():
            text = text.replace(f"{{{setting}}}", value)
        return text

    def differences(self, asked: pa.Table) -> dict[str, int]:
        """Cells that differ from the engine's answer about `columns`, in this order; KPIs with none are left out."""
        self.con.register("asked", asked)
        found: dict[str, int] = {}
        for table in self.run():
            self.con.register("mine", table)
            names = _kpis(table)
            counts = ", ".join(self._differs(name) for name in names)
            both = f"SELECT {counts} FROM asked a FULL JOIN mine b ON b.account_id = a.d0 AND b.p = a.p"
            (row,) = self.con.execute(both).fetchall()
            found |= {name: count for name, count in zip(names, row, strict=True) if count}
        return found

    def _differs(self, name: str) -> str:
        mine = f"COALESCE(b.{name}, 0)" if name in EMPTY_IS_ZERO else f"b.{name}"
        theirs = f"a.{self.places[name]}"
        if name in EMPTY_IS_ZERO:
            theirs = f"COALESCE({theirs}, 0)"
        near = f"abs({mine} - {theirs}) <= {TOLERANCE} * greatest(1, abs({theirs}))"
        return f"count(*) FILTER (WHERE NOT COALESCE({near}, {mine} IS NULL AND {theirs} IS NULL))"


def _settings(asker: Asker) -> dict[str, str]:
    """What the workspace says: written in braces."""
    catalog = asker.ground.catalog
    of_ltv, of_coverage = (catalog.defaults(catalog.kpis[kpi]) for kpi in ("ltv", "buying_group_coverage"))
    roles = of_coverage["buying_roles"] or catalog.parameters("required_roles")["buying_roles"]
    margin = of_ltv["gross_margin"]
    return {
        "zone": asker.clock.zone.key,
        "last_us": "(SELECT epoch_us(max(hi)) FROM months)",
        "gross_margin": str(1.0 if margin is None else margin),
        "buying_roles": str(list(roles)),
    }


def _kpis(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name not in ("account_id", "p")]


def _reads(text: str) -> list[str]:
    """The shared tables that the head of a file names."""
    head, _, names = text.split("\n", 1)[0].partition("-- reads: ")
    return names.split(", ") if names and not head else []


def _stretches(edges: list[datetime]) -> list[tuple[int, datetime, datetime]]:
    return [(number, lo, hi) for number, (lo, hi) in enumerate(pairwise(edges))]
