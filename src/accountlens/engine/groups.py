"""The groups an answer shows, found among the keys of every fact's figures, and where in these each group stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accountlens.engine.plan import Plan

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
    total = pa.table(
        {
            "p": [0 if () in plan.levels else shown],  # asked, the total is there also without a row
            "level": [2 ** len(names) - 1],
            **{name: [""] for name in names},
        }
    )
    every = [*tables, total]
    level = np.concatenate([_numbers(table, "level") for table in every])
    key, dims = level, []
    for name in names:
        words = pa.concat_arrays([chunk.cast(pa.string()) for table in every for chunk in table[name].chunks])
        coded = words.dictionary_encode()
        texts = np.array(coded.dictionary.to_pylist(), dtype=object)
        dims.append(Dimension(coded.indices.to_numpy().astype(np.int64), texts))
        key = _numbered(key * len(texts) + dims[-1].numbers)
    here = np.flatnonzero(np.concatenate([_numbers(table, "p") for table in every]) < shown)
    first = np.full(key.max() + 1, NOWHERE)
    first[key[here[::-1]]] = here[::-1]  # of several rows the first counts
    chosen = np.sort(first[first != NOWHERE])
    number = np.full(key.max() + 1, NOWHERE)
    number[key[chosen]] = np.arange(len(chosen))
    ends = np.cumsum([table.num_rows for table in tables])
    of = np.split(number[key[: len(key) - 1]], ends[:-1]) if tables else []
    return Groups(level[chosen], tuple(Dimension(dim.numbers[chosen], dim.texts) for dim in dims), tuple(of))


def _numbers(table: pa.Table, column: str) -> Places:
    found: Places = table[column].to_numpy().astype(np.int64)
    return found


def _numbered(keys: Places) -> Places:
    """Equal keys by one number, the numbers without gaps: sums of further keys then stay small."""
    found: Places = pa.array(keys).dictionary_encode().indices.to_numpy().astype(np.int64)
    return found
