"""Every golden case through the real engine: rows in, refresh, ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.golden.cases import differences, read_case
from tests.golden.running import answers_of, scenarios_of
from tests.golden.words import NotRunError


def test_a_golden_case_comes_out_as_expected(golden_case: Mapping[str, Any], tmp_path: Path) -> None:
    check(golden_case, tmp_path)


def test_a_shape_is_read_as_it_is_meant(own_case: Mapping[str, Any], tmp_path: Path) -> None:
    check(own_case, tmp_path)


def check(data: Mapping[str, Any], folder: Path) -> None:
    """Run a case and compare; what cannot be run is skipped with its reason."""
    try:
        case = read_case(data)
        found, faults, waiting = answers_of(case, scenarios_of(case), folder)
    except NotRunError as reason:
        pytest.skip(f"not run: {reason}")
    told = [*faults, *differences({name: case.expected[name] for name in found}, found, case.tolerance)]
    assert not told, "\n".join([f"{case.id} ({case.kpi}):", *told])
    if waiting:
        pytest.skip(f"not run: {'; '.join(waiting)}")
