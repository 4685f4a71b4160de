"""BG/NBD: how often customers without a contract will buy, and whether they still do.

Formulas: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284; numbers
in parentheses are theirs. Euler's transformation of 2F1 (Abramowitz & Stegun 15.3.3) takes x out of the
exponents, so that customers with thousands of purchases neither overflow nor cancel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma, expit, gammaln, hyp2f1

from accountlens.models.arrays import FloatArray, dot, finite, not_negative, sums
from accountlens.models.fitting import HoldOut, InsufficientData, compare, maximum_likelihood
from accountlens.models.rfm import RfmSummary, Split

# Below it the four parameters are not stable; the definition sheet's own bound for lifetime values.
MIN_REPEAT_CUSTOMERS = 50
# r, alpha, a, b on times scaled to [0, 1]: much alike, few heavy buyers, loyal, quickly gone.
STARTS = ((1.0, 0.1, 1.0, 1.0), (0.25, 0.1, 0.8, 2.5), (2.0, 0.5, 0.1, 2.0), (0.5, 0.02, 2.0, 1.5))
TERMS = 2000
HOLE = 1e-6  # how near to a hole of the formula its value is taken from both sides


@dataclass(frozen=True)
class BgnbdParameters:
    """Purchase rates are Gamma(r, alpha), dropout after a purchase is Beta(a, b); alpha is in periods."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        if not min(self.r, self.alpha, self.a, self.b) > 0:
            raise ValueError(f"the parameters of BG/NBD must be positive: {self}")


@dataclass(frozen=True)
class BgnbdFit:
    parameters: BgnbdParameters
    n: int  # customers
    repeat_customers: int
    log_likelihood: float  # without the penalty
    converged: bool
    penalizer: float
    hold_out: HoldOut | None  # purchases per customer; None without a split, or where its calibration is too small


def fit(summary: RfmSummary, *, penalizer: float = 0.0, split: Split | None = None) -> BgnbdFit:
    """Maximum likelihood over all customers, also those with one purchase.

    Where nobody is seen to leave, a vanishes (e^-12): the model is then NBD without dropout, everybody is alive.

    Args:
        summary: frequency, recency and age of each customer.
        penalizer: weight of the sum of squared parameters, with times scaled to a longest age of 1, added to the
            mean loss (as lifetimes does). Small values such as 0.001 help where dropout is hardly seen.
        split: to check a fit of its calibration on its hold-out.

    Raises:
        InsufficientData: under 50 customers bought again, or the likelihood has no maximum.
    """
    repeat = int(summary.repeat.sum())
    if repeat < MIN_REPEAT_CUSTOMERS:
        raise InsufficientData(f"{repeat} customers bought again; BG/NBD needs {MIN_REPEAT_CUSTOMERS}")
    parameters = _maximise(summary, penalizer)
    loglik = log_likelihood(parameters, summary.frequency, summary.recency, summary.age).sum()
    return BgnbdFit(
        parameters=parameters,
        n=summary.n,
        repeat_customers=repeat,
        log_likelihood=float(loglik),
        converged=True,
        penalizer=penalizer,
        hold_out=None if split is None else _check(split, penalizer),
    )


def log_likelihood(parameters: BgnbdParameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> FloatArray:
    """Of each customer, shape (n,): (6), as ln(A1 A2 (A3 + A4)) of Hardie's note on the implementation."""
    x, recency_, age_ = _customers(frequency, recency, age)
    r, alpha, a, b = parameters.r, parameters.alpha, parameters.a, parameters.b
    return np.asarray(
        gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + age_)
        + betaln(a, b + x) - betaln(a, b)
        + np.logaddexp(0, _log_odds_gone(parameters, x, recency_, age_))
    )  # fmt: skip


