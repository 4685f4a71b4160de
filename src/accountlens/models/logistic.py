"""Logistic regression with an L2 penalty, on standardised columns with indicators of what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.fitting import InsufficientData

STEPS = 100
BLOCK = 8192  # rows
GRADIENT = 1e-9  # largest slope of the mean loss at an accepted minimum


@dataclass(frozen=True)
class Encoding:
    """Columns made from features: standardised values, and 0/1 of being missing, standardised too; shape (c,)."""

    feature: IntArray  # which feature a column comes from
    indicator: BoolArray  # whether it says that the feature is missing
    mean: FloatArray
    scale: FloatArray  # standard deviation


@dataclass(frozen=True)
class Line:
    """Logit = base + z · coefficients."""

    base: float
    coefficients: FloatArray

    def logit(self, z: FloatArray) -> FloatArray:
        """Of each row of z, shape (n, c)."""
        return np.asarray(self.base + z @ self.coefficients)


def encoding_of(x: FloatArray) -> Encoding:
    """The encoding of features of shape (n, k); columns that do not vary are left out."""
    found = []
    for feature in range(x.shape[1]):  # one by one: tables of millions of rows are not copied whole
        values = np.ascontiguousarray(x[:, feature])
        missing = np.isnan(values)
        if missing.any():
            known = np.where(missing, 0.0, values).sum() / max(int((~missing).sum()), 1)
            values = np.where(missing, known, values)
            found.append((True, feature, *_spread(missing.astype(np.float64))))
        found.append((False, feature, *_spread(values)))
    kept = sorted(one[:4] for one in found if one[4])
    indicator, feature_, mean, scale = zip(*kept, strict=True) if kept else ((), (), (), ())
    return Encoding(
        np.array(feature_, dtype=np.int64), np.array(indicator, dtype=np.bool_),
        np.array(mean, dtype=np.float64), np.array(scale, dtype=np.float64),
    )  # fmt: skip


def _spread(column: FloatArray) -> tuple[float, float, bool]:
    """Mean, standard deviation, and whether the column varies: one of one value has a deviation of rounding errors."""
    if not len(column):
        return 0.0, 0.0, False
    varies = np.ptp(column) > 1e-12 * max(float(np.abs(column).max()), 1e-300)
    return float(column.mean()), float(column.std()), bool(varies)


def encode(encoding: Encoding, x: FloatArray) -> FloatArray:
    """Features of shape (n, k) to standardised columns of shape (n, c); a missing value lies at the mean."""
    z = np.empty((len(x), len(encoding.feature)))
    for rows in _blocks(len(x)):
        chosen = x[rows][:, encoding.feature]
        missing = np.isnan(chosen)
        values = np.where(encoding.indicator, missing, np.where(missing, encoding.mean, chosen))
        z[rows] = (values - encoding.mean) / encoding.scale
    return z


def fit_line(z: FloatArray, y: FloatArray, l2: float, start: Line | None = None) -> Line:
    """The least of Σ ln(1 + e^η) - y η + l2 / 2 Σ coefficient², by Newton's method with halved steps.

    Args:
        z: shape (n, c).
        y: shape (n,), in [0, 1].
        l2: penalty; the base is free of it.
        start: of alike rows, to begin near the least; where it begins does not change what is found.

    Raises:
        InsufficientData: no minimum is found, as where l2 is 0 and a column separates the outcomes.
    """
    ridge = np.full(z.shape[1] + 1, l2)
    ridge[0] = 0.0
    w = np.zeros(z.shape[1] + 1) if start is None else np.array([start.base, *start.coefficients])
    here = _place(z, y, ridge, w)
    for _ in range(STEPS):
        if np.abs(here.gradient).max() <= GRADIENT * len(y):
            return Line(float(w[0]), w[1:])
        step = np.linalg.lstsq(here.hessian, here.gradient, rcond=None)[0]
        after = _place(z, y, ridge, w - step)
        while after.loss > here.loss + 1e-12 * abs(here.loss) and np.abs(step).max() > 1e-12:
            step = step / 2
            after = _place(z, y, ridge, w - step)
        w, here = w - step, after
    raise InsufficientData("logistic regression did not converge", mend="Take a greater l2.")


@dataclass(frozen=True)
class _Place:
    """The loss and its first two derivatives, somewhere."""

    loss: float
    gradient: FloatArray
    hessian: FloatArray


def _place(z: FloatArray, y: FloatArray, ridge: FloatArray, w: FloatArray) -> _Place:
    loss, gradient, hessian = float(ridge @ w**2) / 2, ridge * w, np.diag(ridge)
    for rows in _blocks(len(z)):
        design = np.column_stack([np.ones(len(z[rows])), z[rows]])
        logit = design @ w
        p = expit(logit)
        loss -= log_likelihood(logit, y[rows])
        gradient = gradient + design.T @ (p - y[rows])
        weighted = design * np.sqrt(p * (1 - p))[:, None]
        hessian = hessian + weighted.T @ weighted
    return _Place(loss, gradient, hessian)


def _blocks(n: int) -> Iterator[slice]:
    """Rows that are worked on together: what is computed of them stays in the processor's cache."""
    return (slice(begin, begin + BLOCK) for begin in range(0, n, BLOCK))


def log_likelihood(logit: FloatArray, y: FloatArray) -> float:
    """Σ y η - ln(1 + e^η)."""
    return float(np.sum(y * logit - np.maximum(logit, 0) - np.log1p(np.exp(-np.abs(logit)))))
