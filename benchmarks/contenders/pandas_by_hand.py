"""The 18 KPIs by hand in pandas, on columns of Arrow."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
from benchmarks.contender import serve
from benchmarks.shared_kpis import AFTER, FIRST

START, END = pd.Timestamp(FIRST), pd.Timestamp(AFTER)
KEYS = ["account_id", "month"]


def main(facts: str) -> None:
    def run() -> list[pa.Table]:
        frames = [
            make(Path(facts)) for make in (_engaged, _visited, _touched, _sold, _recurring, _supported, _answered)
        ]
        return [_table(frame) for frame in frames]

    serve(run, ("pandas",))


def _monthly(facts: Path, fact: str, at: str, columns: list[str]) -> pd.DataFrame:
    rows = pd.read_parquet(facts / f"{fact}.parquet", columns=["account_id", at, *columns], dtype_backend="pyarrow")
    rows = rows[(rows[at] >= START) & (rows[at] < END)]
    return rows.assign(month=rows[at].astype("datetime64[us]").dt.to_period("M").dt.start_time)


def _counts(rows: pd.DataFrame, **conditions: pd.Series) -> pd.DataFrame:
    return rows[KEYS].assign(**conditions).groupby(KEYS, sort=False).sum()


def _engaged(facts: Path) -> pd.DataFrame:
    rows = _monthly(facts, "engagements", "occurred_at", ["kind", "is_conversation"])
    kinds = {"page_views": "page_view", "content_downloads": "content_downloaded"}
    kinds["social_interactions"] = "social_interaction"
    told = {name: rows["kind"] == kind for name, kind in kinds.items()}
    return _counts(rows, **told, conversations=rows["is_conversation"])


def _visited(facts: Path) -> pd.DataFrame:
    return _monthly(facts, "sessions", "started_at", []).groupby(KEYS, sort=False).size().to_frame("website_visits")


def _touched(facts: Path) -> pd.DataFrame:
    rows = _monthly(facts, "touches", "occurred_at", ["direction"])
    found = _counts(
        rows, inbound_touches=rows["direction"] == "inbound", outbound_touches=rows["direction"] == "outbound"
    ).astype("float64")
    some = found["outbound_touches"].where(found["outbound_touches"] > 0)
    return found.assign(inbound_outbound_ratio=found["inbound_touches"] / some)


def _sold(facts: Path) -> pd.DataFrame:
    created = _monthly(facts, "opportunities", "created_at", []).groupby(KEYS).size().to_frame("opportunities_created")
    rows = _monthly(facts, "opportunities", "closed_at", ["status", "amount"])
    won = rows["status"] == "won"
    found = _counts(rows, won=won, decided=rows["status"].isin(["won", "lost"])).astype("float64")
    sizes = rows[won].astype({"amount": "float64"}).groupby(KEYS)["amount"].mean()
    rate = found["won"] / found["decided"].where(found["decided"] > 0)
    return created.join(pd.DataFrame({"win_rate": rate, "avg_deal_size": sizes}), how="outer")


def _recurring(facts: Path) -> pd.DataFrame:
    """Movements by month, and their running total: an account has it in every month, moved or not."""
    rows = pd.read_parquet(facts / "mrr_movements.parquet")
    rows = rows[rows["moved_at"] < END]
    rows = rows.assign(month=rows["moved_at"].dt.to_period("M").dt.start_time)
    kinds = {"new_mrr": "new", "expansion_mrr": "expansion", "churn_mrr": "churn"}
    for name, movement in kinds.items():
        rows[name] = rows["amount"].where(rows["movement"] == movement, 0)
    found = rows.groupby(KEYS)[[*kinds, "change"]].sum()
    months = pd.date_range(rows["month"].min(), END, freq="MS", inclusive="left")
    every = pd.MultiIndex.from_product([rows["account_id"].unique(), months], names=KEYS)
    found = found.reindex(every, fill_value=0)
    running = found.groupby(level=0)["change"].cumsum()
    found = found.drop(columns="change").assign(mrr=running)
    return found[found.index.get_level_values("month") >= START]


def _supported(facts: Path) -> pd.DataFrame:
    asked = _monthly(facts, "client_tickets", "created_at", []).groupby(KEYS).size().to_frame("support_tickets")
    waits = _monthly(facts, "ticket_waits", "ended_at", ["wait", "hours", "in_order"])
    waits = waits[(waits["wait"] == "resolution") & waits["in_order"]].astype({"hours": "float64"})
    return asked.join(waits.groupby(KEYS)["hours"].median().to_frame("resolution_time"), how="outer")


def _answered(facts: Path) -> pd.DataFrame:
    rows = _monthly(facts, "survey_answers", "answered_at", ["survey", "score", "scale_max"])
    rows = rows[rows["survey"] == "csat"]
    satisfied = (rows["score"] >= rows["scale_max"] - 1).astype("float64")
    return rows.assign(csat=satisfied).groupby(KEYS)["csat"].mean().to_frame()


def _table(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame.reset_index(), preserve_index=False)
    place = table.schema.get_field_index("month")
    return table.set_column(place, "month", table.column("month").cast("date32"))


if __name__ == "__main__":
    main(*sys.argv[1:])
