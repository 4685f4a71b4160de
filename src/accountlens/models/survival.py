"""Kaplan-Meier: how long until it happens, where for some it has not happened yet.

Sources: Kaplan & Meier (1958), JASA 53, 457-481; Greenwood's variance; interval on the log(-log) scale and for the
median: Brookmeyer & Crowley (1982), Biometrics 38, 29-41, and Klein & Moeschberger (2003), sections 4.3 and 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from accountlens.models.arrays import FloatArray, IntArray, finite, not_negative, same_length

EVEN = 1e-12  # a survival within it of the level has reached it: products of fractions are not exact


@dataclass(frozen=True)
class SurvivalCurve:
    """One entry per distinct time at which something happened, arrays of shape (m,).

    `lower` and `upper` are NaN where survival is 0: the log(-log) scale says nothing there.
    """

    time: FloatArray
    survival: FloatArray  # just after `time`
    lower: FloatArray
    upper: FloatArray
    at_risk: IntArray  # just before `time`; whoever is censored at it still counts
    events: IntArray
    n: int  # all durations
    censored: int
    level: float


@dataclass(frozen=True)
class SurvivalTime:
    """A quantile of the time to the event, in the unit of the durations; None where the curve does not reach it."""

    value: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(duration: ArrayLike, happened: ArrayLike, *, level: float = 0.95) -> SurvivalCurve:
    """The share to whom it has not happened, by time. At ties events come before censorings.

    Args:
        duration: shape (n,), not negative; empty gives an empty curve.
        happened: shape (n,), whether the event came at the duration; else it is censored there.
        level: of the pointwise interval.
    """
    (time,) = finite(duration=duration)
    event = np.asarray(happened, dtype=bool)
    same_length(duration=time, happened=event)
    not_negative(duration=time)
    times, events = np.unique(time[event], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), times, side="left")
    survival = np.cumprod((at_risk - events) / at_risk, dtype=np.float64)
    lower, upper = _interval(survival, at_risk, events, level)
    return SurvivalCurve(times, survival, lower, upper, at_risk, events, len(time), int((~event).sum()), level)


def quantile(curve: SurvivalCurve, share: float = 0.5) -> SurvivalTime:
    """The first time by which it has happened to `share`; 0.5 is the median.

    The interval holds the times at which the curve's own interval contains 1 - share (Brookmeyer & Crowley).
    """
    if not 0 < share < 1:
        raise ValueError("'share' must lie between 0 and 1")
    return SurvivalTime(
        value=_first_at_most(curve.time, curve.survival, 1 - share),
        lower=_first_at_most(curve.time, np.where(curve.survival > 0, curve.lower, 0.0), 1 - share),
        upper=_first_at_most(curve.time, np.where(curve.survival > 0, curve.upper, 1.0), 1 - share),
    )


def survival_at(curve: SurvivalCurve, time: ArrayLike) -> FloatArray:
    """S(t) for each time, shape (k,): 1 before the first event; NaN for a curve of nothing."""
    (asked,) = finite(time=time)
    if not curve.n:
        return np.full(len(asked), np.nan)
    steps = np.concatenate([[1.0], curve.survival])
    return np.asarray(steps[np.searchsorted(curve.time, asked, side="right")])


def _interval(survival: FloatArray, at_risk: IntArray, events: IntArray, level: float) -> tuple[FloatArray, FloatArray]:
    """S^exp(±z se / ln S) with Greenwood's se of ln S."""
    lower, upper = np.full(len(survival), np.nan), np.full(len(survival), np.nan)
    inside = survival > 0
    s, n, d = survival[inside], at_risk[inside], events[inside]
    error = np.sqrt(np.cumsum(d / (n * (n - d)))) / np.log(s)
    z = ndtri((1 + level) / 2)
    lower[inside], upper[inside] = s ** np.exp(-z * error), s ** np.exp(z * error)
    return lower, upper


def _first_at_most(time: FloatArray, curve: FloatArray, level: float) -> float | None:
    reached = np.flatnonzero(curve <= level + EVEN)
    return float(time[reached[0]]) if reached.size else None
