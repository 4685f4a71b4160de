"""Customers made by the models themselves, whose parameters are therefore known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.models.bgnbd import BgnbdParameters
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.rfm import RfmSummary
from accountlens.models.sbg import SbgParameters


@dataclass(frozen=True)
class Purchases:
    customer: np.ndarray
    day: np.ndarray  # datetime64[D]
    value: np.ndarray


def purchases(
    parameters: BgnbdParameters, values: GammaGammaParameters, *, customers: int, days: int, seed: int
) -> Purchases:
    """Customers who come within the first half of `days`; times of the parameters are days."""
    random = np.random.default_rng(seed)
    rate = random.gamma(parameters.r, 1 / parameters.alpha, customers)
    leaving = random.beta(parameters.a, parameters.b, customers)
    time = random.uniform(0, days / 2, customers)
    rows = []
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        rows.append(np.column_stack([np.flatnonzero(alive), np.floor(time[alive])]))
        stays = np.ones(customers, dtype=bool)
        if len(rows) > 1:
            stays = random.random(customers) > leaving
        time = time + random.exponential(1 / rate)
        alive &= stays & (time < days)
    customer, day = np.concatenate(rows).T.astype(int)
    worth = random.gamma(values.p, 1 / random.gamma(values.q, 1 / values.v, customers)[customer])
    return Purchases(customer, np.datetime64("2023-01-01") + day.astype("timedelta64[D]"), worth)


def summary(parameters: BgnbdParameters, *, customers: int, age: float, seed: int) -> RfmSummary:
    """Customers all of one age, in continuous time."""
    random = np.random.default_rng(seed)
    rate = random.gamma(parameters.r, 1 / parameters.alpha, customers)
    leaving = random.beta(parameters.a, parameters.b, customers)
    frequency, recency = np.zeros(customers), np.zeros(customers)
    alive, time = np.ones(customers, dtype=bool), np.zeros(customers)
    while alive.any():
        time = time + random.exponential(1 / rate)
        alive &= time < age
        frequency[alive] += 1
        recency[alive] = time[alive]
        alive &= random.random(customers) > leaving
    return RfmSummary(np.arange(customers), frequency, recency, np.full(customers, age), np.full(customers, np.nan))


def survivors(parameters: SbgParameters, *, customers: int, renewals: int, seed: int) -> np.ndarray:
    """Customers left after 0, 1, … renewals."""
    random = np.random.default_rng(seed)
    lost_at = random.geometric(random.beta(parameters.alpha, parameters.beta, customers))
    return np.array([(lost_at > renewal).sum() for renewal in range(renewals + 1)])
