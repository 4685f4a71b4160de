"""The 18 KPIs asked of sidemantic: a model for each fact, joined to the account months they share.

`together`: one query for all metrics, by account and month of the shared model; sidemantic then sums each fact on its
own before it joins them. `facts`: one query for each fact and time. `apart`: one query for each metric. Ratios are
metrics of the model, filtered measures as its guide writes them. Its running totals go over the months in which
something moved, so that `mrr` is left out.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.contender import serve
from sidemantic import Dimension, Metric, Model, Relationship, SemanticLayer

KEYS = ["account_id", "month"]
FIRST, AFTER = "2024-10-01", "2026-10-01"


def counted(name: str, condition: str) -> Metric:
    return Metric(name=name, agg="count", filters=[condition])


FACTS: dict[str, tuple[str, str, list[Metric]]] = {  # model → fact, its time, its metrics
    "engagements": ("engagements", "occurred_at", [
        counted("page_views", "{model}.kind = 'page_view'"),
        counted("content_downloads", "{model}.kind = 'content_downloaded'"),
        counted("social_interactions", "{model}.kind = 'social_interaction'"),
        counted("conversations", "{model}.is_conversation"),
    ]),
    "sessions": ("sessions", "started_at", [Metric(name="website_visits", agg="count")]),
    "touches": ("touches", "occurred_at", [
        counted("inbound_touches", "{model}.direction = 'inbound'"),
        counted("outbound_touches", "{model}.direction = 'outbound'"),
        Metric(
            name="inbound_outbound_ratio", type="ratio", numerator="touches.inbound_touches",
            denominator="touches.outbound_touches",
        ),
    ]),
    "opened": ("opportunities", "created_at", [Metric(name="opportunities_created", agg="count")]),
    "closed": ("opportunities", "closed_at", [
        counted("won", "{model}.status = 'won'"), counted("decided", "{model}.status IN ('won', 'lost')"),
        Metric(name="win_rate", type="ratio", numerator="closed.won", denominator="closed.decided"),
        Metric(name="avg_deal_size", agg="avg", sql="amount", filters=["{model}.status = 'won'"]),
    ]),
    "movements": ("mrr_movements", "moved_at", [
        Metric(name=f"{word}_mrr", agg="sum", sql="amount", filters=[f"{{model}}.movement = '{word}'"])
        for word in ("new", "expansion", "churn")
    ]),
    "tickets": ("client_tickets", "created_at", [Metric(name="support_tickets", agg="count")]),
    "waits": ("ticket_waits", "ended_at", [
        Metric(
            name="resolution_time", agg="median", sql="hours",
            filters=["{model}.wait = 'resolution'", "{model}.in_order"],
        ),
    ]),
    "answers": ("survey_answers", "answered_at", [
        Metric(name="csat", agg="avg", sql="CAST(score >= scale_max - 1 AS INT)", filters=["{model}.survey = 'csat'"]),
    ]),
}  # fmt: skip
PARTS = ("won", "decided")  # asked as parts of a rate alone
COLUMNS = ("kind", "is_conversation", "direction", "status", "movement", "wait", "in_order", "survey")


def layer(facts: str) -> SemanticLayer:
    found = SemanticLayer(auto_register=False)
    for model, (fact, at, metrics) in FACTS.items():
        month = f"CAST(date_trunc('month', {at}) AS DATE) AS month"
        found.add_model(
            Model(
                name=model,
                sql=f"SELECT *, {month} FROM '{facts}/{fact}.parquet'",
                dimensions=[
                    Dimension(name="account_id", type="categorical"),
                    Dimension(name="at", type="time", sql=at, granularity="day"),
                    *(Dimension(name=column, type="categorical") for column in COLUMNS),
                ],
                metrics=metrics,
                relationships=[
                    Relationship(name="account_months", type="many_to_one", foreign_key=KEYS, primary_key=KEYS),
                ],
            )
        )
    accounts = " UNION ".join(f"SELECT account_id FROM '{facts}/{fact}.parquet'" for fact, _, _ in FACTS.values())
    months = f"SELECT DISTINCT date_trunc('month', day)::DATE AS month FROM '{facts}/days.parquet'"
    found.add_model(
        Model(
            name="account_months",
            sql=f"SELECT * FROM ({accounts}) CROSS JOIN ({months})",
            primary_key=KEYS,
            dimensions=[
                Dimension(name="account_id", type="categorical"),
                Dimension(name="month", type="time", sql="month", granularity="month"),
            ],
        )
    )
    return found


def main(facts: str, how: str) -> None:
    asked = layer(facts)
    metrics = {
        model: [metric.name for metric in found if metric.name not in PARTS] for model, (_, _, found) in FACTS.items()
    }

    def query(model: str, names: list[str]) -> Any:
        found = asked.query(
            metrics=[f"{model}.{name}" for name in names],
            dimensions=[f"{model}.account_id", f"{model}.at__month"],
            filters=[f"{model}.at >= '{FIRST}'", f"{model}.at < '{AFTER}'"],
        ).to_arrow_table()
        place = found.schema.get_field_index("at__month")
        return found.set_column(place, "month", found.column(place).cast("date32"))

    def together() -> list[Any]:
        found = asked.query(
            metrics=[f"{model}.{name}" for model, names in metrics.items() for name in names],
            dimensions=["account_months.account_id", "account_months.month"],
            filters=[f"account_months.month >= '{FIRST}'", f"account_months.month < '{AFTER}'"],
        ).to_arrow_table()
        return [found]

    def facts_() -> list[Any]:
        return [query(model, names) for model, names in metrics.items()]

    def apart() -> list[Any]:
        return [query(model, [name]) for model, names in metrics.items() for name in names]

    serve({"together": together, "facts": facts_, "apart": apart}[how], ("sidemantic", "duckdb"))


if __name__ == "__main__":
    main(*sys.argv[1:])
