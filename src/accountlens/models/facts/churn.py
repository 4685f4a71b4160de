"""Paying customers at one moment: how likely each is to have left within 90 days, learned from earlier months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa

from accountlens.models.arrays import BoolArray, FloatArray
from accountlens.models.facts.customers import DAY, Customers
from accountlens.models.facts.likely import Outlook, Propensities
from accountlens.models.registry import Fitted, Learner, Parameters

DAYS = 90
RECENT_DAYS = 30  # set beside the 60 days before them
HALF_LIFE_DAYS = 30
ANSWER_DAYS = 365  # for which an answer counts
RECENT = {"day": DAYS, "ticket": DAYS, "answer": ANSWER_DAYS}
KINDS = ("subscription", "day", "use", "ticket", "answer", "contract")
FEATURES = (
    "recurring revenue", "months as a customer", "engagement", "engagement lately against before",
    "use lately against before", "touches", "tickets", "recommendation (NPS)", "no contract beyond 90 days",
)  # fmt: skip


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per customer who pays at `as_of`.

    Args:
        rows: subscriptions; a row per account and day with events, and with use; tickets, NPS answers, contracts.
        parameters: penalty (of the regression), time_zone.
        as_of: nothing is known from there on.
    """
    learner = learn(parameters, [as_of])
    learner.see(rows)
    return learner.fit(as_of)


def learn(parameters: Parameters, moments: Sequence[datetime]) -> Learner:
    """The same for several moments."""
    return Propensities(Outlook(KINDS, FEATURES, DAYS, known, left, RECENT), parameters, moments)


def known(customers: Customers, moment: np.datetime64) -> FloatArray:
    """Shape (n, 9), in the order of FEATURES; NaN where an account never used or answered anything."""
    return np.column_stack(
        [
            np.log1p(customers.mrr(moment)),
            customers.months(moment),
            np.log1p(np.maximum(customers.points(moment, HALF_LIFE_DAYS), 0)),
            _lately(customers, "day", moment),
            np.where(_ever(customers, "use", moment), _lately(customers, "use", moment), np.nan),
            np.log1p(customers.touches(moment)),
            np.log1p(customers.total(customers.before("ticket", moment, DAYS))),
            _mean_answer(customers, moment),
            _free_soon(customers, moment),
        ]
    )


def left(customers: Customers, moment: np.datetime64) -> BoolArray:
    """Who paid nothing any more 90 days later."""
    return customers.mrr(moment + DAYS * DAY) <= 0


def _lately(customers: Customers, kind: str, moment: np.datetime64) -> FloatArray:
    """Logarithm of the last 30 days' amount a day over that of the 60 days before, each with one added."""
    recent = customers.total(customers.before(kind, moment, RECENT_DAYS))
    whole = customers.total(customers.before(kind, moment, DAYS))
    earlier = (whole - recent) * RECENT_DAYS / (DAYS - RECENT_DAYS)
    return np.asarray(np.log1p(np.maximum(recent, 0)) - np.log1p(np.maximum(earlier, 0)))


def _ever(customers: Customers, kind: str, moment: np.datetime64) -> BoolArray:
    seen = customers.streams[kind].between(np.datetime64("0001-01-01", "us"), moment)
    return np.bincount(seen.account, minlength=customers.n) > 0


def _mean_answer(customers: Customers, moment: np.datetime64) -> FloatArray:
    answers = customers.before("answer", moment, ANSWER_DAYS)
    counts = np.bincount(answers.account, minlength=customers.n)
    return np.where(counts > 0, customers.total(answers) / np.maximum(counts, 1), np.nan)


def _free_soon(customers: Customers, moment: np.datetime64) -> FloatArray:
    """1 where no contract that has begun runs for 90 days more, 0 where one does."""
    running = customers.live("contract", moment)
    bound = running.take(np.isnat(running.end) | (running.end >= moment + DAYS * DAY))
    return np.where(np.bincount(bound.account, minlength=customers.n) > 0, 0.0, 1.0)
