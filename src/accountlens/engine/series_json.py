"""A series as JSON: each KPI's figures by name, in lists or as arrays for a writer that takes these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array

if TYPE_CHECKING:
    from accountlens.engine.series import KpiSeries

EXACT = 2.0**53  # whole numbers below are whole numbers also as they are held
Form: TypeAlias = Callable[[Iterable[Array]], Mapping[int, Any]]  # by the identity of each array, its cells in one row


def as_lists(arrays: Iterable[Array]) -> Mapping[int, Any]:
    """Lists of numbers; None in the place of what is unknown, and of a list in which nothing is known."""
    places, stacked = _stacked(arrays)
    unknown = np.isnan(stacked)
    cells = stacked.astype(object)
    whole = _whole(stacked, unknown)
    cells[whole] = np.where(unknown[whole], 0, stacked[whole]).astype(np.int64)
    cells[unknown] = None
    return dict(zip(places, cells.tolist(), strict=True)) | _nowhere(places, unknown)


def as_arrays(arrays: Iterable[Array]) -> Mapping[int, Any]:
    """Arrays, of whole numbers where all are known and whole; NaN is unknown, None an array in which nothing is known.

    All at once, for there are many small ones.
    """
    places, stacked = _stacked(arrays)
    unknown = np.isnan(stacked)
    whole = np.flatnonzero(_whole(stacked, unknown) & ~unknown.any(axis=1))
    cells: dict[int, Any] = dict(zip(places, stacked, strict=True))
    cells |= zip([places[place] for place in whole.tolist()], stacked[whole].astype(np.int64), strict=True)
    return cells | _nowhere(places, unknown)


def as_told(kpi: KpiSeries, cells: Mapping[int, Any]) -> dict[str, Any]:
    """A KPI's figures by their names, each in the form of `cells`."""

    def listed(arrays: Mapping[str, Array]) -> dict[str, Any]:
        return {name: cells[id(array)] for name, array in arrays.items()}

    found: dict[str, Any] = {"kpi": kpi.kpi, "unit": kpi.unit}
    if kpi.options:
        found["options"] = dict(kpi.options)
    if not kpi.here.all():
        found["here"] = kpi.here.tolist()
    found |= listed({"value": kpi.value, "n": kpi.n, "lower": kpi.lower, "upper": kpi.upper})
    found["parts"] = listed(kpi.parts)
    found["flags"] = {name: raised.ravel().tolist() for name, raised in kpi.flags.items()}
    found["compare"] = {
        word: listed({"value": one.value, "change": one.change}) | {kind: listed(of) for kind, of in one.told.items()}
        for word, one in kpi.compare.items()
    }
    return found


def _stacked(arrays: Iterable[Array]) -> tuple[Sequence[int], Array]:
    """Each different array by its identity, and its cells as a row."""
    every = {id(array): array for array in arrays}
    if not every:
        return (), np.empty((0, 0))
    cells = np.concatenate([array.ravel() for array in every.values()])
    cells += 0.0  # a zero that came of a negative number is zero
    return list(every), cells.reshape(len(every), -1)


def _whole(stacked: Array, unknown: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which rows hold whole numbers only, among what is known."""
    exact = (stacked == np.floor(stacked)) & (np.abs(stacked) < EXACT)
    found: npt.NDArray[np.bool_] = (unknown | exact).all(axis=1)
    return found


def _nowhere(places: Sequence[int], unknown: npt.NDArray[np.bool_]) -> dict[int, Any]:
    return {places[place]: None for place in np.flatnonzero(unknown.all(axis=1)).tolist()}
