"""Doings of one instant belong together, in whatever order an engine meets them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.engine.messy import AS_OF
from tests.laws.books import Books
from tests.oracle.company import company
from tests.oracle.ground import Ground, differences
from tests.oracle.test_oracle import MONTHS

KPI = "account_disengagement_rate(inactive_days=30)"


def test_what_happens_at_the_very_end_of_a_silence_does_not_reach_back_into_it(tmp_path: Path) -> None:
    """An account of this company is silent for December, and does three things as the new year begins."""
    zone = "America/New_York"
    tables = company(4, zone)
    ground, books = Ground(tables, zone, AS_OF), Books(tables, tmp_path, zone)
    cells = books.values(KPI, by="tier", period="2023-10..2024-05", grain="month")
    books.session.close()
    assert not differences(ground, KPI, ground.months(date(2023, 10, 1), MONTHS), cells)