def probability_alive(
    parameters: BgnbdParameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> FloatArray:
    """P(alive) at `age`, shape (n,); 1 without a repeat purchase, which is how BG/NBD is made.

    Source: Fader, Hardie & Lee (2008), Computing P(alive) Using the BG/NBD Model.
    """
    return np.asarray(expit(-_log_odds_gone(parameters, *_customers(frequency, recency, age))))


def expected_purchases(parameters: BgnbdParameters, t: ArrayLike) -> FloatArray:
    """E[X(t)], shape (m,): purchases of a new customer up to t periods after the first, not counting the first (9)."""
    (time,) = finite(t=t)
    not_negative(t=time)
    return _purchases(parameters, np.zeros_like(time), np.full_like(time, parameters.alpha), time)


def conditional_expected_purchases(
    parameters: BgnbdParameters, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> FloatArray:
    """E[Y(t) | x, t_x, T], shape (n,): purchases in the t periods after `age` (10). `t` is one number or shape (n,)."""
    x, recency_, age_ = _customers(frequency, recency, age)
    (time,) = finite(t=np.broadcast_to(np.asarray(t, dtype=np.float64), x.shape))
    not_negative(t=time)
    return _purchases(parameters, x, parameters.alpha + age_, time) * probability_alive(parameters, x, recency_, age_)


def _customers(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    x, recency_, age_ = finite(frequency=frequency, recency=recency, age=age)
    not_negative(frequency=x, recency=recency_, age=age_)
    return x, recency_, age_


def _log_odds_gone(parameters: BgnbdParameters, x: FloatArray, recency: FloatArray, age: FloatArray) -> FloatArray:
    """ln(A4 / A3): the odds that a customer is gone; minus infinity without a repeat purchase."""
    alpha = parameters.alpha
    odds = (
        np.log(parameters.a)
        - np.log(parameters.b + np.maximum(x, 1) - 1)
        + (parameters.r + x) * (np.log(alpha + age) - np.log(alpha + recency))
    )
    return np.where(x > 0, odds, -np.inf)


def _purchases(parameters: BgnbdParameters, x: FloatArray, clock: FloatArray, t: FloatArray) -> FloatArray:
    """(a+b+x-1)/(a-1) (1 - (clock/(clock+t))^(r+x) 2F1(r+x, b+x; a+b+x-1; t/(clock+t))), transformed.

    At a = 1 and at a + b + x = 1 it has holes, not poles: there it is the mean of both sides.
    """
    near = (abs(parameters.a - 1) < HOLE) | (np.abs(parameters.a + parameters.b + x - 1) < HOLE)
    if near.any():
        sides = [_away_from_holes(parameters, x, clock, t, parameters.a + step) for step in (-2 * HOLE, 2 * HOLE)]
        return np.asarray((sides[0] + sides[1]) / 2)
    return _away_from_holes(parameters, x, clock, t, parameters.a)


def _away_from_holes(
    parameters: BgnbdParameters, x: FloatArray, clock: FloatArray, t: FloatArray, a: float
) -> FloatArray:
    """The transformed formula; where dropout is so certain that its factors leave the floats, the printed one."""
    r, b = parameters.r, parameters.b
    idle = clock / (clock + t)
    with np.errstate(invalid="ignore", over="ignore"):
        kept = idle ** (a - 1) * _gauss(a + b - 1 - r, a - 1, a + b + x - 1, 1 - idle)
        printed = idle ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, 1 - idle)
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - np.where(np.isfinite(kept), kept, printed)))


def _gauss(a: float, b: float, c: FloatArray, z: FloatArray) -> FloatArray:
    """2F1(a, b; c; z) for 0 <= z < 1. SciPy's overflows at c > 100, z > 0.9 and whole c - a - b: there the series."""
    value = np.asarray(hyp2f1(a, b, c, z), dtype=np.float64)
    missing = ~np.isfinite(value) & (c > 1)
    if missing.any():
        value[missing] = _series(a, b, c[missing], z[missing])
    return value


