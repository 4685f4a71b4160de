"""An answer's figures as arrays, by group and asked period."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array
from accountlens.engine.fact_figures import Dimension, Places
from accountlens.engine.groups import TOTAL
from accountlens.engine.pending import Pending

DIM = re.compile(r"d\d+")


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

    def frame(self) -> Frame:
        return self

    def take(self, groups: Places) -> Frame:
        """The same of these groups alone, in their order."""
        if isinstance(self.figures, Pending):
            figures = self.figures.take(groups)
        else:
            figures = {name: figure[groups] for name, figure in self.figures.items()}
        return Frame(self.asked, self.level[groups], [dim.take(groups) for dim in self.dims], figures)

    def only(self, names: Collection[str]) -> Frame:
        """The same for who looks at these figures alone: nothing else need be computed."""
        return replace(self, figures=self.figures.only(names)) if isinstance(self.figures, Pending) else self

    def texts(self, dim: int) -> set[str]:
        """Every text of a dimension that is shown."""
        return set(self.dims[dim].texts[np.unique(self.dims[dim].numbers)].tolist())

    def places(self) -> Iterator[tuple[Any, ...]]:
        """Each group by its level and texts."""
        return zip(self.level.tolist(), *(dim.shown().tolist() for dim in self.dims), strict=True)

    @cached_property
    def rows(self) -> Mapping[tuple[Any, ...], int]:
        """Where each group stands, by its level and texts."""
        return {place: row for row, place in enumerate(self.places())}

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Every column by its name, one cell per group and period."""
        keys = {"p": np.tile(np.arange(self.asked), len(self.level)), "level": np.repeat(self.level, self.asked)}
        dims = {f"d{index}": np.repeat(dim.shown(), self.asked) for index, dim in enumerate(self.dims)}
        return keys | dims | {name: figure.ravel() for name, figure in self.figures.items()}

    def records(self) -> list[tuple[Any, ...]]:
        """One record per group and period, its cells in the order of `names`; unknown is None."""
        return list(zip(*map(listed, self.columns().values()), strict=True))


def frame_of(names: Sequence[str], rows: Sequence[tuple[Any, ...]], asked: int) -> Frame:
    """The records of an answer as arrays: they tell every group's asked periods one after the other."""
    columns = dict(zip(names, zip(*rows, strict=True) if rows else repeat(()), strict=False))
    dim_names = [name for name in names if DIM.fullmatch(name)]
    keys = {"p", "level", *dim_names}
    firsts = {name: columns[name][::asked] for name in ("level", *dim_names)}
    dims = [_dimension([text or TOTAL for text in firsts[name]]) for name in dim_names]
    figures = {name: np.array(columns[name], np.float64).reshape(-1, asked) for name in names if name not in keys}
    return Frame(asked, np.array(firsts["level"], np.int64), dims, figures)


def _dimension(texts: Sequence[str]) -> Dimension:
    words = sorted(set(texts))
    place = {word: number for number, word in enumerate(words)}
    return Dimension(np.array([place[text] for text in texts], np.int64), np.array(words, dtype=object), True)


def listed(cells: npt.NDArray[Any]) -> list[Any]:
    """Cells as the rest of Python has them: an unknown number is None."""
    found: list[Any] = cells.tolist()
    if cells.dtype.kind == "f":
        for place in np.flatnonzero(np.isnan(cells)).tolist():
            found[place] = None
    return found
