"""What is told while the application is measured, and how its figures are summed up."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)  # noqa: T201


def row(name: str, found: Sequence[float], goal: float | None) -> list[Any]:
    """Median, 95 of 100, the goal, how many."""
    return [name, statistics.median(found), float(np.percentile(found, 95)), goal, len(found)]
