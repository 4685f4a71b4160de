"""Arrays as the models take them: one-dimensional, of one length, finite numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
AnyArray = NDArray[Any]


def finite(**given: ArrayLike) -> tuple[FloatArray, ...]:
    """The arrays as float64, in the order given.

    Raises:
        ValueError: an array is not one-dimensional, holds NaN or infinity, or is longer than another.
    """
    arrays = {name: np.asarray(array, dtype=np.float64) for name, array in given.items()}
    for name, array in arrays.items():
        if array.ndim != 1:
            raise ValueError(f"'{name}' must be one-dimensional, not of shape {array.shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"'{name}' holds values that are no finite numbers")
    same_length(**arrays)
    return tuple(arrays.values())


def same_length(**given: AnyArray) -> None:
    """Raises ValueError unless all arrays have one length, and says which have not."""
    lengths = {name: len(array) for name, array in given.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError("arrays differ in length: " + ", ".join(f"{name} {n}" for name, n in lengths.items()))


def not_negative(**given: FloatArray) -> None:
    """Raises ValueError where an array holds a negative number."""
    for name, array in given.items():
        if (array < 0).any():
            raise ValueError(f"'{name}' holds negative numbers")


def sums(index: IntArray, weight: FloatArray, size: int) -> FloatArray:
    """The sum of `weight` by `index`, shape (size,)."""
    return np.bincount(index, weights=weight, minlength=size).astype(np.float64)


def counts(index: IntArray, size: int) -> FloatArray:
    """How often each index occurs, shape (size,)."""
    return np.bincount(index, minlength=size).astype(np.float64)


def dot(a: FloatArray, b: FloatArray) -> float:
    """Σ a b. Not by BLAS: its threads cost more than they bring here, and last digits would depend on their number."""
    return float(np.sum(a * b))
