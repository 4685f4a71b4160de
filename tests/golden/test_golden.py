"""Every golden case through the real engine: rows in, refresh, ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.golden.cases import differences, read_case
from tests.golden.running import answers_of, scenarios_of
from tests.golden.words import NotRunError


def test_a_golden_case_comes_out_as_expected(golden_case: dict[str, Any], tmp_path: Path) -> None:
    try:
        case = read_case(golden_case)
        found, faults, waiting = answers_of(case, scenarios_of(case), tmp_path)
    except NotRunError as reason:
        pytest.skip(f"not run: {reason}")
    told = [*faults, *differences({name: case.expected[name] for name in found}, found, case.tolerance)]
    assert not told, "\n".join([f"{case.id} ({case.kpi}):", *told])
    if waiting:
        pytest.skip(f"not run: {'; '.join(waiting)}")
