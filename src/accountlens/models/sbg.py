"""Shifted beta-geometric: how many customers of a contract will renew, and how often.

Formulas: Fader & Hardie (2007), How to Project Customer Retention, J. Interactive Marketing 21(1), 76-90; discounted
lifetimes: Fader & Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science 29(1), 85-93.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma, hyp2f1

from accountlens.models.arrays import FloatArray, finite, not_negative
from accountlens.models.fitting import HoldOut, InsufficientData, compare, maximum_likelihood

MIN_RENEWALS = 2  # two parameters cannot be told from one retention rate
MIN_LOST = 20  # ten events per parameter: Peduzzi et al. (1996), J. Clin. Epidemiol. 49(12), 1373-1379
# alpha, beta: differing customers, alike and loyal, alike and fleeting.
STARTS = ((1.0, 1.0), (0.5, 5.0), (5.0, 20.0), (5.0, 5.0))


@dataclass(frozen=True)
class SbgParameters:
    """The chance not to renew is Beta(alpha, beta) over customers."""

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        if not min(self.alpha, self.beta) > 0:
            raise ValueError(f"the parameters of sBG must be positive: {self}")


@dataclass(frozen=True)
class SbgFit:
    parameters: SbgParameters
    n: int  # customers at the start of all cohorts
    lost: int  # customers who did not renew
    log_likelihood: float
    converged: bool
    hold_out: HoldOut | None  # survivors by cohort and period kept back


def fit(*cohorts: ArrayLike, hold_out_periods: int = 0) -> SbgFit:
    """Maximum likelihood: Σ n_t ln P(t) + n_T ln S(T), over all cohorts.

    Args:
        cohorts: each of shape (T + 1,): customers at the start and those left after each of T renewals.
        hold_out_periods: how many of the last periods to keep back for the check. The fit given back uses all.

    Raises:
        ValueError: a cohort grows, or is negative.
        InsufficientData: under 2 renewals seen, under 20 customers lost, or the likelihood has no maximum.
    """
    survivors = [_cohort(cohort) for cohort in cohorts]
    lost = sum(float(cohort[0] - cohort[-1]) for cohort in survivors)
    renewals = max((len(cohort) - 1 for cohort in survivors), default=0)
    if renewals < MIN_RENEWALS:
        raise InsufficientData(f"{renewals} renewals seen; sBG needs {MIN_RENEWALS}")
    if lost < MIN_LOST:
        raise InsufficientData(f"{lost:g} customers did not renew; sBG needs {MIN_LOST}")
    parameters = _maximise(survivors)
    return SbgFit(
        parameters=parameters,
        n=round(sum(float(cohort[0]) for cohort in survivors)),
        lost=round(lost),
        log_likelihood=log_likelihood(parameters, *survivors),
        converged=True,
        hold_out=_check(survivors, hold_out_periods) if hold_out_periods else None,
    )


def survival(parameters: SbgParameters, t: ArrayLike) -> FloatArray:
    """S(t) = B(alpha, beta + t) / B(alpha, beta), shape (m,): the share still there after t renewals."""
    (time,) = finite(t=t)
    not_negative(t=time)
    return np.asarray(np.exp(_log_survival(parameters, time)))


def retention(parameters: SbgParameters, t: ArrayLike) -> FloatArray:
    """r(t) = (beta + t - 1) / (alpha + beta + t - 1), shape (m,): the share of those there who renew at t = 1, 2, …"""
    (time,) = finite(t=t)
    if (time < 1).any():
        raise ValueError("renewals are numbered from 1")
    return np.asarray((parameters.beta + time - 1) / (parameters.alpha + parameters.beta + time - 1))


def log_likelihood(parameters: SbgParameters, *cohorts: ArrayLike) -> float:
    """Of all cohorts, as given to `fit`."""
    lost, left = _counts([_cohort(cohort) for cohort in cohorts])
    renewal = np.arange(1, len(lost) + 1, dtype=np.float64)
    return float(lost @ _log_loss(parameters, renewal) + left @ _log_survival(parameters, renewal))


def expected_lifetime(parameters: SbgParameters, discount: float, *, payments: int | None = None) -> float | None:
    """Σ S(t) / (1 + d)^t from t = 0, in payments of today's worth; the first payment counts in full.

    Times the margin of a payment it is the expected lifetime value of a new customer.

    Args:
        discount: per renewal period.
        payments: how many at most; default without end, in closed form 2F1(1, beta; alpha + beta; 1 / (1 + d)).

    Returns:
        None where the sum has no end (no discount and alpha <= 1).
    """
    return _discounted(parameters.alpha, parameters.beta, discount, payments)


def expected_residual_lifetime(
    parameters: SbgParameters, renewals: int, discount: float, *, payments: int | None = None
) -> float | None:
    """The payments to come of a customer who renewed `renewals` times, seen just before the next renewal.

    Source: Fader & Hardie (2010), (6), with n = renewals + 1: r(n) × the lifetime of a customer with beta + n.
    """
    if renewals < 0:
        raise ValueError("'renewals' must not be negative")
    period = renewals + 1
    ahead = _discounted(parameters.alpha, parameters.beta + period, discount, payments)
    return None if ahead is None else float(retention(parameters, [period])[0]) * ahead


def _discounted(alpha: float, beta: float, discount: float, payments: int | None) -> float | None:
    if discount < 0:
        raise ValueError("'discount' must not be negative")
    if payments is None and discount == 0:
        return (alpha + beta - 1) / (alpha - 1) if alpha > 1 else None
    if payments is None:
        closed = float(hyp2f1(1, beta, alpha + beta, 1 / (1 + discount)))
        if math.isfinite(closed):
            return closed
        payments = math.ceil(40 / math.log1p(discount))  # the rest is below e^-40
    if payments == 0:
        return 0.0
    t = np.arange(1, payments, dtype=np.float64)
    return 1 + float(np.cumprod((beta + t - 1) / (alpha + beta + t - 1) / (1 + discount)).sum())


def _log_survival(parameters: SbgParameters, t: FloatArray) -> FloatArray:
    return np.asarray(betaln(parameters.alpha, parameters.beta + t) - betaln(parameters.alpha, parameters.beta))


def _log_loss(parameters: SbgParameters, t: FloatArray) -> FloatArray:
    """ln P(t): lost at renewal t."""
    alpha, beta = parameters.alpha, parameters.beta
    return np.asarray(betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta))


def _cohort(survivors: ArrayLike) -> FloatArray:
    (counts,) = finite(survivors=survivors)
    not_negative(survivors=counts)
    if not counts.size or (np.diff(counts) > 0).any():
        raise ValueError("a cohort must have a start and must not grow")
    return counts


def _counts(cohorts: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Customers lost at renewal 1, 2, …; customers last seen alive after it. Cohorts without a renewal say nothing."""
    longest = max(len(cohort) for cohort in cohorts) - 1
    lost, left = np.zeros(longest), np.zeros(longest)
    for cohort in cohorts:
        if len(cohort) > 1:
            lost[: len(cohort) - 1] -= np.diff(cohort)
            left[len(cohort) - 2] += cohort[-1]
    return lost, left


