"""The recipe of a propensity: learned from customers at earlier month ends, told of those who pay now, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from accountlens.models import propensity
from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.facts.customers import DAY, Customers, Times, customers_of
from accountlens.models.fitting import InsufficientData
from accountlens.models.moments import month_ends
from accountlens.models.registry import Fitted, Parameters, Run, nothing

MONTHS = 24  # that are learned from
MIN_CUSTOMERS = 50
HELD_BACK = 0.25  # of the months, the latest, for the check
REASONS = ("first", "second", "third")


@dataclass(frozen=True)
class Outlook:
    """What is to be foreseen out of what: `known` sees nothing from its moment on, `came_true` looks `days` ahead."""

    kinds: Sequence[str]  # of the input rows
    features: Sequence[str]
    days: float
    known: Callable[[Customers, np.datetime64], FloatArray]  # shape (n, features)
    came_true: Callable[[Customers, np.datetime64], BoolArray]  # shape (n,)


@dataclass(frozen=True)
class _Lessons:
    """A row per customer and earlier moment. `customers`: how many different ones there are."""

    features: FloatArray
    outcome: FloatArray
    moment: Times
    number: IntArray  # of the moment
    customers: int


def fit(outlook: Outlook, rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per customer who pays at `as_of`; nothing is known from there on."""
    customers = customers_of(rows, outlook.kinds)
    now = np.datetime64(as_of, "us")
    ends = [np.datetime64(end, "us") for end in month_ends(as_of, str(parameters["time_zone"]), MONTHS)]
    past = [end for end in ends if end + outlook.days * DAY <= now]
    learned = _learned(outlook, customers, past)
    if learned.customers < MIN_CUSTOMERS:
        reason = f"{learned.customers} customers to learn from; a propensity needs {MIN_CUSTOMERS}"
        return nothing(reason, learned.customers)
    late = learned.number >= np.quantile(learned.number, 1 - HELD_BACK)
    unknown = ~late & (learned.moment + outlook.days * DAY > learned.moment[late].min())
    try:
        model = propensity.fit(
            learned.features, learned.outcome, outlook.features,
            l2=float(parameters["penalty"]), hold_out=late, purged=unknown,
        )  # fmt: skip
    except InsufficientData as refusal:
        return nothing(refusal.reason, learned.customers)
    live = np.flatnonzero(customers.mrr(now) > 0)
    told = propensity.reasons(model, outlook.known(customers, now)[live])
    run = Run(model.n, _told(model, told.columns), model.log_likelihood, _checked(model))
    return Fitted(_table([customers.names[place] for place in live.tolist()], told), [run])


def _learned(outlook: Outlook, customers: Customers, moments: Sequence[np.datetime64]) -> _Lessons:
    features, outcomes, numbers = [np.empty((0, len(outlook.features)))], [np.empty(0)], [np.empty(0, dtype=np.int64)]
    seen = np.zeros(customers.n, dtype=bool)
    for place, moment in enumerate(moments):
        live = customers.mrr(moment) > 0
        seen |= live
        features.append(outlook.known(customers, moment)[live])
        outcomes.append(outlook.came_true(customers, moment)[live].astype(np.float64))
        numbers.append(np.full(int(live.sum()), place))
    number, when = np.concatenate(numbers), np.array(moments, dtype="datetime64[us]")
    return _Lessons(np.concatenate(features), np.concatenate(outcomes), when[number], number, int(seen.sum()))


def _table(accounts: Sequence[str], told: propensity.Reasons) -> pa.Table:
    """Each account's probability, the columns that move it most, and what all others do: in logits they add up."""
    order = np.argsort(-np.abs(told.contribution), axis=1, kind="stable")
    rest = told.difference.copy()
    columns: dict[str, Any] = {
        "account_id": pa.array(accounts, pa.string()),
        "probability": 1 / (1 + np.exp(-told.logit)),
        "base": np.full(len(accounts), 1 / (1 + np.exp(-told.base))),
    }
    for place, word in enumerate(REASONS):
        chosen = order[:, place] if order.shape[1] > place else None
        names = [None] * len(accounts) if chosen is None else [told.columns[column] for column in chosen.tolist()]
        effects = None if chosen is None else told.contribution[np.arange(len(accounts)), chosen]
        rest -= 0.0 if effects is None else effects
        columns[f"{word}_reason"] = pa.array(names, pa.string())
        columns[f"{word}_effect"] = pa.array([None] * len(accounts) if effects is None else effects, pa.float64())
    return pa.table(columns | {"rest_effect": rest})


def _told(model: propensity.PropensityFit, columns: Sequence[str]) -> dict[str, Any]:
    coefficients = dict(zip(columns, model.line.coefficients.tolist(), strict=True))
    return {
        "base": model.line.base,
        "coefficients": coefficients,
        "events": model.events,
        "brier": model.quality.brier,
    }


def _checked(model: propensity.PropensityFit) -> dict[str, Any]:
    """What came of the months held out: totals, ranking, squared error, and predicted beside observed shares."""
    quality = model.quality
    return asdict(model.hold_out) | {
        "auc": quality.auc,
        "brier": quality.brier,
        "brier_of_share": quality.brier_of_share,
        "calibration": [asdict(one) for one in quality.calibration],
    }
