"""Paying customers at one moment: how likely each is to pay more within 90 days, learned from earlier months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from accountlens.models import propensity
from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.fitting import InsufficientData
from accountlens.models.moments import month_ends
from accountlens.models.registry import Fitted, Parameters, Run, nothing, times

HORIZON = np.timedelta64(90, "D")
HALF_LIFE_DAYS = 30
MONTHS = 24  # that are learned from
MIN_CUSTOMERS = 50
HELD_BACK = 0.25  # of the months, the latest, for the check
FEATURES = ("recurring revenue", "months as a customer", "engagement", "touches")
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class _Stream:
    """Rows of one kind."""

    account: IntArray
    at: Times
    end: Times
    amount: FloatArray
    touches: FloatArray

    def take(self, rows: BoolArray) -> _Stream:
        return _Stream(self.account[rows], self.at[rows], self.end[rows], self.amount[rows], self.touches[rows])


@dataclass(frozen=True)
class _Customers:
    """Subscriptions, expansions and days with events of `n` accounts."""

    n: int
    paid: _Stream
    won: _Stream
    days: _Stream

    def mrr(self, moment: np.datetime64) -> FloatArray:
        live = (self.paid.at < moment) & (np.isnat(self.paid.end) | (self.paid.end >= moment))
        return np.bincount(self.paid.account[live], self.paid.amount[live], self.n).astype(np.float64)

    def features(self, moment: np.datetime64) -> FloatArray:
        """Shape (n, 4), in the order of FEATURES."""
        before = self.paid.at < moment
        first = np.full(self.n, np.datetime64("NaT", "us"))
        order = np.argsort(self.paid.at[before], kind="stable")[::-1]
        first[self.paid.account[before][order]] = self.paid.at[before][order]
        seen = self.days.take((self.days.at >= moment - HORIZON) & (self.days.at < moment))
        age = (moment - seen.at) / np.timedelta64(1, "D")
        points = np.bincount(seen.account, seen.amount * 2.0 ** (-age / HALF_LIFE_DAYS), self.n)
        touches = np.bincount(seen.account, seen.touches, self.n)
        months = (moment - first) / np.timedelta64(1, "D") / 30.4375
        return np.column_stack([np.log1p(self.mrr(moment)), months, points, touches])

    def grew(self, moment: np.datetime64) -> BoolArray:
        """Who paid more 90 days later, or had bought more by then."""
        won = self.won.account[(self.won.at >= moment) & (self.won.at < moment + HORIZON)]
        more = self.mrr(moment + HORIZON) > self.mrr(moment) + 1e-9
        return np.asarray(more | (np.bincount(won, minlength=self.n) > 0))


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per customer who pays at `as_of`.

    Args:
        rows: subscriptions, won expansions, and a row per account and day with events.
        parameters: penalty (of the regression), time_zone.
        as_of: nothing is known from there on.
    """
    names, customers = _customers(rows)
    now = np.datetime64(as_of, "us")
    ends = [np.datetime64(end, "us") for end in month_ends(as_of, str(parameters["time_zone"]), MONTHS)]
    past = [end for end in ends if end + HORIZON <= now]
    x, y, when, known = _learned(customers, past)
    if known < MIN_CUSTOMERS:
        return nothing(f"{known} customers to learn from; a propensity needs {MIN_CUSTOMERS}", known)
    late = when >= np.quantile(when, 1 - HELD_BACK)
    try:
        model = propensity.fit(x, y, FEATURES, l2=float(parameters["penalty"]), hold_out=late)
    except InsufficientData as refusal:
        return nothing(refusal.reason, known)
    live = np.flatnonzero(customers.mrr(now) > 0)
    told = propensity.reasons(model, customers.features(now)[live])
    run = Run(model.n, _told(model), model.log_likelihood, asdict(model.hold_out) | {"auc": model.quality.auc})
    return Fitted(_table([names[place] for place in live.tolist()], told), [run])


def _customers(rows: pa.Table) -> tuple[list[str], _Customers]:
    names, codes = np.unique(np.asarray(rows["account_id"].to_pylist(), dtype=np.str_), return_inverse=True)
    ended = rows["ended_at"].cast(pa.int64()).fill_null(np.iinfo(np.int64).min).to_numpy()  # the smallest is NaT
    whole = _Stream(
        codes.astype(np.int64),
        times(rows, "happened_at"),
        np.asarray(ended, dtype="datetime64[us]"),
        rows["amount"].to_numpy(),
        rows["touches"].cast(pa.float64()).to_numpy(),
    )
    kind = np.asarray(rows["kind"].to_pylist(), dtype=np.str_)
    streams = (whole.take(kind == name) for name in ("subscription", "expansion", "day"))
    return names.tolist(), _Customers(len(names), *streams)


def _learned(customers: _Customers, moments: Sequence[np.datetime64]) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Features and outcome of each customer at each moment, the moment's number, and how many customers there are."""
    features, outcomes, numbers = [np.empty((0, len(FEATURES)))], [np.empty(0)], [np.empty(0)]
    seen = np.zeros(customers.n, dtype=bool)
    for number, moment in enumerate(moments):
        live = customers.mrr(moment) > 0
        seen |= live
        features.append(customers.features(moment)[live])
        outcomes.append(customers.grew(moment)[live].astype(np.float64))
        numbers.append(np.full(int(live.sum()), float(number)))
    return np.concatenate(features), np.concatenate(outcomes), np.concatenate(numbers), int(seen.sum())


def _table(accounts: Sequence[str], told: propensity.Reasons) -> pa.Table:
    """Each account's probability, and the two columns that move it most."""
    order = np.argsort(-np.abs(told.contribution), axis=1, kind="stable")
    columns: dict[str, Any] = {
        "account_id": pa.array(accounts, pa.string()),
        "probability": 1 / (1 + np.exp(-told.logit)),
        "base": np.full(len(accounts), 1 / (1 + np.exp(-told.base))),
    }
    for place, word in enumerate(("first", "second")):
        chosen = order[:, place] if order.shape[1] > place else None
        names = [None] * len(accounts) if chosen is None else [told.columns[column] for column in chosen.tolist()]
        effects = [None] * len(accounts) if chosen is None else told.contribution[np.arange(len(accounts)), chosen]
        columns |= {f"{word}_reason": pa.array(names, pa.string()), f"{word}_effect": pa.array(effects, pa.float64())}
    return pa.table(columns)


def _told(model: propensity.PropensityFit) -> dict[str, Any]:
    names = [FEATURES[place] for place in model.encoding.feature.tolist()]
    return {"base": model.line.base, "coefficients": dict(zip(names, model.line.coefficients.tolist(), strict=True)),
            "events": model.events, "brier": model.quality.brier}  # fmt: skip
