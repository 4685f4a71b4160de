"""The golden cases of the models, and customers to fit them on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from accountlens.models.rfm import RfmSummary

Case = dict[str, Any]
CDNOW = Path(__file__).parent / "data" / "cdnow_customers.csv"


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Callable[[str], Case]:
    """A golden case by its id, from the folder of --golden or of ACCOUNTLENS_GOLDEN; skips where it is absent."""
    named = pytestconfig.getoption("--golden", None) or os.environ.get("ACCOUNTLENS_GOLDEN")
    cases: dict[str, Case] = {}
    for path in sorted(Path(named).glob("*.json")) if named else ():
        cases |= {case["id"]: case for case in json.loads(path.read_text(encoding="utf-8"))["cases"]}

    def find(name: str) -> Case:
        if name not in cases:
            pytest.skip(f"no golden case '{name}': name a folder with --golden DIR or ACCOUNTLENS_GOLDEN")
        return cases[name]

    return find


@pytest.fixture(scope="session")
def cdnow() -> RfmSummary:
    """2,357 customers, times in weeks."""
    table = np.loadtxt(CDNOW, delimiter=",", skiprows=1)
    return RfmSummary(table[:, 0].astype(int), *table[:, 1:].T, period_days=7.0)
