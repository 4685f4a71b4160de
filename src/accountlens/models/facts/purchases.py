"""Customers without a contract at one moment: what BG/NBD and Gamma-Gamma expect of each, month by month ahead."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import numpy as np
import pyarrow as pa

from accountlens.models import bgnbd, clv, gamma_gamma
from accountlens.models.arrays import FloatArray
from accountlens.models.fitting import HoldOut, InsufficientData
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.registry import Fitted, Parameters, Run, last_day, nothing, times
from accountlens.models.rfm import RfmSummary

MONTHS_AHEAD = 36


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
    held_back, check = float(parameters["penalizer"]), bool(parameters["check"])
    try:
        model = clv.fit(account, day, amount, end, period_days=period, penalizer=held_back, check=check)
    except InsufficientData as refusal:
        return nothing(refusal.reason, len(np.unique(account)))
    ahead = float(parameters["periods_per_month"])
    table = _ahead(model.summary, model.purchases.parameters, model.values.parameters, ahead)
    return Fitted(table, [_run(model)])


def _ahead(
    summary: RfmSummary, buying: bgnbd.BgnbdParameters, spending: GammaGammaParameters, periods_per_month: float
) -> pa.Table:
    worth = gamma_gamma.expected_average_value(spending, summary.frequency, summary.monetary)
    alive = bgnbd.probability_alive(buying, summary.frequency, summary.recency, summary.age)
    x, recency, age = summary.frequency, summary.recency, summary.age
    months = np.arange(1, MONTHS_AHEAD + 1)
    until = [
        bgnbd.conditional_expected_purchases(buying, ahead, x, recency, age)
        for ahead in (months * periods_per_month).tolist()
    ]
    purchases = np.diff(np.stack(until), axis=0, prepend=0.0)  # (months, customers)

    def repeated(values: FloatArray) -> FloatArray:
        return np.tile(values, MONTHS_AHEAD)

    return pa.table(
        {
            "account_id": pa.array(np.tile(summary.customer, MONTHS_AHEAD).tolist(), pa.string()),
            "month": np.repeat(months, summary.n),
            "purchases": purchases.reshape(-1),
            "value": pa.array(repeated(worth), mask=np.isnan(repeated(worth))),  # unknown instead of NaN
            "probability_alive": repeated(alive),
            "repeat_purchases": repeated(x).astype(np.int64),
        }
    )


def _run(model: clv.ClvModel) -> Run:
    checks = {"purchases": model.purchases.hold_out, "value": model.values.hold_out}
    told = {
        **asdict(model.purchases.parameters),
        **asdict(model.values.parameters),
        "correlation": model.correlation,
    }
    return Run(
        n=model.summary.n,
        parameters=told,
        log_likelihood=model.purchases.log_likelihood + model.values.log_likelihood,
        hold_out={name: _told(check) for name, check in checks.items()},
    )


def _told(check: HoldOut | None) -> dict[str, float | None] | None:
    return asdict(check) if check else None
