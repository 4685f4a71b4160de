"""What one fact gives to a question, as arrays: from DuckDB by way of Arrow, or from wherever figures are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # figures that are kept as arrays need no Arrow
    import pyarrow as pa

# Arrow's own ways into and out of NumPy (`array`, `scalar`, `to_numpy`) load pandas where it is
# installed, which takes as long as all the rest.
Places: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dimension:
    """A text for each of n rows (or groups), by its number. `ordered`: the texts ascend, none twice."""

    numbers: Places  # (n,)
    texts: npt.NDArray[np.object_]
    ordered: bool = False

    def shown(self) -> npt.NDArray[np.object_]:
        found: npt.NDArray[np.object_] = self.texts[self.numbers]
        return found

    def take(self, rows: Places) -> Dimension:
        return Dimension(self.numbers[rows], self.texts, self.ordered)


@dataclass(frozen=True)
class FactFigures:
    """n rows, one per period, level and group that the fact has rows in; in any order.

    `p`: (n,) which of the plan's slices; `level`: (n,) as GROUPING tells it, 0 where no dimension is summed over;
    `dims`: one per dimension of the plan (`Plan.groups`), its text "" where it is summed over;
    `values`: (figures, n), the fact's columns in the order of its `Step.columns`; NaN is unknown.
    Facts whose dimensions hold the very same array of `texts`, `ordered`, are put together fastest.
    """

    p: Places
    level: Places
    dims: Sequence[Dimension]
    values: npt.NDArray[np.float64]


def read_figures(table: pa.Table, columns: Sequence[str], dims: Sequence[str]) -> FactFigures:
    """A fact's figures out of a result with the columns `p` and `level`, those of its dimensions and those named."""
    values = np.empty((len(columns), table.num_rows))
    for row, column in zip(values, columns, strict=True):
        _read_numbers(_one(table, column), row)
    found = [_dimension(_one(table, name)) for name in dims]
    return FactFigures(_whole(_one(table, "p")), _whole(_one(table, "level")), found, values)


def _dimension(words: pa.Array) -> Dimension:
    import pyarrow as pa

    coded = words.cast(pa.string()).dictionary_encode()
    return Dimension(_whole(coded.indices), np.array(coded.dictionary.to_pylist(), dtype=object))


def _read_numbers(array: pa.Array, into: npt.NDArray[np.float64]) -> None:
    """A column as numbers, NaN where there is none."""
    import pyarrow as pa

    array = array.cast(pa.float64())
    valid, data = array.buffers()
    inside = slice(array.offset, array.offset + len(array))
    into[:] = np.frombuffer(data, np.float64)[inside] if data else np.nan
    if valid is not None and array.null_count:
        known = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[inside]
        into[known == 0] = np.nan


def _one(table: pa.Table, column: str) -> pa.Array:
    import pyarrow as pa

    chunks = table[column].chunks
    return pa.concat_arrays(chunks) if chunks else pa.nulls(0, table.schema.field(column).type)


def _whole(array: pa.Array) -> Places:
    import pyarrow as pa

    return np.from_dlpack(array.cast(pa.int64())).astype(np.int64, copy=False)
