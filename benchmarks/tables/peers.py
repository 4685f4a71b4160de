"""The 18 KPIs that other semantic layers can express: asked at once and one by one, of the engine and of its peers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.environments import python_of
from benchmarks.equal import cells, differing
from benchmarks.results import Result
from benchmarks.rounds import Contender, Measured, interleaved
from benchmarks.setting import Setting
from benchmarks.shared_kpis import KPIS, NONE_IS_ZERO, export
from benchmarks.table import Table

KINDS = {  # the KPIs by what they are, and whether each peer can express them
    "counts": "page_views content_downloads social_interactions conversations website_visits inbound_touches "
    "outbound_touches opportunities_created support_tickets",
    "sums": "new_mrr expansion_mrr churn_mrr",
    "ratios and means": "inbound_outbound_ratio win_rate avg_deal_size csat",
    "a median": "resolution_time",
    "a running total": "mrr",
}
HOW = {"a running total": ("yes, with `period_agg: last`", "no", "no")}


def _expressible() -> str:
    names = ("", "KPIs", "MetricFlow", "sidemantic", "boring-semantic-layer")
    rows = [(kind, kpis.replace(" ", ", "), *HOW.get(kind, ("yes", "yes", "yes"))) for kind, kpis in KINDS.items()]
    return "\n".join("| " + " | ".join(row) + " |" for row in (names, ["---"] * len(names), *rows))


ABOUT = f"""\
Asked by account and month, 24 months. What each can express of them:

{_expressible()}

Running totals of sidemantic and boring-semantic-layer have a row only for months in which something moved. MetricFlow's
cumulative metrics, asked by month, give the figure of the month's first day unless `period_agg: last` is set: `mrr`
asked without it stands in a row of its own.

Each peer is configured as its own guide says and asked its best way: MetricFlow all metrics in one query; sidemantic
one query for each fact (all facts in one query, by the account months they share, is given too; facts that meet in two
shared models, accounts and months, it refuses as ambiguous); boring-semantic-layer one query for each fact, as in facts
joined into one model the others are repeated for each month of the first (of a million activities: 147,338 survey
answers by the month of tickets, where there are 9,890). "Apart" asks for one KPI at a time.

The peers, the SQL, Polars and pandas read a Parquet file for each fact, made for them beforehand with times on the
local clock; the engine reads its own store, and converts times itself. "From facts alone" leaves aside the figures
that stand ready after a refresh: it is the row to set beside tools that read rows. Cells that differ are those of
the values a contender gives, against the engine's; of counts and sums, no row, null and 0 are the same here.
"""
DEFAULT = "MetricFlow, `mrr` by default"
OURS = {
    "accountlens": ("together", "ready"),
    "accountlens, from facts alone": ("together", "facts"),
    "accountlens, apart": ("apart", "ready"),
}
COLUMNS = ("", "CPU s", "ours / theirs", "wall s", "peak MB", "KPIs", "cells that differ", "of")


def measure(setting: Setting) -> Result:
    company = setting.company(figures=True)
    facts = str(export(company, company / "peers"))
    found = interleaved(list(_contenders(setting, company, facts)), setting.rounds, setting.scratch)
    (expected,) = found["accountlens"].files
    rows = [_row(name, measured, found["accountlens"], expected) for name, measured in found.items()]
    cpu = {name: measured.median("cpu") for name, measured in found.items() if name != DEFAULT}  # that is one KPI alone
    versions = {package: number for measured in found.values() for package, number in measured.versions.items()}
    return Result(COLUMNS, rows, figures={"cpu": cpu, "asked": list(KPIS)}, versions=versions)


def _contenders(setting: Setting, company: Path, facts: str) -> Iterator[Contender]:
    for name, words in OURS.items():
        yield Contender(name, "benchmarks.contenders.engine", (str(company), *words))
    yield Contender("SQL by hand", "benchmarks.contenders.shared_sql", (facts,))
    yield Contender("Polars by hand", "benchmarks.contenders.polars_by_hand", (facts,))
    yield Contender("pandas by hand", "benchmarks.contenders.pandas_by_hand", (facts,))
    if setting.peers:
        yield _peer("MetricFlow, one query", "metricflow", facts, "together")
        yield _peer("MetricFlow, apart", "metricflow", facts, "apart")
        yield _peer(DEFAULT, "metricflow", facts, "default")
        yield _peer("sidemantic, by fact", "sidemantic", facts, "facts")
        yield _peer("sidemantic, one query", "sidemantic", facts, "together")
        yield _peer("sidemantic, apart", "sidemantic", facts, "apart")
        yield _peer("boring-semantic-layer, by fact", "boring_semantic_layer", facts, "together")
        yield _peer("boring-semantic-layer, apart", "boring_semantic_layer", facts, "apart")


def _peer(name: str, peer: str, facts: str, how: str) -> Contender:
    return Contender(name, f"benchmarks.peers.{peer}.contender", (facts, how), python_of(peer))


def _row(name: str, measured: Measured, ours: Measured, expected: Path) -> list[object]:
    differ = differing(expected, measured.files, NONE_IS_ZERO)
    wrong = {kpi: count for kpi, count in differ.items() if count}
    told = ", ".join(f"{kpi} {count:,}" for kpi, count in wrong.items()) or "none"
    cpu = measured.median("cpu")
    ratio = ours.median("cpu") / cpu
    total = cells(expected) * len(differ)
    return [name, cpu, ratio, measured.median("wall"), round(measured.peak_mb), len(differ), told, total]


TABLE = Table("peers", "18 KPIs that other semantic layers can express", ABOUT, measure)
