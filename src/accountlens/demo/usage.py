"""Use of the product: which licensed person used which feature on which day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import office_time, workday_in
from accountlens.demo.draw import times, words
from accountlens.demo.fates import Lives
from accountlens.demo.people import People
from accountlens.demo.recurring import Segments
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import ALL_FEATURES, CORE, FEATURES

DAYS_PER_USER_MONTH = 4.2  # with one feature each
USER_SHARE = 0.8  # of the contacts of a customer
MOST_ROWS = 12_000_000
FEATURE_APPEAL = np.array([30, 24, 14, 12, 11, 6, 9, 4, 10, 7, 11, 8], dtype=float)


def usage_tables(
    scale: Scale, accounts: Accounts, people: People, lives: Lives, segments: Segments, climate: Climate
) -> Iterator[pa.Table]:
    """The entity `usage_events`, one table a month."""
    users = np.maximum(1, np.round(USER_SHARE * people.count))
    months = climate.customer[:, : scale.months]
    expected = float((months.sum(axis=1) * users).sum()) * DAYS_PER_USER_MONTH
    density = min(1.0, MOST_ROWS / max(expected, 1.0))
    entitled = _entitled(len(accounts), lives, segments)
    habit = scale.stream("habit").gamma(4.0, 0.25, len(people.account))  # of each person
    for month in range(scale.months):
        rng = scale.stream("usage", month)
        person = _users(people, users, climate.customer[:, month], scale.day(month))
        account = people.account[person]
        lively = climate.warmth[account, month] * np.clip(1 + 0.12 * climate.mood[account, month], 0.4, 1.5)
        rate = DAYS_PER_USER_MONTH * density * habit[person] * lively * climate.season[month]
        rate = rate * (1 + 0.12 * (month >= scale.launch_month) * entitled[account][:, -1])
        rows = np.repeat(np.arange(len(person)), rng.poisson(rate))
        weights = FEATURE_APPEAL * np.where(entitled[account], 1.0, 0.004)
        feature = _features(rng, weights, rows)
        day = workday_in(rng, np.full(len(rows), scale.first_month + month), 0.05)
        at = office_time(rng, day, accounts.hours[account[rows]])
        kept = np.flatnonzero(at < scale.end.astype("M8[s]"))
        yield pa.table(
            {
                "account_id": words(accounts.ids, account[rows][kept]),
                "occurred_at": times(at[kept]),
                "contact_id": words(people.ids, person[rows][kept]),
                "feature": words(ALL_FEATURES, feature[kept]),
                "count": pa.array(1 + rng.poisson(3.0, len(kept))),
            }
        )


def _users(people: People, users: Array, live: Array, day: np.datetime64) -> Array:
    """Contacts of live customers that hold a seat and are known by then."""
    place = np.arange(len(people.account)) - people.first[people.account]
    seated = place < users[people.account]
    return np.flatnonzero(seated & live[people.account] & (people.created < day))


def _entitled(accounts: int, lives: Lives, segments: Segments) -> Array:
    """Accounts by features: whether a product they ever held brings the feature."""
    owner = [product for product, names in enumerate(FEATURES) for _ in names]
    entitled = np.zeros((accounts, len(ALL_FEATURES)), dtype=bool)
    for feature, product in enumerate(owner):
        entitled[lives.account[segments.life[segments.product == product]], feature] = True
        if product == CORE and feature >= 4:
            entitled[:, feature] &= np.arange(accounts) % 5 > 0  # some never open reports or approvals
    return entitled


def _features(rng: np.random.Generator, weights: Array, rows: Array) -> Array:
    edges = np.cumsum(weights, axis=1)
    points = rng.random(len(rows)) * edges[rows, -1]
    chosen = np.zeros(len(rows), dtype=np.int64)
    for feature in range(weights.shape[1] - 1):
        chosen += points >= edges[rows, feature]
    return chosen
