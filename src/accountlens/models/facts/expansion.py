"""Paying customers at one moment: how likely each is to pay more within 90 days, learned from earlier months."""

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
HALF_LIFE_DAYS = 30
RECENT = {"day": DAYS}
KINDS = ("subscription", "expansion", "day")
FEATURES = ("recurring revenue", "months as a customer", "engagement", "touches")


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per customer who pays at `as_of`.

    Args:
        rows: subscriptions, won expansions, and a row per account and day with events.
        parameters: penalty (of the regression), time_zone.
        as_of: nothing is known from there on.
    """
    learner = learn(parameters, [as_of])
    learner.see(rows)
    return learner.fit(as_of)


def learn(parameters: Parameters, moments: Sequence[datetime]) -> Learner:
    """The same for several moments."""
    return Propensities(Outlook(KINDS, FEATURES, DAYS, known, grew, RECENT), parameters, moments)


def known(customers: Customers, moment: np.datetime64) -> FloatArray:
    """Shape (n, 4), in the order of FEATURES."""
    return np.column_stack(
        [
            np.log1p(customers.mrr(moment)),
            customers.months(moment),
            customers.points(moment, HALF_LIFE_DAYS, DAYS),
            customers.touches(moment, DAYS),
        ]
    )


def grew(customers: Customers, moment: np.datetime64) -> BoolArray:
    """Who paid more 90 days later, or had bought more by then."""
    later = moment + DAYS * DAY
    won = customers.streams["expansion"].between(moment, later)
    more = customers.mrr(later) > customers.mrr(moment) + 1e-9
    return np.asarray(more | (np.bincount(won.account, minlength=customers.n) > 0))
