"""The 18 KPIs by hand in Polars, lazily and streaming, all facts collected together."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
from benchmarks.contender import serve
from benchmarks.shared_kpis import AFTER, FIRST

START, END = date.fromisoformat(FIRST), date.fromisoformat(AFTER)
KEYS = ["account_id", "month"]


def main(facts: str) -> None:
    def run() -> list[pa.Table]:
        return [table.to_arrow() for table in pl.collect_all(_asked(Path(facts)), engine="streaming")]

    serve(run, ("polars",))


def _asked(facts: Path) -> list[pl.LazyFrame]:
    def monthly(fact: str, at: str) -> pl.LazyFrame:
        rows = pl.scan_parquet(facts / f"{fact}.parquet").filter(pl.col(at) >= START, pl.col(at) < END)
        return rows.with_columns(month=pl.col(at).dt.truncate("1mo").dt.date())

    def counted(condition: pl.Expr) -> pl.Expr:
        return condition.sum().cast(pl.Int64)

    kind, direction, status = pl.col("kind"), pl.col("direction"), pl.col("status")
    engaged = monthly("engagements", "occurred_at").group_by(KEYS).agg(
        page_views=counted(kind == "page_view"), content_downloads=counted(kind == "content_downloaded"),
        social_interactions=counted(kind == "social_interaction"), conversations=counted(pl.col("is_conversation")),
    )  # fmt: skip
    touched = monthly("touches", "occurred_at").group_by(KEYS).agg(
        inbound_touches=counted(direction == "inbound"), outbound_touches=counted(direction == "outbound")
    )  # fmt: skip
    ratio = pl.when(pl.col("outbound_touches") > 0).then(pl.col("inbound_touches") / pl.col("outbound_touches"))
    closed = monthly("opportunities", "closed_at").group_by(KEYS).agg(
        won=counted(status == "won"), decided=counted(status.is_in(["won", "lost"])),
        avg_deal_size=pl.col("amount").filter(status == "won").mean(),
    )  # fmt: skip
    rate = pl.when(pl.col("decided") > 0).then(pl.col("won") / pl.col("decided"))
    waits = monthly("ticket_waits", "ended_at").filter(pl.col("wait") == "resolution", pl.col("in_order"))
    csat = monthly("survey_answers", "answered_at").filter(pl.col("survey") == "csat")
    return [
        engaged,
        monthly("sessions", "started_at").group_by(KEYS).agg(website_visits=pl.len()),
        touched.with_columns(inbound_outbound_ratio=ratio),
        monthly("opportunities", "created_at").group_by(KEYS).agg(opportunities_created=pl.len()),
        closed.with_columns(win_rate=rate).drop("won", "decided"),
        _recurring(facts),
        monthly("client_tickets", "created_at").group_by(KEYS).agg(support_tickets=pl.len()),
        waits.group_by(KEYS).agg(resolution_time=pl.col("hours").median()),
        csat.group_by(KEYS).agg(csat=(pl.col("score") >= pl.col("scale_max") - 1).mean()),
    ]


def _recurring(facts: Path) -> pl.LazyFrame:
    """Movements by month, and their running total: an account has it in every month, moved or not."""
    moved = pl.scan_parquet(facts / "mrr_movements.parquet").filter(pl.col("moved_at") < END)
    movement, amount = pl.col("movement"), pl.col("amount")
    monthly = moved.group_by("account_id", month=pl.col("moved_at").dt.truncate("1mo").dt.date()).agg(
        new_mrr=amount.filter(movement == "new").sum(), expansion_mrr=amount.filter(movement == "expansion").sum(),
        churn_mrr=amount.filter(movement == "churn").sum(), net=pl.col("change").sum(),
    )  # fmt: skip
    payers = moved.select("account_id").unique()
    months = moved.select(month=pl.date_ranges(moved_first(), pl.lit(END), "1mo", closed="left").explode())
    every = payers.join(months, how="cross").join(monthly, on=KEYS, how="left").sort(KEYS)
    running = every.with_columns(mrr=pl.col("net").fill_null(0).cum_sum().over("account_id"))
    return running.filter(pl.col("month") >= START).drop("net")


def moved_first() -> pl.Expr:
    return pl.col("moved_at").min().dt.truncate("1mo").dt.date()


if __name__ == "__main__":
    main(*sys.argv[1:])
