"""What one statement alone grows to: how much it shuffles or brings home at a size that was not measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from benchmarks.scale.model import Size, growth, size_of
from benchmarks.scale.predict import STEADY
from benchmarks.scale.runs import Run

ONE_OF = {"largest_home"}  # volumes of a single answer; others are summed over the statements of a name


@dataclass(frozen=True)
class Grown:
    """`now`: what was measured in the largest run."""

    group: str
    name: str
    now: float
    then: float


def largest(runs: Sequence[Run], volume: str, size: Size) -> list[Grown]:
    """One statement of each name of the largest run, those first that become largest."""
    names = [(one.group, one.name) for one in runs[-1].asked]
    return sorted((_grown(runs, *name, volume, size) for name in names), key=lambda one: -one.then)


def _grown(runs: Sequence[Run], group: str, name: str, volume: str, size: Size) -> Grown:
    asked = [(run, one) for run in _alike(runs, group) for one in run.of(group) if one.name == name]
    told = np.array([getattr(one, volume) for _, one in asked])
    rows = np.array([_drivers(group, volume, size_of(run)) for run, _ in asked])
    if len(asked) < STEADY:  # of a statement that few runs had: in proportion to what is larger
        return Grown(group, name, told[-1], float(told[-1] * max(_drivers(group, volume, size) / rows[-1])))
    return Grown(group, name, told[-1], float(growth(rows, told) @ _drivers(group, volume, size)))


def _alike(runs: Sequence[Run], group: str) -> list[Run]:
    """Figures in parts are other statements than those of one part."""
    return [run for run in runs if group != "figures" or size_of(run).parts == 1]


def _drivers(group: str, volume: str, size: Size) -> np.ndarray[Any, Any]:
    """An answer of figures is about one part of the accounts; what is shuffled by tier, about all of them."""
    if group == "figures" and volume in ONE_OF:
        size = replace(size, activities=size.activities // size.parts, accounts=size.accounts // size.parts)
    return np.array([1.0, size.activities, size.accounts])
