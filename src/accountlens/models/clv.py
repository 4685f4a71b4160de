"""Lifetime value of customers without a contract: expected purchases × expected value, discounted by month."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from accountlens.models import bgnbd, gamma_gamma, rfm
from accountlens.models.arrays import FloatArray
from accountlens.models.bgnbd import BgnbdFit, BgnbdParameters
from accountlens.models.gamma_gamma import GammaGammaFit, GammaGammaParameters
from accountlens.models.rfm import Day, RfmSummary, Split

DAYS_PER_MONTH = 30.0
WEEKS_PER_MONTH = 4.345
CALIBRATION_SHARE = 2 / 3  # of the days between the first purchase and the end


@dataclass(frozen=True)
class ClvModel:
    """Both models of one set of purchases, with the check that Gamma-Gamma asks for."""

    summary: RfmSummary
    purchases: BgnbdFit
    values: GammaGammaFit
    correlation: float | None  # of frequency and value over repeat customers; far from 0 speaks against the model


def fit(
    customer: ArrayLike,
    time: ArrayLike,
    value: ArrayLike,
    end: Day,
    *,
    period_days: float = 7.0,
    calibration_end: Day | None = None,
    penalizer: float = 0.0,
) -> ClvModel:
    """BG/NBD and Gamma-Gamma over purchases, each checked on a hold-out.

    Args:
        customer, time, value, end, period_days: as in `rfm.summarise`.
        calibration_end: last day of the calibration; default after two thirds of the days.
        penalizer: as in `bgnbd.fit`.

    Raises:
        InsufficientData: one of the models cannot be fitted.
    """
    summary = rfm.summarise(customer, time, value, end, period_days=period_days)
    parts = calibration(
        customer, time, value, end, summary=summary, period_days=period_days, calibration_end=calibration_end
    )
    return ClvModel(
        summary=summary,
        purchases=bgnbd.fit(summary, penalizer=penalizer, split=parts),
        values=gamma_gamma.fit(summary, split=parts),
        correlation=frequency_value_correlation(summary),
    )


def calibration(
    customer: ArrayLike,
    time: ArrayLike,
    value: ArrayLike,
    end: Day,
    *,
    summary: RfmSummary,
    period_days: float = 7.0,
    calibration_end: Day | None = None,
) -> Split | None:
    """The purchases of `summary` split for a check, by default after two thirds of the days; None for a single day."""
    days = round(summary.age.max(initial=0) * period_days)
    if days <= 1:
        return None
    held = max(round(days * (1 - CALIBRATION_SHARE)), 1)
    cut = np.datetime64(rfm.day_number(end) - held, "D") if calibration_end is None else calibration_end
    return rfm.split(customer, time, value, cut, end, period_days=period_days)


def lifetime_value(
    purchases: BgnbdParameters,
    values: GammaGammaParameters,
    summary: RfmSummary,
    *,
    periods_per_month: float,
    months: int = 12,
    monthly_discount: float = 0.01,
) -> FloatArray:
    """Σ over months i of E[M] (E[Y(i)] - E[Y(i-1)]) / (1 + d)^i, shape (n,).

    A month's purchases are discounted from its end, as in lifetimes 0.11.3 (`customer_lifetime_value`).

    Args:
        summary: the customers to value; its times are in the unit of the BG/NBD parameters.
        periods_per_month: 30 where periods are days, 4.345 where they are weeks.
        months: how many months ahead.
        monthly_discount: 0.01 is 1 % a month.

    Returns:
        Money; NaN where the mean value is unknown (Gamma-Gamma with q <= 1).
    """
    if months < 0 or monthly_discount <= -1 or periods_per_month <= 0:
        raise ValueError("months, discount and periods per month must be: >= 0, > -1, > 0")
    worth = np.zeros(summary.n)
    before = np.zeros(summary.n)
    for month in range(1, months + 1):
        until = bgnbd.conditional_expected_purchases(
            purchases, month * periods_per_month, summary.frequency, summary.recency, summary.age
        )
        worth += (until - before) / (1 + monthly_discount) ** month
        before = until
    return worth * gamma_gamma.expected_average_value(values, summary.frequency, summary.monetary)


def periods_per_month(period_days: float) -> float:
    """30 for days, 4.345 for weeks, else 30 days' worth."""
    return WEEKS_PER_MONTH if math.isclose(period_days, 7) else DAYS_PER_MONTH / period_days


def frequency_value_correlation(summary: RfmSummary) -> float | None:
    """Pearson's correlation over customers with a repeat purchase of known value; None where one does not vary."""
    rows = summary.repeat & np.isfinite(summary.monetary)
    x, mean = summary.frequency[rows], summary.monetary[rows]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(mean) == 0:
        return None
    return float(np.corrcoef(x, mean)[0, 1])
