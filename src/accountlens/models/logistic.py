"""Logistic regression with an L2 penalty, on standardised columns with indicators of what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.fitting import InsufficientData

STEPS = 100
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
    missing = np.isnan(x)
    counts = np.maximum((~missing).sum(axis=0), 1)
    means = np.where(missing, 0.0, x).sum(axis=0) / counts
    filled = np.where(missing, means, x)
    columns = np.hstack([filled, missing.astype(np.float64)])
    scale = columns.std(axis=0)
    # A column of one value has a deviation of rounding errors only.
    varies = np.ptp(columns, axis=0) > 1e-12 * np.maximum(np.abs(columns).max(axis=0, initial=0.0), 1e-300)
    features = x.shape[1]
    kept = np.flatnonzero(varies)
    return Encoding(kept % max(features, 1), kept >= features, columns.mean(axis=0)[kept], scale[kept])


def encode(encoding: Encoding, x: FloatArray) -> FloatArray:
    """Features of shape (n, k) to standardised columns of shape (n, c); a missing value lies at the mean."""
    chosen = x[:, encoding.feature]
    missing = np.isnan(chosen)
    values = np.where(encoding.indicator, missing, np.where(missing, encoding.mean, chosen))
    return np.asarray((values - encoding.mean) / encoding.scale)


def fit_line(z: FloatArray, y: FloatArray, l2: float) -> Line:
    """The least of Σ ln(1 + e^η) - y η + l2 / 2 Σ coefficient², by Newton's method with halved steps.

    Args:
        z: shape (n, c).
        y: shape (n,), in [0, 1].
        l2: penalty; the base is free of it.

    Raises:
        InsufficientData: no minimum is found, as where l2 is 0 and a column separates the outcomes.
    """
    design = np.column_stack([np.ones(len(z)), z])
    ridge = np.full(design.shape[1], l2)
    ridge[0] = 0.0
    w = np.zeros(design.shape[1])
    loss = _loss(design, y, ridge, w)
    for _ in range(STEPS):
        p = expit(design @ w)
        gradient = design.T @ (p - y) + ridge * w
        if np.abs(gradient).max() <= GRADIENT * len(y):
            return Line(float(w[0]), w[1:])
        weighted = design * np.sqrt(p * (1 - p))[:, None]
        hessian = weighted.T @ weighted + np.diag(ridge)
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        while (after := _loss(design, y, ridge, w - step)) > loss + 1e-12 * abs(loss) and np.abs(step).max() > 1e-12:
            step = step / 2
        w, loss = w - step, after
    raise InsufficientData("logistic regression did not converge", mend="Take a greater l2.")


def log_likelihood(logit: FloatArray, y: FloatArray) -> float:
    """Σ y η - ln(1 + e^η)."""
    return float(np.sum(y * logit - np.logaddexp(0, logit)))


def _loss(design: FloatArray, y: FloatArray, ridge: FloatArray, w: FloatArray) -> float:
    return -log_likelihood(design @ w, y) + float(ridge @ w**2) / 2
