"""The benchmark's SQL by hand gives the engine's numbers, cell by cell. Nothing is timed here."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from benchmarks.asking import Asker
from benchmarks.by_hand import NEVER_KNOWN_OF_ONE_ACCOUNT, ByHand
from benchmarks.company import make, refresh

# Models want more customers than this company has; who was lost pays nothing, so that one account has no ltv.
UNKNOWN_HERE = frozenset(
    ["clv_bgnbd", "clv_gamma_gamma", "clv_predictive", "clv_sbg", "expansion_propensity_share", "ltv"]
)


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    folder: Path = tmp_path_factory.mktemp("benchmark") / "company"
    make(folder, activities=20_000, accounts=60)
    refresh(folder)
    return Asker(folder)


@pytest.fixture(scope="module")
def by_hand(asker: Asker) -> ByHand:
    return ByHand(asker)


@pytest.fixture(scope="module")
def answer(asker: Asker, by_hand: ByHand) -> pa.Table:
    return asker.ask(by_hand.columns)


def test_the_sql_by_hand_gives_the_same_numbers(by_hand: ByHand, answer: pa.Table) -> None:
    assert len(by_hand.columns) == 128
    assert by_hand.differences(answer) == {}


def test_wrong_numbers_would_be_found(by_hand: ByHand, answer: pa.Table) -> None:
    known, wrong = {}, answer
    for index, name in enumerate(by_hand.columns):
        place = answer.schema.get_field_index(f"k{index}")
        known[name] = answer.num_rows - answer.column(place).null_count
        wrong = wrong.set_column(place, f"k{index}", pc.add(pc.multiply(answer.column(place), 1 + 1e-6), 1.7e-6))
    assert {name for name, cells in known.items() if not cells} == UNKNOWN_HERE
    assert by_hand.differences(wrong) == {name: cells for name, cells in known.items() if cells}


def test_what_is_not_written_by_hand_means_nothing_for_one_account(asker: Asker) -> None:
    answer = asker.ask(sorted(NEVER_KNOWN_OF_ONE_ACCOUNT))
    for index in range(len(NEVER_KNOWN_OF_ONE_ACCOUNT)):
        assert answer.column(f"k{index}").null_count == answer.num_rows > 0
