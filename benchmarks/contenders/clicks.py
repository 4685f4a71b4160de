"""Clicks in one warm process, through the front door alone: asked, and dressed as a page gets them.

`python -m benchmarks.contenders.clicks COMPANY CLICKS ready|facts KPIS OUT`: times to the standard output, as JSON;
what the clicks show to OUT, as Parquet. KPIS are all those that can be asked by account.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice, product
from math import isnan
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.cost import mapped_mb, own_mb

from accountlens import Workspace
from accountlens.engine.series import Series
from accountlens.targets.fitting import Wish

LISTS = """
engagement_score stakeholders_engaged interaction_gap_days opportunities_created win_rate pipeline_value_open mrr csat
website_visits account_penetration outbound_touches avg_deal_size pipeline_velocity nrr support_tickets nps
conversations content_downloads sales_cycle_days sales_revenue health_score net_new_mrr email_open_rate grr
""".strip().splitlines()
OVERVIEWS = [
    " ".join([*LISTS[0].split(), "nrr logo_churn_rate nps support_tickets"]),
    " ".join([*LISTS[2].split(), "csat resolution_time event_attendance leads_generated"]),
]
KINDS = 4
TOPS = ("engagement_score", "website_visits", "mrr", "pipeline_value_open")
MONTH, HALF_A_YEAR_BEFORE = (2026, 9), (2026, 3)  # the last whole one
OF_A_LIST = 2000  # accounts
Click = dict[str, Any]
SHOWN = pa.schema(
    {
        "click": "int32",
        "kind": "string",
        "kpi": "string",
        "what": "string",
        "p": "int32",
        "by": "string",
        "value": "double",
    }
)


def clicks(accounts: Sequence[str], every: Sequence[str], seed: int) -> Iterator[tuple[str, Click]]:
    """Clicks of each kind in turn, on different accounts, KPIs and months."""
    draw = random.Random(seed)
    by_account: Click = {"by": "account_id", "totals": "none"}
    now: Click = {"period": _month(*MONTH), "compare": ["previous", "year-ago", "target"]}
    for number in count():
        whose = f"account_id = '{draw.choice(accounts)}'"
        listed = ", ".join(f"'{one}'" for one in draw.sample(accounts, min(OF_A_LIST, len(accounts))))
        year = _months((MONTH, HALF_A_YEAR_BEFORE)[number // len(TOPS) % 2], 12)
        yield "account", {"kpis": every, "where": whose, **_months(MONTH, 24), **by_account}
        yield (
            "list",
            {"kpis": LISTS[number % len(LISTS)].split(), "where": f"account_id IN ({listed})", **now, **by_account},
        )
        yield "overview", {"kpis": OVERVIEWS[number % len(OVERVIEWS)].split(), "by": "tier", **_months(MONTH, 24)}
        yield "top", {"kpis": [TOPS[number % len(TOPS)]], **year, **by_account}


def main(company: str, wanted: str, figures: str, kpis: str, out: str) -> None:
    workspace = Workspace(company)
    if figures != "ready":
        workspace._open(None).session.standing = None
    accounts = accounts_of(workspace)
    every = kpis.split(",")
    _aim(workspace, accounts)
    warming = KINDS * min(2 * len(TOPS), int(wanted))  # every set of KPIs, with every month
    first: dict[str, list[float]] = {}
    for kind, click in islice(clicks(accounts, every, seed=5), warming):
        first.setdefault(kind, []).append(timed(workspace, kind, click)[0])
    spent: dict[str, list[tuple[float, float]]] = {}
    shown = pq.ParquetWriter(out, SHOWN)
    for number, (kind, click) in enumerate(islice(clicks(accounts, every, seed=11), KINDS * int(wanted))):
        wall, cpu, found = timed(workspace, kind, click)
        spent.setdefault(kind, []).append((wall, cpu))
        shown.write_table(pa.Table.from_pylist(list(_rows(number, kind, found)), SHOWN))
    shown.close()
    memory = {"own_mb": own_mb(), "mapped_mb": mapped_mb()}
    print(json.dumps({"first": first, "spent": spent, **memory}))  # noqa: T201


def _aim(workspace: Workspace, accounts: Sequence[str]) -> None:
    """Targets of the month shown in lists: two KPIs of some accounts, where there are none yet."""
    book = workspace.targets()
    if not book.all():
        some = random.Random(7).sample(accounts, min(OF_A_LIST, len(accounts)))
        month = _month(*MONTH)
        book.set([Wish(kpi, f"account:{one}", month, 10) for one in some for kpi in ("mrr", "website_visits")], None)


def timed(workspace: Workspace, kind: str, click: Click) -> tuple[float, float, Series]:
    """Milliseconds of wall and of CPU, and what is shown."""
    words = dict(click)
    kpis = words.pop("kpis")
    cpu, wall = _cpu(), time.perf_counter()
    answer = workspace.ask(*kpis, **words)
    if kind == "top":
        answer = answer.top(kpis[0], 100, by="change")
    found = answer.series()
    found.to_json_arrays()
    return 1000 * (time.perf_counter() - wall), 1000 * (_cpu() - cpu), found


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def accounts_of(workspace: Workspace) -> list[str]:
    """All accounts that have ever been written to."""
    found = workspace.ask("outbound_touches", by="account_id", totals="none").series()
    return sorted(
        str(group["by"]["account_id"]) for group in found.groups if group["by"]["account_id"] != "(unmatched)"
    )


def _rows(number: int, kind: str, found: Series) -> Iterator[dict[str, Any]]:
    for kpi in found.kpis:
        told = {"value": kpi.value, **{word: one.change for word, one in kpi.compare.items()}}
        for (what, array), (place, group) in product(told.items(), enumerate(found.groups)):
            key = {"click": number, "kind": kind, "kpi": kpi.kpi, "what": what, "by": json.dumps(group["by"])}
            for p, value in enumerate(array[place].tolist()):
                yield key | {"p": p, "value": None if isnan(value) else value}


def _months(end: tuple[int, int], months: int) -> Click:
    """So many months up to this one."""
    year, month = end
    first = year * 12 + month - months
    return {"period": f"{_month(first // 12, first % 12 + 1)}..{_month(*end)}", "grain": "month"}


def _month(year: int, month: int) -> str:
    return f"{year}-{month:02}"


if __name__ == "__main__":
    main(*sys.argv[1:])
