"""The cost of a refresh on a cluster, as a model: how much work there is at a size, and what a unit of work costs.

*Volumes* (statements, rows read, bytes shuffled, brought home ...) of each group of statements grow with activities and
accounts. *Prices* are CPU seconds for a statement, a row read and a byte shuffled. Both are fitted on measured runs by
least squares without negative coefficients (Lawson and Hanson 1974); errors are taken in proportion to each run's
total, so that a small run counts as much as a large one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.scale.runs import Asked, Run
from benchmarks.scale.statements import GROUPS
from scipy.optimize import nnls

from accountlens.standing.making import AT_ONCE

VOLUMES = ("statements", "rows_read", "bytes_read", "bytes_shuffled", "bytes_made", "home", "sent")
ORDERED = ("bytes_shuffled", "bytes_made")  # of figures: more where they are put in the order of accounts
# What is paid → the volumes that it is paid for.
PRICED = {
    "cpu": ("statements", "rows_read", "bytes_shuffled"),  # of the executors
    "driver": ("statements", "home"),
    "here": ("statements", "home"),
}


@dataclass(frozen=True)
class Size:
    """`at_once`: accounts whose figures come home together."""

    activities: int
    accounts: int
    at_once: int = AT_ONCE

    @property
    def parts(self) -> int:
        return max(1, -(-self.accounts // self.at_once))


@dataclass(frozen=True)
class Model:
    """`volumes`: group and volume → coefficients; `prices`: group and what is paid → coefficients."""

    volumes: Mapping[tuple[str, str], np.ndarray[Any, Any]]
    prices: Mapping[tuple[str, str], np.ndarray[Any, Any]]
    rest: np.ndarray[Any, Any]  # CPU here beside all statements: fixed, for each account

    def volume(self, group: str, name: str, size: Size) -> float:
        return float(_drivers(group, name, size) @ self.volumes[group, name])

    def cost(self, group: str, paid: str, size: Size) -> float:
        """CPU seconds of a group of statements."""
        return self.price(group, paid, {name: self.volume(group, name, size) for name in PRICED[paid]})

    def price(self, group: str, paid: str, volumes: Mapping[str, float]) -> float:
        """CPU seconds of so much work."""
        return float(sum(one * volumes[name] for one, name in zip(self.prices[group, paid], PRICED[paid], strict=True)))

    def beside(self, size: Size) -> float:
        return float(self.rest @ [1, size.accounts])


def fit(runs: Sequence[Run]) -> Model:
    sizes = [size_of(run) for run in runs]
    volumes = {}
    for group in GROUPS:
        for name in VOLUMES:
            rows = np.array([_drivers(group, name, size) for size in sizes])
            volumes[group, name] = growth(rows, np.array([total(run, group, name) for run in runs]))
    prices = {(group, paid): _prices(runs, group, paid) for group in GROUPS for paid in PRICED}
    beside = np.array([beside_of(run) for run in runs])
    return Model(volumes, prices, growth(np.array([[1, size.accounts] for size in sizes]), beside))


def size_of(run: Run) -> Size:
    return Size(run.activities, run.accounts, run.at_once)


def total(run: Run, group: str, name: str) -> float:
    return float(sum(getattr(one, name) for one in run.of(group)))


def beside_of(run: Run) -> float:
    """CPU seconds here that no statement took: rows of small tables are checked and matched, facts of them made."""
    return max(run.here - sum(one.here for one in run.asked), 0.0)


def _drivers(group: str, name: str, size: Size) -> np.ndarray[Any, Any]:
    """What a volume grows with. In parts, figures of accounts are sorted and written first, and read for each part."""
    many = size.parts > 1
    if group == "parts":
        return np.array([many * (size.parts + 1.0) if name == "statements" else many * float(size.accounts)])
    if name == "statements":
        return np.array([1.0])
    if group == "figures" and name == "home":
        return np.array([1.0, (not many) * size.activities, (not many) * size.accounts])
    ordered = [many * size.accounts] if group == "figures" and name in ORDERED else []
    return np.array([1.0, size.activities, size.accounts, *ordered])


def _prices(runs: Sequence[Run], group: str, paid: str) -> np.ndarray[Any, Any]:
    """Of all statements of a group in all runs."""
    found: list[tuple[float, Asked]] = []
    for run in runs:
        whole = total(run, group, paid) or 1.0
        found += [(whole, one) for one in run.of(group)]
    rows = np.array([[getattr(one, name) / whole for name in PRICED[paid]] for whole, one in found])
    return _solved(rows.reshape(-1, len(PRICED[paid])), np.array([getattr(one, paid) / whole for whole, one in found]))


def growth(rows: np.ndarray[Any, Any], told: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Least squares of errors in proportion to what was measured."""
    weights = 1 / np.maximum(np.abs(told), 1e-9 * max(np.abs(told).max(initial=0.0), 1.0))
    return _solved(rows * weights[:, None], told * weights)


def _solved(rows: np.ndarray[Any, Any], told: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Columns are brought to one magnitude first: rows are counted in billions, statements in hundreds."""
    if not len(rows) or not told.any():
        return np.zeros(rows.shape[1] if rows.ndim == 2 else 0)
    scale = np.abs(rows).max(axis=0)
    scale[scale == 0] = 1.0
    found, _ = nnls(rows / scale, told)
    return np.asarray(found / scale)


def errors(model: Model, run: Run) -> dict[str, tuple[float, float]]:
    """Group → CPU seconds of the executors, predicted and measured; the total under ''."""
    size = size_of(run)
    pairs = {group: (model.cost(group, "cpu", size), total(run, group, "cpu")) for group in GROUPS}
    return {**pairs, "": (sum(one for one, _ in pairs.values()), sum(other for _, other in pairs.values()))}
