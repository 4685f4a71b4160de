"""Random draws over whole columns, and the Arrow columns made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.demo.scale import Array

Generator = np.random.Generator


def choose(rng: Generator, weights: Sequence[float] | Array, size: int) -> Array:
    """Indices drawn in proportion to the weights."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.minimum(np.searchsorted(edges / edges[-1], rng.random(size), side="right"), len(edges) - 1)


def choose_by_row(rng: Generator, weights: Array) -> Array:
    """One index per row of a table of weights."""
    edges = np.cumsum(weights, axis=1)
    points = rng.random(len(weights)) * edges[:, -1]
    return np.asarray(np.minimum((edges <= points[:, None]).sum(axis=1), weights.shape[1] - 1))


def quotas(rng: Generator, weights: Sequence[float], size: int) -> Array:
    """Indices in shuffled order whose shares match the weights as nearly as whole numbers can."""
    edges = np.round(np.cumsum(np.asarray(weights) / sum(weights)) * size).astype(int)
    return rng.permutation(np.searchsorted(edges, np.arange(size), side="right"))


def happens(rng: Generator, chances: Array) -> Array:
    """Which rows happen; over any run of rows the number is within one of the sum of the chances."""
    steps = np.floor(np.cumsum(chances) + rng.random())
    return np.diff(steps, prepend=0.0) > 0 if len(steps) else np.zeros(0, dtype=bool)


def even_exponentials(rng: Generator, groups: Array) -> Array:
    """Exponential draws that are evenly spread inside each group, so that small groups are not lucky."""
    order = np.lexsort((rng.random(len(groups)), groups))
    _, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    rank = np.arange(len(groups)) - np.repeat(starts, counts)
    draws = np.empty(len(groups))
    draws[order] = -np.log1p(-(rank + rng.random(len(groups))) / np.repeat(counts, counts))
    return draws


def ragged(counts: Array) -> tuple[Array, Array]:
    """Row `i` repeated `counts[i]` times, and the position inside each repetition."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return owner, np.arange(len(owner)) - starts


def labels(prefix: str, numbers: Array, width: int = 5) -> pa.StringArray:
    """Identifiers such as A00017; a negative number is no identifier."""
    digits = pc.utf8_lpad(pa.array(numbers.astype(np.int64)).cast(pa.string()), width, "0")
    named = pc.binary_join_element_wise(pa.scalar(prefix), digits, "")
    return pc.if_else(pa.array(numbers >= 0), named, pa.scalar(None, pa.string()))


def words(vocabulary: Sequence[str | None] | pa.Array, index: Array) -> pa.StringArray:
    """Words by index; a negative index is no word."""
    terms = vocabulary if isinstance(vocabulary, pa.Array) else pa.array(vocabulary, pa.string())
    return terms.take(pa.array(index.astype(np.int64), mask=index < 0))


def known(values: Array, mask: Array, kind: Any = None) -> pa.Array:
    """A column that is empty where the mask is false."""
    return pa.array(values, type=kind, mask=~mask)


def money(values: Array, mask: Array | None = None) -> pa.Array:
    """Amounts in whole cents."""
    return pa.array(np.round(values, 2), mask=None if mask is None else ~mask)


def times(values: Array) -> pa.Array:
    """Instants to the second; NaT is empty."""
    return pa.array(values.astype("M8[s]"), pa.timestamp("s"))


def days(values: Array) -> pa.Array:
    """Days; NaT is empty."""
    return pa.array(values.astype("M8[D]"), pa.date32())
