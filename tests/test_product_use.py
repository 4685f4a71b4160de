"""Figures that count the people who use our product: unknown where use names nobody, and 0 where nobody used it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.engine.messy import Rows
from tests.engine.test_questions import ACCOUNTS, Company

LICENCES: Rows = [
    {"account_id": name, "seats": 10.0, "started_on": datetime(2024, 1, 1)} for name in ("a1", "a2")
]  # fmt: skip


def used(folder: Path, *people: str | None) -> Company:
    """A company whose first account used the product in March, by these people."""
    uses: Rows = [{"account_id": "a1", "occurred_at": datetime(2024, 3, 10), "contact_id": person} for person in people]
    return Company({"accounts": ACCOUNTS, "licences": LICENCES, "usage_events": uses}, folder)


@pytest.mark.parametrize("kpi", ["seat_adoption", "stickiness"])
def test_use_that_names_no_person_gives_no_figure_of_people(kpi: str, tmp_path: Path) -> None:
    rows = used(tmp_path, None, None).ask(kpi, by=("account_id",), period="2024-03")
    assert [row["value"] for row in rows] == [None] * len(rows)
    assert rows


def test_seats_stay_known_where_their_use_names_nobody(tmp_path: Path) -> None:
    [row] = used(tmp_path, None).ask("seat_adoption", period="2024-03")
    assert (row["value"], row["lower"], row["upper"]) == (None, None, None)
    assert row["parts"]["seats"] == 20
    assert "insufficient_data" in row["flags"]


def test_an_account_nobody_used_the_product_of_has_an_adoption_of_0(tmp_path: Path) -> None:
    rows = used(tmp_path, "c1", None).ask("seat_adoption", by=("account_id",), period="2024-03")
    assert {row["by"]["account_id"]: row["value"] for row in rows} == {"a1": 0.1, "a2": 0, None: 0.05}
    assert not any("insufficient_data" in row["flags"] for row in rows)


def test_without_any_use_adoption_is_0(tmp_path: Path) -> None:
    assert used(tmp_path).values("seat_adoption", period="2024-03") == [0]
