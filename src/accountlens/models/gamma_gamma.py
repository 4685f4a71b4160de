"""Gamma-Gamma: the value of a customer's average purchase, pulled towards everybody's.

Formulas: Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value; numbers in parentheses are theirs. The model
takes value as independent of frequency: see `clv.frequency_value_correlation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from accountlens.models.arrays import FloatArray, finite, not_negative, same_length
from accountlens.models.fitting import HoldOut, InsufficientData, compare, maximum_likelihood
from accountlens.models.rfm import RfmSummary, Split

# The definition sheet's bound for lifetime values.
MIN_REPEAT_CUSTOMERS = 50
# p, q, v with values scaled to a median of 1: spread out, alike, long tail.
STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 0.5), (2.0, 1.5, 0.5))


@dataclass(frozen=True)
class GammaGammaParameters:
    """A purchase's value is Gamma(p, nu), nu over customers is Gamma(q, v); v is in money."""

    p: float
    q: float
    v: float

    def __post_init__(self) -> None:
        if not min(self.p, self.q, self.v) > 0:
            raise ValueError(f"the parameters of Gamma-Gamma must be positive: {self}")

    @property
    def mean_value(self) -> float | None:
        """The average over all customers, p v / (q - 1); None where it does not exist (q <= 1)."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else None


@dataclass(frozen=True)
class GammaGammaFit:
    parameters: GammaGammaParameters
    n: int  # customers with a repeat purchase of positive value
    left_out: int  # repeat customers whose mean value is unknown, zero or negative
    log_likelihood: float
    converged: bool
    hold_out: HoldOut | None  # mean value per customer who bought in the hold-out


def fit(summary: RfmSummary, *, split: Split | None = None) -> GammaGammaFit:
    """Maximum likelihood (1a) over customers with a repeat purchase of positive value.

    Raises:
        InsufficientData: under 50 such customers, or the likelihood has no maximum.
    """
    rows = summary.repeat & (np.nan_to_num(summary.monetary) > 0)
    used = int(rows.sum())
    if used < MIN_REPEAT_CUSTOMERS:
        raise InsufficientData(
            f"{used} customers bought again with a positive value; Gamma-Gamma needs {MIN_REPEAT_CUSTOMERS}"
        )
    x, mean = summary.frequency[rows], summary.monetary[rows]
    parameters = _maximise(x, mean)
    return GammaGammaFit(
        parameters=parameters,
        n=used,
        left_out=int(summary.repeat.sum()) - used,
        log_likelihood=float(log_likelihood(parameters, x, mean).sum()),
        converged=True,
        hold_out=None if split is None else _check(split),
    )


def log_likelihood(parameters: GammaGammaParameters, frequency: ArrayLike, monetary: ArrayLike) -> FloatArray:
    """Of each customer's mean value, shape (n,), all with frequency > 0 and monetary > 0 (1a)."""
    x, mean = finite(frequency=frequency, monetary=monetary)
    p, q, v = parameters.p, parameters.q, parameters.v
    return np.asarray(
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
        + q * np.log(v) - np.log(mean)
        + p * x * (np.log(x * mean) - np.log(x * mean + v)) - q * np.log(x * mean + v)
    )  # fmt: skip


def expected_average_value(parameters: GammaGammaParameters, frequency: ArrayLike, monetary: ArrayLike) -> FloatArray:
    """E[M | x, m] = p (v + x m) / (p x + q - 1), shape (n,) (5).

    Customers without a repeat purchase get the average over all customers, whatever stands in `monetary`. NaN where
    the mean does not exist (q <= 1) and for repeat customers whose `monetary` is NaN or negative.
    """
    (x,) = finite(frequency=frequency)
    mean = np.asarray(monetary, dtype=np.float64)
    same_length(frequency=x, monetary=mean)
    not_negative(frequency=x)
    if parameters.q <= 1:
        return np.full(len(x), np.nan)
    total = np.where(x > 0, x * np.where(mean >= 0, mean, np.nan), 0.0)
    return np.asarray(parameters.p * (parameters.v + total) / (parameters.p * x + parameters.q - 1))


def _maximise(x: FloatArray, mean: FloatArray) -> GammaGammaParameters:
    scale = float(np.median(mean))
    scaled = mean / scale

    def mean_loss(logs: FloatArray) -> tuple[float, FloatArray]:
        values = np.exp(logs)
        parameters = GammaGammaParameters(*values.tolist())
        loss = -log_likelihood(parameters, x, scaled).mean()
        return float(loss), -_gradient(parameters, x, scaled).mean(axis=0) * values

    p, q, v = maximum_likelihood(mean_loss, STARTS, "Gamma-Gamma").tolist()
    return GammaGammaParameters(p, q, v * scale)


def _gradient(parameters: GammaGammaParameters, x: FloatArray, mean: FloatArray) -> FloatArray:
    """Of each customer's log-likelihood by p, q, v; shape (n, 3)."""
    p, q, v = parameters.p, parameters.q, parameters.v
    whole = x * mean + v
    both = digamma(p * x + q)
    return np.column_stack(
        [
            x * (both - digamma(p * x) + np.log(x * mean) - np.log(whole)),
            both - digamma(q) + np.log(v) - np.log(whole),
            q / v - (p * x + q) / whole,
        ]
    )


def _check(split: Split) -> HoldOut | None:
    """A fit of the calibration alone, against the mean values of those who bought in the hold-out."""
    known = split.calibration
    try:
        parameters = fit(known).parameters
    except InsufficientData:
        return None
    predicted = expected_average_value(parameters, known.frequency, known.monetary)
    judged = (split.frequency > 0) & np.isfinite(predicted) & np.isfinite(split.monetary)
    return compare(predicted[judged], split.monetary[judged])
