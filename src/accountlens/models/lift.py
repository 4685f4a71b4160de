"""Difference in differences: what changed at target accounts beyond what changed anyway.

Design: Card & Krueger (1994), AER 84(4), 772-793. Clustered errors, CR1 and t(G - 1): Cameron & Miller (2015), A
Practitioner's Guide to Cluster-Robust Inference, J. Human Resources 50(2), 317-372.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from accountlens.models.arrays import AnyArray, BoolArray, FloatArray, IntArray, counts, finite, same_length, sums

Errors = Literal["clustered", "classical"]


@dataclass(frozen=True)
class CellMeans:
    """Mean outcome of each group before and after; None where a cell is empty."""

    target_pre: float | None
    target_post: float | None
    control_pre: float | None
    control_post: float | None

    @property
    def target_change(self) -> float | None:
        return _minus(self.target_post, self.target_pre)

    @property
    def control_change(self) -> float | None:
        return _minus(self.control_post, self.control_pre)

    @property
    def difference(self) -> float | None:
        """The difference in differences; None where one of the four cells is empty."""
        return _minus(self.target_change, self.control_change)

    @property
    def relative_lift(self) -> float | None:
        """Difference / (target_pre + control_change), what targets would have had; None where that is not positive."""
        if self.difference is None or self.target_pre is None or self.control_change is None:
            return None
        expected = self.target_pre + self.control_change
        return self.difference / expected if expected > 0 else None


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its t interval. `standard_error` and the rest are None where the data give none."""

    value: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    p_value: float | None  # two-sided, of no difference
    degrees_of_freedom: int | None


@dataclass(frozen=True)
class PreTrend:
    """Whether the groups moved alike before: far from 0, the lift is not to be trusted."""

    slope: Estimate  # change per period of target minus control
    gaps: tuple[tuple[Any, float], ...]  # (period, mean of target minus mean of control), up to `pre`


@dataclass(frozen=True)
class Lift:
    means: CellMeans
    estimate: Estimate | None  # None where a cell is empty
    relative_lift: float | None
    target_accounts: int
    control_accounts: int
    se: Errors  # the one used
    level: float
    pre_trend: PreTrend | None  # None under two periods up to `pre` with both groups


@dataclass(frozen=True)
class _Rows:
    """One row per account, group and period (its mean outcome); `late` tells before from after, or counts periods."""

    account: IntArray
    target: BoolArray
    late: FloatArray
    outcome: FloatArray


def difference_in_differences(
    account: ArrayLike,
    period: ArrayLike,
    target: ArrayLike,
    outcome: ArrayLike,
    *,
    pre: Any,
    post: Any,
    se: Errors = "clustered",
    level: float = 0.95,
) -> Lift:
    """The lift of targets over controls from `pre` to `post`; earlier periods serve as the pre-trend.

    An account counts once in each cell, with the mean of its rows there. The interval is that of the interaction in
    OLS outcome ~ post × target: clustered by account with CR1 and t(accounts - 1), or classical with t(rows - 4), which
    is also taken where no account is in two cells. Clustered errors need two accounts in each group, and are too small
    with few (under about 20) in either.

    Args:
        account: shape (n,), any sortable keys.
        period: shape (n,), sortable; consecutive values are taken as equally far apart.
        target: shape (n,), whether the account was a target in the period.
        outcome: shape (n,), finite, in the unit of the lift.
        pre, post: periods to compare.

    Raises:
        ValueError: `pre` is not before `post`, or arrays do not fit.
    """
    periods = np.asarray(period)
    (values,) = finite(outcome=outcome)
    accounts = np.unique(np.asarray(account), return_inverse=True)[1].astype(np.int64)
    targets = np.asarray(target, dtype=bool)
    same_length(account=accounts, period=periods, target=targets, outcome=values)
    if not pre < post:
        raise ValueError(f"'pre' must be before 'post': {pre} and {post}")
    both = (periods == pre) | (periods == post)
    rows = _account_means(accounts[both], targets[both], (periods[both] == post).astype(np.float64), values[both])
    means = _cell_means(rows)
    complete = means.difference is not None
    repeated = len(np.unique(rows.account)) < len(rows.account)
    used: Errors = "clustered" if se == "clustered" and repeated else "classical"
    return Lift(
        means=means,
        estimate=_interaction(rows, used, level) if complete else None,
        relative_lift=means.relative_lift,
        target_accounts=len(np.unique(rows.account[rows.target])),
        control_accounts=len(np.unique(rows.account[~rows.target])),
        se=used,
        level=level,
        pre_trend=_pre_trend(accounts, periods, targets, values, pre, level),
    )


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _account_means(account: IntArray, target: BoolArray, late: FloatArray, outcome: FloatArray) -> _Rows:
    keys, of_row = np.unique(np.column_stack([account, target, late]), axis=0, return_inverse=True)
    of_row = of_row.reshape(-1)
    means = sums(of_row, outcome, len(keys)) / np.maximum(counts(of_row, len(keys)), 1)
    return _Rows(keys[:, 0].astype(np.int64), keys[:, 1].astype(bool), keys[:, 2].astype(np.float64), means)


