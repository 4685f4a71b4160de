"""Orders beside the subscriptions: training, onboarding and small things, bought irregularly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import office_time, to_workday, workday_in
from accountlens.demo.draw import choose, labels, money, ragged, times, words
from accountlens.demo.fates import Lives
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import CURRENCIES, ONBOARDING, PRODUCTS, TRAINING

SOURCES = ("sales", "web", "referral", "partner", "event")
SOURCE_WEIGHTS = (52, 24, 11, 8, 5)
ORDERS_PER_MONTH = 0.34
RETURN_SHARE = 0.02
UNKNOWN_SOURCE_SHARE = 0.15
MORE_TRAINING_DAYS = np.array([4.0, 2.0, 0.8])  # beyond the first, by tier
DROP_OUT_PER_ORDER = 0.06  # the chance that a customer stops ordering after an order


@dataclass(frozen=True)
class _Orders:
    """One entry per order, by account and in the order of time."""

    account: Array
    when: Array
    first: Array  # the first order of a customer that signed after the data begins


def orders_table(scale: Scale, accounts: Accounts, lives: Lives, climate: Climate) -> pa.Table:
    """The entity `orders`: one row per line; a new customer's first order is the onboarding."""
    rng = scale.stream("orders", "lines")
    orders = _orders(scale, accounts, lives, climate)
    order, line = ragged(1 + rng.poisson(0.6, len(orders.account)))
    account, n = orders.account[order], len(order)
    product = np.where(orders.first[order] & (line == 0), ONBOARDING, TRAINING)
    training_days = 1 + rng.poisson(MORE_TRAINING_DAYS[accounts.tier[account]])
    quantity = np.where(product == ONBOARDING, 1, training_days)
    price = np.array([row[2] for row in PRODUCTS])[product] * rng.uniform(0.85, 1.1, n)
    returned = (rng.random(len(orders.account)) < RETURN_SHARE)[order] & (product == TRAINING)
    source = choose(rng, SOURCE_WEIGHTS, len(orders.account))
    source = np.where(rng.random(len(source)) < UNKNOWN_SOURCE_SHARE, -1, source)
    return pa.table(
        {
            "order_id": labels("B", order + 1),
            "account_id": words(accounts.ids, account),
            "ordered_at": times(orders.when[order]),
            "amount": money(np.where(returned, -1, 1) * price * quantity / accounts.euro(account)),
            "line_id": pa.array(line + 1).cast(pa.string()),
            "currency": words(CURRENCIES, accounts.currency[account]),
            "product_id": labels("P", product + 1, 2),
            "quantity": pa.array(quantity),
            "source": words(SOURCES, source[order]),
            "kind": words(("sale", "return"), returned.astype(int)),
        }
    )


def _orders(scale: Scale, accounts: Accounts, lives: Lives, climate: Climate) -> _Orders:
    """Each customer orders at a rate of its own, until it stops after one of its orders."""
    rng = scale.stream("orders")
    live = climate.customer[:, : scale.months] * (1 - climate.cooling[:, : scale.months])
    rate = ORDERS_PER_MONTH * rng.gamma(1.4, 1 / 1.4, len(accounts))[:, None] * live
    counts = rng.poisson(rate * climate.season[: scale.months])
    account, month = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    starts = lives.begins[~lives.returned] + 5
    fresh = (starts >= scale.start) & (starts < scale.end)
    account = np.concatenate([lives.account[~lives.returned][fresh], account])
    later = office_time(rng, workday_in(rng, scale.first_month + month))
    when = np.concatenate([office_time(rng, to_workday(rng, starts[fresh])), later])
    order = np.lexsort((when, account))
    account, when = account[order], when[order]
    first = np.diff(account, prepend=-1) != 0
    place = np.arange(len(account)) - np.maximum.accumulate(np.where(first, np.arange(len(account)), 0))
    stopped = place > rng.geometric(DROP_OUT_PER_ORDER, len(accounts))[account]
    kept = ~stopped & (when.astype("M8[D]") < scale.end)
    return _Orders(account[kept], when[kept], (first & ~accounts.early[account])[kept])
