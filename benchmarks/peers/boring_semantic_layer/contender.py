"""The 18 KPIs asked of boring-semantic-layer: a semantic table for each fact, measures as its guide writes them.

`together`: one query for each fact and time, with all its measures. Joined into one model, facts share the month of the
first alone, so that this is its best way that gives the right numbers. `apart`: one query for each measure. A running
total over all months is no measure of it, so that `mrr` is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import ibis
from benchmarks.contender import serve
from boring_semantic_layer import SemanticModel, to_semantic_table

FIRST, LAST = "2024-10-01", "2026-09-30"
Measures = Mapping[str, Callable[[Any], Any]]


def models(facts: str) -> list[tuple[SemanticModel, tuple[str, ...]]]:
    """Semantic tables, with the measures to be asked of each."""
    con = ibis.duckdb.connect()

    def semantic(
        fact: str, at: str, asked: str, **measures: Callable[[Any], Any]
    ) -> tuple[SemanticModel, tuple[str, ...]]:
        table = con.read_parquet(f"{facts}/{fact}.parquet", table_name=f"{fact}_{at}")
        model = to_semantic_table(table, name=f"{fact}_{at}").with_dimensions(
            account_id=lambda t: t.account_id,
            at={"expr": lambda t: t[at], "is_time_dimension": True, "smallest_time_grain": "TIME_GRAIN_DAY"},
        )
        return model.with_measures(**measures), tuple(asked.split())

    return [
        semantic(
            "engagements", "occurred_at", "page_views content_downloads social_interactions conversations",
            page_views=lambda t: (t.kind == "page_view").sum(),
            content_downloads=lambda t: (t.kind == "content_downloaded").sum(),
            social_interactions=lambda t: (t.kind == "social_interaction").sum(),
            conversations=lambda t: t.is_conversation.sum(),
        ),
        semantic("sessions", "started_at", "website_visits", website_visits=lambda t: t.count()),
        semantic(
            "touches", "occurred_at", "inbound_touches outbound_touches inbound_outbound_ratio",
            inbound_touches=lambda t: (t.direction == "inbound").sum(),
            outbound_touches=lambda t: (t.direction == "outbound").sum(),
            inbound_outbound_ratio=lambda t: (
                (t.direction == "inbound").sum() / (t.direction == "outbound").sum().nullif(0)
            ),
        ),
        semantic("opportunities", "created_at", "opportunities_created", opportunities_created=lambda t: t.count()),
        semantic(
            "opportunities", "closed_at", "win_rate avg_deal_size",
            win_rate=lambda t: (t.status == "won").sum() / t.status.isin(["won", "lost"]).sum().nullif(0),
            avg_deal_size=lambda t: t.amount.mean(where=t.status == "won"),
        ),
        semantic(
            "mrr_movements", "moved_at", "new_mrr expansion_mrr churn_mrr",
            new_mrr=lambda t: t.amount.sum(where=t.movement == "new"),
            expansion_mrr=lambda t: t.amount.sum(where=t.movement == "expansion"),
            churn_mrr=lambda t: t.amount.sum(where=t.movement == "churn"),
        ),
        semantic("client_tickets", "created_at", "support_tickets", support_tickets=lambda t: t.count()),
        semantic(
            "ticket_waits", "ended_at", "resolution_time",
            resolution_time=lambda t: t.hours.median(where=(t.wait == "resolution") & t.in_order),
        ),
        semantic(
            "survey_answers", "answered_at", "csat",
            csat=lambda t: (t.score >= t.scale_max - 1).cast("int").mean(where=t.survey == "csat"),
        ),
    ]  # fmt: skip


def main(facts: str, how: str) -> None:
    asked = models(facts)

    def query(model: SemanticModel, measures: tuple[str, ...]) -> Any:
        found = model.query(
            dimensions=["account_id", "at"],
            measures=measures,
            time_grain="TIME_GRAIN_MONTH",
            time_range={"start": FIRST, "end": LAST},
        ).to_pyarrow()
        place = found.schema.get_field_index("at")
        return found.set_column(place, "month", found.column(place).cast("date32"))

    def together() -> list[Any]:
        return [query(model, measures) for model, measures in asked]

    def apart() -> list[Any]:
        return [query(model, (measure,)) for model, measures in asked for measure in measures]

    serve(together if how == "together" else apart, ("boring-semantic-layer", "ibis-framework", "duckdb"))


if __name__ == "__main__":
    main(*sys.argv[1:])