def _cell_means(rows: _Rows) -> CellMeans:
    def mean(target: bool, late: int) -> float | None:
        cell = rows.outcome[(rows.target == target) & (rows.late == late)]
        return float(cell.mean()) if cell.size else None

    return CellMeans(mean(True, 0), mean(True, 1), mean(False, 0), mean(False, 1))


def _interaction(rows: _Rows, se: Errors, level: float) -> Estimate:
    """The coefficient of late × target in OLS outcome ~ 1 + late + target + late × target."""
    design = np.column_stack([np.ones(len(rows.late)), rows.late, rows.target, rows.late * rows.target])
    bread = np.linalg.inv(design.T @ design)
    coefficients = bread @ (design.T @ rows.outcome)
    residuals = rows.outcome - design @ coefficients
    value = float(coefficients[3])
    if se == "classical":
        freedom = len(residuals) - 4
        variance = float(bread[3, 3] * (residuals @ residuals)) / freedom if freedom > 0 else None
    else:
        freedom = len(np.unique(rows.account)) - 1
        variance = _clustered_variance(rows, design, bread, residuals)
    return _with_interval(value, variance, freedom, level)


def _clustered_variance(rows: _Rows, design: FloatArray, bread: FloatArray, residuals: FloatArray) -> float | None:
    """CR1: G / (G - 1) × (N - 1) / (N - k); None with fewer than two accounts in a group."""
    groups = [len(np.unique(rows.account[rows.target == side])) for side in (True, False)]
    codes, of_row = np.unique(rows.account, return_inverse=True)
    clusters, n, k = len(codes), len(residuals), len(bread)
    if min(groups) < 2 or n <= k:
        return None
    influence = sums(of_row, (design @ bread[3]) * residuals, clusters)
    correction = clusters / (clusters - 1) * (n - 1) / (n - k)
    return float(influence @ influence) * correction


def _with_interval(value: float, variance: float | None, freedom: int, level: float) -> Estimate:
    if variance is None or freedom < 1:
        return Estimate(value, None, None, None, None, None)
    error = float(np.sqrt(variance))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(value) / error)) if error > 0 else None
    return Estimate(value, error, value - reach, value + reach, p_value, freedom)


def _pre_trend(
    account: IntArray, period: AnyArray, target: BoolArray, outcome: FloatArray, pre: Any, level: float
) -> PreTrend | None:
    """The difference of slopes over periods up to `pre` in which both groups are seen, clustered by account."""
    known = np.intersect1d(period[target & (period <= pre)], period[~target & (period <= pre)])
    if len(known) < 2:
        return None
    rows = np.isin(period, known)
    place = np.searchsorted(known, period[rows]).astype(np.float64)
    means = _account_means(account[rows], target[rows], place, outcome[rows])
    gaps = []
    for number, name in enumerate(known.tolist()):
        at = means.late == number
        gap = means.outcome[at & means.target].mean() - means.outcome[at & ~means.target].mean()
        gaps.append((name, float(gap)))
    return PreTrend(_interaction(means, "clustered", level), tuple(gaps))