def _maximise(cohorts: Sequence[FloatArray]) -> SbgParameters:
    lost, left = _counts(cohorts)
    total = lost.sum() + left.sum()
    t = np.arange(1, len(lost) + 1, dtype=np.float64)

    def mean_loss(logs: FloatArray) -> tuple[float, FloatArray]:
        alpha, beta = np.exp(logs).tolist()
        parameters = SbgParameters(alpha, beta)
        loss = -(lost @ _log_loss(parameters, t) + left @ _log_survival(parameters, t)) / total
        both = digamma(alpha + beta) - digamma(alpha + beta + t)
        by_alpha = lost @ (both + 1 / alpha) + left @ both
        after = digamma(beta + t) - digamma(beta)
        by_beta = lost @ (both + digamma(beta + t - 1) - digamma(beta)) + left @ (both + after)
        return float(loss), -np.array([by_alpha * alpha, by_beta * beta]) / total

    alpha, beta = maximum_likelihood(mean_loss, STARTS, "sBG").tolist()
    return SbgParameters(alpha, beta)


def _check(cohorts: Sequence[FloatArray], periods: int) -> HoldOut | None:
    """A fit without the last periods, against the survivors in them; cohorts too young for it are left out."""
    old = [cohort for cohort in cohorts if len(cohort) > periods]
    try:
        parameters = fit(*(cohort[:-periods] for cohort in old)).parameters
    except InsufficientData:
        return None
    predicted, actual = [], []
    for cohort in old:
        known = len(cohort) - 1 - periods
        share = survival(parameters, np.arange(known, len(cohort)))
        predicted.append(cohort[known] * share[1:] / share[0])
        actual.append(cohort[known + 1 :])
    return compare(np.concatenate(predicted), np.concatenate(actual))
