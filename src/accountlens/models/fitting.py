"""What all fitted models share: the refusal for want of data, maximum likelihood, the check on a hold-out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from accountlens.errors import AccountlensError
from accountlens.models.arrays import FloatArray, finite

# Log-parameters beyond this (e^±12) mean that the likelihood has no maximum in the inside.
EDGE = 12.0
# Largest slope of the mean log-likelihood at an accepted maximum, in log-parameters.
SLOPE = 1e-4

Objective = Callable[[FloatArray], tuple[float, FloatArray]]


class InsufficientData(AccountlensError):  # noqa: N818 (the flag of the KPI has this name)
    """A model is not fitted, because the data cannot bear it. `reason` says what is missing."""

    def __init__(self, reason: str, mend: str | None = None) -> None:
        self.reason = reason
        super().__init__(reason, mend=mend)


@dataclass(frozen=True)
class HoldOut:
    """What a model predicted for rows or time it had not seen, against what happened there."""

    n: int
    predicted: float  # total
    actual: float  # total
    mean_absolute_error: float
    total_ratio: float | None  # predicted / actual; None where nothing happened


def compare(predicted: ArrayLike, actual: ArrayLike) -> HoldOut | None:
    """The hold-out check of two arrays of shape (n,); None for n = 0."""
    expected, happened = finite(predicted=predicted, actual=actual)
    if not expected.size:
        return None
    total, actual_total = math.fsum(expected), math.fsum(happened)
    return HoldOut(
        n=expected.size,
        predicted=total,
        actual=actual_total,
        mean_absolute_error=float(np.abs(expected - happened).mean()),
        total_ratio=total / actual_total if actual_total else None,
    )


def maximum_likelihood(
    mean_loss: Objective, starts: Iterable[Sequence[float]], model: str, *, may_vanish: Sequence[int] = ()
) -> FloatArray:
    """The positive parameters with the least `mean_loss`, the best of several starts.

    Args:
        mean_loss: of log-parameters, shape (k,): the negative log-likelihood per row and its gradient.
        starts: parameters to start from (not their logarithms).
        model: its name, for the message.
        may_vanish: places of parameters that may end at e^-12, where the model without them is sound.

    Raises:
        InsufficientData: no start ends in a maximum inside e^±12 with a flat slope.
    """
    best: optimize.OptimizeResult | None = None
    for start in starts:
        logs = np.log(np.asarray(start, dtype=np.float64))
        found = optimize.minimize(
            mean_loss,
            logs,
            jac=True,
            method="L-BFGS-B",
            bounds=[(-EDGE, EDGE)] * len(logs),
            options={"maxiter": 2000, "maxfun": 5000, "ftol": 1e-14, "gtol": 1e-8},
        )
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun):
            best = found
    if best is None:
        raise InsufficientData(f"{model} did not converge: its likelihood is not finite")
    edge = np.abs(best.x) > EDGE - 1e-6
    vanished = np.isin(np.arange(len(edge)), may_vanish) & edge & (best.x < 0)
    if (edge & ~vanished).any() or np.abs(best.jac[~vanished]).max() > SLOPE:
        raise InsufficientData(
            f"{model} did not converge: its likelihood has no maximum for these data",
            mend="Take a longer history or, where the model has one, a penalizer.",
        )
    return np.asarray(np.exp(best.x), dtype=np.float64)
