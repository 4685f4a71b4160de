"""Purchases to one row per customer: how often, how recently, how long known, of what value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from accountlens.models.arrays import (
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    counts,
    finite,
    not_negative,
    same_length,
    sums,
)

Day = np.datetime64 | date | str


@dataclass(frozen=True)
class RfmSummary:
    """One entry per customer, arrays of shape (n,). Times are counted in periods of `period_days` days."""

    customer: AnyArray
    frequency: FloatArray  # x: days with a purchase after the first such day
    recency: FloatArray  # t_x: first to last purchase day
    age: FloatArray  # T: first purchase day to the end of observation
    monetary: FloatArray  # mean value of a repeat purchase day; NaN where there is none or no values are given
    period_days: float = 1.0

    def __post_init__(self) -> None:
        frequency, recency, age = finite(frequency=self.frequency, recency=self.recency, age=self.age)
        same_length(customer=self.customer, frequency=frequency, monetary=self.monetary)
        not_negative(frequency=frequency, recency=recency)
        if (recency > age + 1e-9).any():
            raise ValueError("'recency' is greater than 'age' for some customers: they bought after the end")
        if ((frequency == 0) & (recency > 0)).any():
            raise ValueError("'recency' must be 0 for customers without a repeat purchase")

    @property
    def n(self) -> int:
        return len(self.frequency)

    @property
    def repeat(self) -> BoolArray:
        """Which customers bought again, shape (n,)."""
        return np.asarray(self.frequency > 0)

    def take(self, rows: BoolArray) -> RfmSummary:
        """The summary of some customers only."""
        return replace(
            self,
            customer=self.customer[rows],
            frequency=self.frequency[rows],
            recency=self.recency[rows],
            age=self.age[rows],
            monetary=self.monetary[rows],
        )


@dataclass(frozen=True)
class Split:
    """A calibration summary, and what its customers did in the hold-out that follows; arrays of shape (n,)."""

    calibration: RfmSummary
    duration: float  # length of the hold-out, in periods
    frequency: FloatArray  # purchase days in the hold-out
    monetary: FloatArray  # mean value of a purchase day there; NaN where there is none


@dataclass(frozen=True)
class _PurchaseDays:
    """One entry per customer and day with a purchase, ordered by both."""

    customers: AnyArray  # distinct
    customer: IntArray  # index into `customers`
    day: IntArray  # days since 1970-01-01
    value: FloatArray  # the day's sum


def summarise(
    customer: ArrayLike,
    time: ArrayLike,
    value: ArrayLike | None,
    end: Day,
    *,
    period_days: float = 1.0,
) -> RfmSummary:
    """The frequency, recency, age and monetary value of each customer.

    Purchases of one customer on one day are one purchase of their summed value. Only the first purchase day is not a
    repeat. `end` is the last day observed and is counted as one, as in lifetimes 0.11.3
    (`summary_data_from_transaction_data`); later purchases are left out.

    Args:
        customer: shape (m,), any sortable keys.
        time: shape (m,), datetime64 or ISO texts, local; cut to days.
        value: shape (m,), money; None where values are not known.
        end: last day of the observation.
        period_days: days in the unit of the times given back, 7 for weeks.

    Returns:
        Customers in ascending order; empty where nobody bought.
    """
    last = day_number(end)
    days = _purchase_days(customer, time, value)
    return _summary(_until(days, last), last, period_days, valued=value is not None)


def split(
    customer: ArrayLike,
    time: ArrayLike,
    value: ArrayLike | None,
    calibration_end: Day,
    end: Day,
    *,
    period_days: float = 1.0,
) -> Split:
    """The summary up to `calibration_end`, and what the same customers did after it up to `end` (both days included).

    Arguments as in `summarise`. Who first bought in the hold-out is in neither part.

    Raises:
        ValueError: the hold-out has no day.
    """
    cut, last = day_number(calibration_end), day_number(end)
    if cut >= last:
        raise ValueError(f"the calibration must end before the observation: {calibration_end} and {end}")
    days = _until(_purchase_days(customer, time, value), last)
    calibration = _summary(_until(days, cut), cut, period_days, valued=value is not None)
    known = np.isin(days.customers[days.customer], calibration.customer)
    later = known & (days.day > cut)
    place = np.searchsorted(calibration.customer, days.customers[days.customer[later]])
    count = counts(place, calibration.n)
    total = sums(place, days.value[later], calibration.n)
    mean = _ratio(total, count) if value is not None else np.full(calibration.n, np.nan)
    return Split(calibration, (last - cut) / period_days, count, mean)


def day_number(day: Day) -> int:
    """Days since 1970-01-01."""
    return int(np.asarray(day, dtype="datetime64[D]").astype(np.int64))


def _purchase_days(customer: ArrayLike, time: ArrayLike, value: ArrayLike | None) -> _PurchaseDays:
    names, times = np.asarray(customer), np.asarray(time, dtype="datetime64[D]")
    if np.isnat(times).any():
        raise ValueError("'time' holds values that are no time")
    (amounts,) = finite(value=np.zeros(len(times)) if value is None else value)
    same_length(customer=names, time=times, value=amounts)
    customers, codes = np.unique(names, return_inverse=True)
    days = times.astype(np.int64)
    order = np.lexsort((days, codes))
    codes, days, amounts = codes[order].astype(np.int64), days[order], amounts[order]
    new = np.ones(len(codes), dtype=bool)
    new[1:] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
    total = sums(np.cumsum(new) - 1, amounts, int(new.sum()))
    return _PurchaseDays(customers, codes[new], days[new], total)


def _until(days: _PurchaseDays, last: int) -> _PurchaseDays:
    """Only the days up to `last`, and only the customers who have one."""
    seen = days.day <= last
    present, codes = np.unique(days.customer[seen], return_inverse=True)
    return _PurchaseDays(days.customers[present], codes.astype(np.int64), days.day[seen], days.value[seen])


def _summary(days: _PurchaseDays, last: int, period_days: float, *, valued: bool) -> RfmSummary:
    n = len(days.customers)
    first_row = np.searchsorted(days.customer, np.arange(n))
    count = counts(days.customer, n)
    last_row = first_row + count.astype(np.int64) - 1
    first = days.day[first_row]
    total = sums(days.customer, days.value, n) - days.value[first_row]
    return RfmSummary(
        customer=days.customers,
        frequency=count - 1,
        recency=(days.day[last_row] - first) / period_days,
        age=(last - first) / period_days,
        monetary=_ratio(total, count - 1) if valued else np.full(n, np.nan),
        period_days=period_days,
    )


def _ratio(total: FloatArray, count: FloatArray) -> FloatArray:
    """total / count, NaN where count is 0."""
    return np.asarray(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0))
