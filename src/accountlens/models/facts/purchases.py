"""Customers without a contract at one moment: what BG/NBD and Gamma-Gamma expect of each, month by month ahead."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import numpy as np
import pyarrow as pa

from accountlens.models import bgnbd, clv, gamma_gamma, rfm
from accountlens.models.arrays import FloatArray
from accountlens.models.bgnbd import BgnbdParameters
from accountlens.models.fitting import HoldOut, InsufficientData
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.registry import Fitted, Parameters, Run, last_day, nothing, times
from accountlens.models.rfm import RfmSummary, Split

MONTHS_AHEAD = 36  # of the latest fit
MONTHS_AHEAD_BEFORE = 12  # of earlier ones: their rows would be most of the table


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per customer and month ahead.

    Args:
        rows: a row per customer and day with a purchase: account_id, day (local), amount.
        parameters: period_days, periods_per_month, penalizer, time_zone, check (with a hold-out).
        as_of: nothing is known from there on; the day before it is the last one observed.
    """
    account = np.asarray(rows["account_id"].to_pylist(), dtype=np.str_)
    day = times(rows, "day").astype("datetime64[D]")
    amount = rows["amount"].to_numpy()
    end = last_day(as_of, str(parameters["time_zone"]))
    period = float(parameters["period_days"])
    summary = rfm.summarise(account, day, amount, end, period_days=period)
    parts = None
    if parameters["check"]:
        parts = clv.calibration(account, day, amount, end, summary=summary, period_days=period)
    try:
        buying = bgnbd.fit(summary, penalizer=float(parameters["penalizer"]), split=parts)
    except InsufficientData as refusal:
        return nothing(refusal.reason, summary.n)
    runs = [Run(summary.n, asdict(buying.parameters), buying.log_likelihood, _told(buying.hold_out))]
    spending, told = _spending(summary, parts)
    runs.append(told)
    reach = MONTHS_AHEAD if parameters["check"] else MONTHS_AHEAD_BEFORE
    ahead = float(parameters["periods_per_month"])
    return Fitted(_ahead(summary, buying.parameters, spending, ahead, reach), runs)


def _spending(summary: RfmSummary, parts: Split | None) -> tuple[GammaGammaParameters | None, Run]:
    try:
        found = gamma_gamma.fit(summary, split=parts)
    except InsufficientData as refusal:
        return None, Run(summary.n, reason=refusal.reason)
    told = {**asdict(found.parameters), "correlation": clv.frequency_value_correlation(summary)}
    return found.parameters, Run(found.n, told, found.log_likelihood, _told(found.hold_out))


def _ahead(
    summary: RfmSummary,
    buying: BgnbdParameters,
    spending: GammaGammaParameters | None,
    periods_per_month: float,
    reach: int,
) -> pa.Table:
    worth = np.full(summary.n, np.nan)  # purchases can be expected without knowing what they are worth
    if spending is not None:
        worth = gamma_gamma.expected_average_value(spending, summary.frequency, summary.monetary)
    alive = bgnbd.probability_alive(buying, summary.frequency, summary.recency, summary.age)
    x, recency, age = summary.frequency, summary.recency, summary.age
    months = np.arange(1, reach + 1)
    until = [
        bgnbd.conditional_expected_purchases(buying, ahead, x, recency, age)
        for ahead in (months * periods_per_month).tolist()
    ]
    purchases = np.diff(np.stack(until), axis=0, prepend=0.0)  # (months, customers)

    def repeated(values: FloatArray) -> FloatArray:
        return np.tile(values, reach)

    return pa.table(
        {
            "account_id": pa.array(np.tile(summary.customer, reach).tolist(), pa.string()),
            "month": np.repeat(months, summary.n),
            "purchases": purchases.reshape(-1),
            "value": pa.array(repeated(worth), mask=np.isnan(repeated(worth))),  # unknown instead of NaN
            "probability_alive": repeated(alive),
            "repeat_purchases": repeated(x).astype(np.int64),
        }
    )


def _told(check: HoldOut | None) -> dict[str, float | None] | None:
    return asdict(check) if check else None
