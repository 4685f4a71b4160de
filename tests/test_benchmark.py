"""The benchmark's SQL by hand gives the engine's numbers, cell by cell. Nothing is timed here."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest
from benchmarks.asking import Asker
from benchmarks.by_hand import ByHand
from benchmarks.company import make, refresh


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    folder: Path = tmp_path_factory.mktemp("benchmark") / "company"
    make(folder, activities=20_000, accounts=60)
    refresh(folder)
    return Asker(folder)


def test_the_sql_by_hand_gives_the_same_numbers(asker: Asker) -> None:
    by_hand = ByHand(asker)
    answer = asker.ask(by_hand.columns)
    assert len(by_hand.columns) == 39
    assert by_hand.differences(answer) == {}


def test_wrong_numbers_would_be_found(asker: Asker) -> None:
    by_hand = ByHand(asker)
    answer = asker.ask(by_hand.columns)
    known, wrong = {}, answer
    for index, name in enumerate(by_hand.columns):
        place = answer.schema.get_field_index(f"k{index}")
        known[name] = answer.num_rows - answer.column(place).null_count
        wrong = wrong.set_column(place, f"k{index}", pc.add(pc.multiply(answer.column(place), 1 + 1e-6), 1e-6))
    assert min(known.values()) > 0
    assert by_hand.differences(wrong) == known
