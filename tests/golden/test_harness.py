"""The harness itself: nothing given is passed over, nothing expected is ignored, unknown is not zero."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.golden.adapters import ADAPTERS
from tests.golden.cases import differences, read_case
from tests.golden.running import answers_of, scenarios_of
from tests.golden.words import Given, NotRunError, instant, length, ratio


def case(**changes: Any) -> dict[str, Any]:
    """A case that passes, with changes."""
    aggregates = [{"promoters": 2, "passives": 1, "detractors": 1}]
    told = {"id": "c", "kpi": "nps", "inputs": {"aggregates": aggregates}, "expected": {"value": 25}}
    return {**told, "tolerance": {"abs": 1e-9}, **changes}


def test_an_input_that_nobody_reads_keeps_a_case_from_running() -> None:
    inputs = {"aggregates": [{"promoters": 2, "passives": 1, "detractors": 1, "weather": 3}], "mood": "good"}
    with pytest.raises(NotRunError, match="mood, weather"):
        scenarios_of(read_case(case(inputs=inputs)))


def test_a_kpi_without_an_adapter_is_not_run() -> None:
    with pytest.raises(NotRunError, match="no adapter for the KPI happiness"):
        scenarios_of(read_case(case(kpi="happiness")))


def test_an_expected_field_nobody_can_read_is_a_fault(tmp_path: Path) -> None:
    given = read_case(case(expected={"value": 25, "mood": 1}))
    found, faults, waiting = answers_of(given, scenarios_of(given), tmp_path)
    assert found == {"value": 25}
    assert len(faults) == 1
    assert "mood" in faults[0]
    assert not waiting


def test_an_option_no_kpi_takes_is_a_fault(tmp_path: Path) -> None:
    given = read_case(case(options={"colour": "red"}))
    _, faults, _ = answers_of(given, scenarios_of(given), tmp_path)
    assert faults == ["no KPI asked takes the option colour=red"]


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (None, 0),
        (0, None),
        (1, 1.1),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, None),
        ("amber", "red"),
        (1, True),
    ],
)
def test_what_differs_is_told(expected: object, found: object) -> None:
    assert list(differences(expected, found, 1e-9))


@pytest.mark.parametrize(
    ("expected", "found"),
    [(None, None), (1, 1 + 1e-10), ([1, None], [1, None]), ({"a": 1}, {"a": 1, "b": 2}), ("amber", "amber")],
)
def test_what_agrees_is_silent(expected: object, found: object) -> None:
    assert not list(differences(expected, found, 1e-9))


def test_the_first_name_that_is_there_is_meant() -> None:
    row = Given({"value": 3, "amount": 2})
    assert row.number("price amount value") == 2
    assert row.unread() == {"value"}


def test_words_for_times_are_understood() -> None:
    assert instant("2024-03") == instant("2024-03-01") == instant("2024-03-01T01:00+01:00")
    assert length("2 months") == (2, "months")
    assert length("90d") == length("90 days") == length(90) == (90, "days")
    assert ratio(0.375) == (3, 8)


def test_every_adapter_is_a_sentence() -> None:
    assert all((adapter.__doc__ or "").endswith(".") for adapter in ADAPTERS.values())