def _series(a: float, b: float, c: FloatArray, z: FloatArray) -> FloatArray:
    """Σ (a)_n (b)_n / (c)_n z^n / n!, quick for great c; NaN where it is not done in time."""
    total, term = np.ones_like(z), np.ones_like(z)
    for n in range(TERMS):
        term = term * ((a + n) * (b + n) / (c + n) / (n + 1)) * z
        total = total + term
        if (np.abs(term) <= 1e-17 * np.abs(total)).all():
            break
    return np.where(np.abs(term) <= 1e-15 * np.abs(total), total, np.nan)


@dataclass(frozen=True)
class _Distinct:
    """Distinct customers with their share of all; and the distinct frequencies, which are fewer still."""

    x: FloatArray
    recency: FloatArray
    age: FloatArray
    weight: FloatArray
    level: FloatArray
    level_weight: FloatArray


def _distinct(summary: RfmSummary, scale: float) -> _Distinct:
    rows = np.column_stack([summary.frequency, summary.recency * scale, summary.age * scale])
    distinct, times = np.unique(rows, axis=0, return_counts=True)
    weight = times / times.sum()
    level, of_row = np.unique(distinct[:, 0], return_inverse=True)
    return _Distinct(distinct[:, 0], distinct[:, 1], distinct[:, 2], weight, level, sums(of_row, weight, len(level)))


def _maximise(summary: RfmSummary, penalizer: float) -> BgnbdParameters:
    scale = 1 / max(float(summary.age.max()), 1e-12)
    customers = _distinct(summary, scale)

    def mean_loss(logs: FloatArray) -> tuple[float, FloatArray]:
        values = np.exp(logs)
        loss, slope = _loss_and_slope(BgnbdParameters(*values.tolist()), customers)
        return loss + penalizer * float(values @ values), (slope + 2 * penalizer * values) * values

    r, alpha, a, b = maximum_likelihood(mean_loss, STARTS, "BG/NBD", may_vanish=[2]).tolist()
    return BgnbdParameters(r, alpha / scale, a, b)


def _loss_and_slope(parameters: BgnbdParameters, customers: _Distinct) -> tuple[float, FloatArray]:
    """The negative mean of `log_likelihood`, and its derivatives by r, alpha, a, b."""
    r, alpha, a, b = parameters.r, parameters.alpha, parameters.a, parameters.b
    x, age, w = customers.x, customers.age, customers.weight
    level, share = customers.level, customers.level_weight
    since_first, since_last = np.log(alpha + age), np.log(alpha + customers.recency)
    odds = _log_odds_gone(parameters, x, customers.recency, age)
    gone = w * expit(odds)
    by_level = gammaln(r + level) + betaln(a, b + level)
    mean = (
        dot(share, by_level) - gammaln(r) - betaln(a, b) + r * np.log(alpha)
        + dot(w, np.logaddexp(0, odds) - (r + x) * since_first)
    )  # fmt: skip
    both = digamma(a + b) - digamma(a + b + level)
    by_r = dot(share, digamma(r + level)) - digamma(r) + np.log(alpha) - dot(w, since_first)
    by_alpha = r / alpha - dot(w, (r + x) / (alpha + age))
    slope = np.array(
        [
            by_r + dot(gone, since_first - since_last),
            by_alpha + dot(gone, (r + x) * (1 / (alpha + age) - 1 / (alpha + customers.recency))),
            dot(share, both) + gone.sum() / a,
            dot(share, both + digamma(b + level) - digamma(b)) - dot(gone, 1 / (b + np.maximum(x, 1) - 1)),
        ]
    )
    return -float(mean), -slope


def _check(split: Split, penalizer: float) -> HoldOut | None:
    """A fit of the calibration alone, against the purchases of the hold-out."""
    known = split.calibration
    try:
        parameters = fit(known, penalizer=penalizer).parameters
    except InsufficientData:
        return None
    predicted = conditional_expected_purchases(parameters, split.duration, known.frequency, known.recency, known.age)
    return compare(predicted, split.frequency)
