"""The engine before the breadth: six hard shapes in one question and one plan, against a slow, obvious computation."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.engine.messy import catalog, company, open_session
from tests.engine.oracle import Oracle

from accountlens.engine.run import Backdrop, ask, prepare
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

ASKED = [
    "grr",
    "engaged_accounts",
    "nps",
    "mqa_count(min_people=3)",
    "sales_cycle_days(stat=median)",
    "website_visits",
]
QUESTION = Query(tuple(map(parse_asked, ASKED)), by=("tier",), period="2024-01-17..2024-03-04")


@pytest.mark.parametrize("seed", range(12))
def test_six_hard_shapes_asked_at_once_equal_the_obvious_computation(seed: int, tmp_path: Path) -> None:
    tables = company(seed, scale=1 + seed % 3)
    session, ground = open_session(catalog(), tables, tmp_path)
    expected = Oracle(tables, datetime(2024, 1, 17), datetime(2024, 3, 5)).answer()
    rows = ask(QUESTION, ground, session, Backdrop("s", "EUR")).rows()
    found = {(row["kpi"], row["by"]["tier"]): row["value"] for row in rows}
    for kpi, groups in expected.items():
        for tier, value in groups.items():
            assert found.get((kpi, tier), value if not value else "missing") == pytest.approx(value, abs=1e-9), (
                kpi,
                tier,
            )


def test_each_fact_is_scanned_once_whatever_is_asked(tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(1), tmp_path)
    plan, script = prepare(QUESTION, ground, session)
    sql = script.statement()
    scans = [f'FROM "{use.relation}"' for use in plan.uses]
    assert len(scans) == len(set(scans))
    assert all(sql.count(scan) == 1 for scan in scans), sql


def test_asking_together_equals_asking_alone(tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(3), tmp_path)
    together = ask(QUESTION, ground, session, Backdrop("s", "EUR")).rows()
    alone = [
        row
        for asked in QUESTION.kpis
        for row in ask(
            Query((asked,), by=("tier",), period=QUESTION.period), ground, session, Backdrop("s", "EUR")
        ).rows()
    ]
    assert together == alone
