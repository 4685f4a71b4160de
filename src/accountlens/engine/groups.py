"""The groups an answer shows, found among the keys of every fact's figures, and where in these each group stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accountlens.engine.plan import Plan

# Arrow's own ways into and out of NumPy (`array`, `scalar`, `to_numpy`) load pandas where it is
# installed, which takes as long as all the rest.
Places: TypeAlias = npt.NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True)
class Dimension:
    """A text for each group, by its number."""

    numbers: Places
    texts: npt.NDArray[np.object_]

    def shown(self) -> npt.NDArray[np.object_]:
        found: npt.NDArray[np.object_] = self.texts[self.numbers]
        return found


@dataclass(frozen=True)
class Groups:
    """Every group that has a row in the shown periods; the total always. `of[i]`: the groups of table i's rows."""

    level: Places
    dims: tuple[Dimension, ...]
    of: tuple[Places, ...]

    def __len__(self) -> int:
        return len(self.level)

    def above(self) -> Places:
        """The group that sums over the last dimension, for each group: itself where that is summed over already."""
        key = self.level | 1  # GROUPING sets the lowest bit where the last dimension is summed over
        for dim in self.dims[:-1]:
            key = _numbered(key * len(dim.texts) + dim.numbers)
        tops = np.flatnonzero(self.level & 1)
        found = np.full(key.max(initial=0) + 1, NOWHERE)
        found[key[tops]] = tops
        tops_above: Places = found[key]
        return tops_above


def groups_of(plan: Plan, tables: Sequence[pa.Table]) -> Groups:
    """The groups of figures with the columns `p`, `level` and `d0`, `d1` …"""
    shown = len(plan.slices) if plan.gone else plan.asked
    names = plan.keys[2:]
    # the last row is the total, which is there without a row, too, where it is asked
    level = np.append(_together(tables, "level"), 2 ** len(names) - 1)
    p = np.append(_together(tables, "p"), 0 if () in plan.levels else shown)
    key, dims = level, []
    for name in names:
        dims.append(_dimension([chunk for table in tables for chunk in table[name].chunks]))
        key = _numbered(key * len(dims[-1].texts) + dims[-1].numbers)
    here = np.flatnonzero(p < shown)
    first = np.full(key.max() + 1, NOWHERE)
    first[key[here[::-1]]] = here[::-1]  # of several rows the first counts
    chosen = np.sort(first[first != NOWHERE])
    number = np.full(key.max() + 1, NOWHERE)
    number[key[chosen]] = np.arange(len(chosen))
    ends = np.cumsum([table.num_rows for table in tables])
    of = np.split(number[key[:-1]], ends[:-1]) if tables else []
    return Groups(level[chosen], tuple(Dimension(dim.numbers[chosen], dim.texts) for dim in dims), tuple(of))


def _together(tables: Sequence[pa.Table], column: str) -> Places:
    return np.concatenate([*(places_in(table, column) for table in tables), np.array([], np.int64)])


def _dimension(words: list[pa.Array]) -> Dimension:
    """The texts of all rows, and of the total, which has none."""
    coded = pa.concat_arrays([word.cast(pa.string()) for word in words]).dictionary_encode() if words else None
    texts = [*coded.dictionary.to_pylist(), ""] if coded else [""]
    numbers = _whole(coded.indices) if coded else np.array([], np.int64)
    return Dimension(np.append(numbers, texts.index("")), np.array(texts, dtype=object))


def numbers_in(table: pa.Table, column: str) -> npt.NDArray[np.float64]:
    """A column as numbers, NaN where there is none."""
    array = _one(table, column).cast(pa.float64())
    valid, data = array.buffers()
    inside = slice(array.offset, array.offset + len(array))
    found = np.frombuffer(data, np.float64)[inside] if data else np.array([], np.float64)
    if valid is None or not array.null_count:
        return found
    known = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[inside]
    return np.where(known == 1, found, np.nan)


def places_in(table: pa.Table, column: str) -> Places:
    """A column of whole numbers."""
    return _whole(_one(table, column))


def _one(table: pa.Table, column: str) -> pa.Array:
    chunks = table[column].chunks
    return pa.concat_arrays(chunks) if chunks else pa.nulls(0, table.schema.field(column).type)


def _whole(array: pa.Array) -> Places:
    return np.from_dlpack(array.cast(pa.int64())).astype(np.int64, copy=False)


def _numbered(keys: Places) -> Places:
    """Equal keys by one number, the numbers without gaps: sums of further keys then stay small."""
    every = pa.Array.from_buffers(pa.int64(), len(keys), [None, pa.py_buffer(np.ascontiguousarray(keys))])
    return _whole(every.dictionary_encode().indices)
