"""An answer's figures as arrays, by group and asked period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array
from accountlens.engine.fact_figures import Dimension, Places


@dataclass(frozen=True)
class Frame:
    """g groups in the order of an answer, each over all asked periods. `figures`: (g, asked) each; NaN is unknown."""

    asked: int
    level: Places  # (g,)
    dims: Sequence[Dimension]
    figures: Mapping[str, Array]

    @property
    def names(self) -> list[str]:
        return ["p", "level", *(f"d{index}" for index in range(len(self.dims))), *self.figures]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Every column by its name, one cell per group and period."""
        keys = {"p": np.tile(np.arange(self.asked), len(self.level)), "level": np.repeat(self.level, self.asked)}
        dims = {f"d{index}": np.repeat(dim.shown(), self.asked) for index, dim in enumerate(self.dims)}
        return keys | dims | {name: figure.ravel() for name, figure in self.figures.items()}

    def records(self) -> list[tuple[Any, ...]]:
        """One record per group and period, its cells in the order of `names`; unknown is None."""
        return list(zip(*map(listed, self.columns().values()), strict=True))


def listed(cells: npt.NDArray[Any]) -> list[Any]:
    """Cells as the rest of Python has them: an unknown number is None."""
    found: list[Any] = cells.tolist()
    if cells.dtype.kind == "f":
        for place in np.flatnonzero(np.isnan(cells)).tolist():
            found[place] = None
    return found
