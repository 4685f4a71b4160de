"""Statements as they are written for each engine, kept so that a change of SQLGlot or of a macro is seen in review.

`python -m tests.engines.golden` writes the files anew.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from tests.engine.messy import catalog, company, open_session

from accountlens.engine.planner import make_plan
from accountlens.engine.sql import plan_sql
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.warehouses.expand import bind
from accountlens.warehouses.macros import MACROS, arity
from accountlens.warehouses.translate import translate

FOLDER = Path(__file__).parent / "golden"
ENGINES = ("postgres", "spark", "snowflake", "bigquery", "databricks")
ZONE = "Europe/Berlin"
BEGINS = re.compile(r" (?=(?:SELECT|FROM (?!UTC)|WHERE|GROUP BY|UNION|LEFT JOIN|JOIN|CROSS JOIN)\b)")
COMMENT = re.compile(r" ?/\*.*?\*/")
FACTS = ("subscription_spans", "required_roles", "event_people", "mqa_spans")
KPIS = {"win_rate": ("tier",), "csat": (), "sales_cycle_days": ()}


def golden(engine: str) -> str:
    """Every macro by itself, a few facts, and questions over three KPIs."""
    return "\n".join(f"-- {name}\n{_laid_out(translate(sql, engine, ZONE))};\n" for name, sql in authored())


def _laid_out(written: str) -> str:
    """A line for each clause: short enough to read, and a change is a line."""
    return BEGINS.sub("\n", COMMENT.sub("", written))


@cache
def authored() -> tuple[tuple[str, str], ...]:
    return tuple(_authored())


def _authored() -> Iterator[tuple[str, str]]:
    for name in sorted(MACROS):
        given = ", ".join(_ARGUMENTS.get(name, ("a", "b"))[: arity(name)])
        yield name, f"SELECT {name}({given}) AS x FROM t"
    known = catalog()
    for name in FACTS:
        yield name, bind(known.facts[name].sql, {**known.parameters(name), "as_of": datetime(2024, 1, 1)})
    with tempfile.TemporaryDirectory() as folder:
        _, ground = open_session(known, company(1), Path(folder))
        for name, by in KPIS.items():
            plan = make_plan(Query((Asked(name),), by=by, period="2024-01..2024-02", grain="month"), ground)
            yield f"{name} by month", plan_sql(plan, known, ground.clock).statement()


_ARGUMENTS = {
    "KPI_QUANTILE": ("a", "0.9"),
    "KPI_NTH": ("a", "CAST(n AS INTEGER)"),
    "KPI_ADD_DAYS": ("a", "n"),
    "KPI_ADD_MONTHS": ("a", "n"),
    "KPI_HALF": ("n", "7"),
}

if __name__ == "__main__":
    for one in ENGINES:
        (FOLDER / f"{one}.sql").write_text(golden(one), encoding="utf-8")
