"""The 18 KPIs that other semantic layers can express too, and the facts they read, written out once for all.

Peers get what a project of theirs would have made of the sources beforehand: a Parquet file per fact, its times on
the local clock, rows without an account under `(unmatched)`. That work is given to them; the engine reads its store.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from benchmarks.asking import Asker

KPIS = {
    "page_views": "website_visits(unit=page_view)",
    "content_downloads": "content_downloads",
    "social_interactions": "social_interactions",
    "conversations": "conversations",
    "website_visits": "website_visits",
    "inbound_touches": "inbound_touches",
    "outbound_touches": "outbound_touches",
    "inbound_outbound_ratio": "inbound_outbound_ratio",
    "opportunities_created": "opportunities_created",
    "win_rate": "win_rate",
    "avg_deal_size": "avg_deal_size",
    "mrr": "mrr",
    "new_mrr": "new_mrr",
    "expansion_mrr": "expansion_mrr",
    "churn_mrr": "churn_mrr",
    "support_tickets": "support_tickets",
    "resolution_time": "resolution_time",
    "csat": "csat",
}
NONE_IS_ZERO = frozenset(  # counts and sums: who has no row has none, and other tools then give no row or null
    name
    for name in KPIS
    if name not in ("inbound_outbound_ratio", "win_rate", "avg_deal_size", "resolution_time", "csat")
)
FIRST, AFTER = "2024-10-01", "2026-10-01"  # first day asked about, first day no more

_FACTS = {  # fact → its columns for peers; {at} is the local time of a column
    "engagements": "{occurred_at} AS occurred_at, kind, is_conversation",
    "sessions": "{started_at} AS started_at",
    "touches": "{occurred_at} AS occurred_at, direction",
    "opportunities": "opportunity_id, {created_at} AS created_at, {closed_at} AS closed_at, status, amount",
    "mrr_movements": "{moved_at} AS moved_at, movement, amount, amount + fx_amount AS change",
    "client_tickets": "{created_at} AS created_at",
    "ticket_waits": "{ended_at} AS ended_at, wait, minutes / 60 AS hours, ended_at >= began_at AS in_order",
    "survey_answers": "{answered_at} AS answered_at, survey, score, COALESCE(scale_max, 5) AS scale_max",
}


def export(company: Path, target: Path) -> Path:
    """A Parquet file for each fact, and one of days; written anew where the snapshot is another one."""
    asker = Asker(company)
    stamp = target / "snapshot"
    snapshot = str(asker.workspace.store.current())
    if stamp.exists() and stamp.read_text() == snapshot:
        return target
    target.mkdir(parents=True, exist_ok=True)
    con, zone = asker.session.con, asker.clock.zone.key
    for fact, columns in _FACTS.items():
        asker.session.ensure_fact(fact)
        listed = columns.format_map(_Local(zone))
        rows = f"SELECT COALESCE(account_id, '(unmatched)') AS account_id, {listed} FROM {fact}"
        con.execute(f"COPY ({rows}) TO '{target / fact}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    days = "SELECT CAST(unnest(range(DATE '2015-01-01', DATE '2027-01-01', INTERVAL 1 DAY)) AS DATE) AS day"
    con.execute(f"COPY ({days}) TO '{target / 'days'}.parquet' (FORMAT parquet)")
    stamp.write_text(snapshot)
    return target


class _Local(dict[str, str]):
    def __init__(self, zone: str) -> None:
        self.zone = zone

    def __missing__(self, column: str) -> str:
        return f"timezone('{self.zone}', timezone('UTC', {column}))"


def named(asker: Asker, answer: pa.Table, names: list[str]) -> pa.Table:
    """An answer's table with the month's first day and these names for its values, in the order asked."""
    months = pa.array([piece.period.start for piece in asker.months()])
    return pa.table(
        {
            "account_id": answer.column("d0"),
            "month": months.take(answer.column("p").combine_chunks()),
            **{name: answer.column(f"k{place}") for place, name in enumerate(names)},
        }
    )
