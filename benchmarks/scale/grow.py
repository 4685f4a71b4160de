"""What one statement alone grows to: how much it shuffles or brings home at a size that was not measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from benchmarks.scale.model import Size, growth, size_of
from benchmarks.scale.runs import Run


@dataclass(frozen=True)
class Grown:
    """`now`: what was measured in the largest run."""

    group: str
    name: str
    now: float
    then: float


def largest(runs: Sequence[Run], volume: str, size: Size) -> list[Grown]:
    """One statement of each name of the largest run, those first that become largest."""
    names = dict.fromkeys((one.group, one.name) for one in runs[-1].asked)
    return sorted((_grown(runs, *name, volume, size) for name in names), key=lambda one: -one.then)


def _grown(runs: Sequence[Run], group: str, name: str, volume: str, size: Size) -> Grown:
    told = [_one(run, group, name, volume) for run in runs]
    rows = np.array([_drivers(group, size_of(run)) for run in runs])
    return Grown(group, name, told[-1], float(growth(rows, np.array(told)) @ _drivers(group, size)))


def _one(run: Run, group: str, name: str, volume: str) -> float:
    """Of one statement, where there is one for each part of the accounts."""
    for one in run.of(group):
        if one.name == name:
            return float(getattr(one, volume)) / (1 if volume.startswith("largest") else one.statements)
    return 0.0


def _drivers(group: str, size: Size) -> list[float]:
    """By tier all accounts are looked at together, which counts where there are many parts."""
    return [1.0, size.activities, size.accounts]
