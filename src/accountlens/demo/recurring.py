"""Recurring revenue: what each customer pays, as the changes that lead from one price to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import add_months, to_workday
from accountlens.demo.draw import Generator, happens
from accountlens.demo.fates import NEVER, Lives
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import ANALYTICS, ASSIST, CONNECT, CORE, SUPPORT_PLAN

START, UPSELL, UPLIFT, CONTRACTION, CROSS_SELL = range(5)
MEDIAN_YEARLY_EURO = np.array([182_000.0, 61_000.0, 19_000.0])
SIZE_EARLY, SIZE_NEW, SIZE_RETURNED = 0.92, 1.25, 0.75  # of the first price
UPSELLS_PER_YEAR = np.array([0.85, 0.62, 0.45])
CONTRACTIONS_PER_YEAR = 0.28
CROSS_SELLS_PER_YEAR = np.array([0.55, 0.42, 0.26])
UPSELL_GAIN = (0.11, 0.36)
ADD_ON_SHARE = (0.09, 0.20)
MOST_LIFT = 3.0  # the greatest product of the factors on a chance, by which candidates are thinned
PROGRAM_LIFT = 2.1
QUIET_MONTHS_BEFORE_LEAVING = 8


@dataclass(frozen=True)
class Segments:
    """One entry per price of one product held by one life, from a day to another."""

    life: Array
    product: Array
    begins: Array
    ends: Array  # NaT while it runs on
    monthly: Array  # in the currency of the account
    cause: Array  # of its beginning
    gain: Array  # against the segment before


@dataclass(frozen=True)
class Ledger:
    """Monthly revenue of each life at any day."""

    keys: Array
    totals: Array

    def at(self, lives: Array, days: Array) -> Array:
        """Monthly revenue on the day, changes of the day included."""
        place = np.searchsorted(self.keys, _key(lives, days), side="right") - 1
        found = (place >= 0) & (self.keys[place] >> 20 == lives)
        return np.where(found, self.totals[place], 0.0)


def _key(lives: Array, days: Array) -> Array:
    return (lives.astype(np.int64) << 20) + days.astype("M8[D]").astype(np.int64)


def make_segments(scale: Scale, accounts: Accounts, lives: Lives, climate: Climate) -> Segments:
    """The platform with its changes of price, then the add-ons bought beside it."""
    rng = scale.stream("recurring")
    core = _core(rng, scale, accounts, lives, climate)
    ledger = make_ledger(core)
    add_ons = _add_ons(rng, scale, accounts, lives, climate, ledger)
    names = Segments.__dataclass_fields__
    return Segments(**{name: np.concatenate([getattr(core, name), getattr(add_ons, name)]) for name in names})


def make_ledger(segments: Segments) -> Ledger:
    """Add up all beginnings and ends per life."""
    ended = ~np.isnat(segments.ends)
    keys = np.concatenate([_key(segments.life, segments.begins), _key(segments.life[ended], segments.ends[ended])])
    steps = np.concatenate([segments.monthly, -segments.monthly[ended]])
    order = np.argsort(keys, kind="stable")
    keys, running = keys[order], np.cumsum(steps[order])
    first = np.concatenate([[True], keys[1:] >> 20 != keys[:-1] >> 20])
    before = np.where(first, running - steps[order], 0.0)[
        np.maximum.accumulate(np.where(first, np.arange(len(keys)), 0))
    ]
    return Ledger(keys, running - before)


def _core(rng: Generator, scale: Scale, accounts: Accounts, lives: Lives, climate: Climate) -> Segments:
    """The platform subscription: its start, upsells, uplifts and contractions at renewal and between."""
    n = len(lives)
    tier = accounts.tier[lives.account]
    size = np.select([lives.returned, lives.begins < scale.start], [SIZE_RETURNED, SIZE_EARLY], SIZE_NEW)
    yearly = MEDIAN_YEARLY_EURO[tier] * rng.lognormal(0, 0.32, n) * size
    monthly = np.round(yearly / 12 / accounts.euro(lives.account), 2)
    upsold, upsell_day = _thinned(rng, scale, lives, climate, UPSELLS_PER_YEAR[tier])
    renewed, renewal_day, factor, cause = _renewals(rng, scale, lives)
    shrunk, shrink_day = _thinned(rng, scale, lives, climate, np.full(n, CONTRACTIONS_PER_YEAR), liking=-0.4)
    life = np.concatenate([np.arange(n), upsold, renewed, shrunk])
    day = np.concatenate([lives.begins, upsell_day, renewal_day, shrink_day])
    gains = rng.uniform(*UPSELL_GAIN, len(upsold))
    factors = np.concatenate([np.ones(n), 1 + gains, factor, rng.uniform(0.7, 0.95, len(shrunk))])
    same = (np.full(n, START), np.full(len(upsold), UPSELL), cause, np.full(len(shrunk), CONTRACTION))
    causes = np.concatenate(same)
    _, first = np.unique(_key(life, day), return_index=True)  # one change a day
    life, day, factors, causes = life[first], day[first], factors[first], causes[first]
    starts = np.searchsorted(life, np.arange(n))
    logs = np.cumsum(np.log(factors))
    level = np.exp(logs - logs[starts][life])
    price = np.round(monthly[life] * level, 2)
    last = np.concatenate([life[1:] != life[:-1], [True]])
    ends = np.where(last, lives.ends[life], np.concatenate([day[1:], [NEVER]]))
    before = np.where(causes == START, 0.0, np.concatenate([[0.0], price[:-1]]))
    return Segments(life, np.full(len(life), CORE), day, ends, price, causes, price - before)


def _thinned(
    rng: Generator, scale: Scale, lives: Lives, climate: Climate, per_year: Array, liking: float = 0.4
) -> tuple[Array, Array]:
    """Days on which something happens: at a yearly rate, lifted by mood, season and program."""
    begins = np.maximum(lives.begins + 75, scale.start)
    stops = np.where(np.isnat(lives.ends), scale.horizon, add_months(lives.ends, -QUIET_MONTHS_BEFORE_LEAVING))
    span = np.maximum((stops - begins).astype(np.int64), 0)
    life = np.repeat(np.arange(len(lives)), rng.poisson(per_year * MOST_LIFT * span / 365))
    day = to_workday(rng, begins[life] + np.floor(rng.random(len(life)) * span[life]).astype(np.int64))
    order = np.lexsort((day, life))
    life, day = life[order], np.maximum(day[order], begins[life[order]])
    month, account = np.maximum(scale.month_of(day), 0), lives.account[life]
    chance = climate.season[month] * np.clip(1 + liking * climate.mood[account, month], 0.25, 1.8)
    chance *= np.where(climate.program[account, month] & (liking > 0), PROGRAM_LIFT, 1.0)
    kept = happens(rng, np.minimum(chance / MOST_LIFT, 1.0))
    return life[kept], day[kept]


def _renewals(rng: Generator, scale: Scale, lives: Lives) -> tuple[Array, Array, Array, Array]:
    """Renewals that change the price: mostly a small uplift, sometimes fewer seats."""
    turn = np.tile(np.arange(1, 8), len(lives))
    life = np.repeat(np.arange(len(lives)), 7)
    day = add_months(lives.begins[life], np.maximum(lives.term[life], 12) * turn)
    inside = (day >= scale.start) & (day < scale.horizon) & lives.live(life, day)
    life, day = life[inside], day[inside]
    fate = rng.random(len(life))
    cause = np.where(fate < 0.45, UPLIFT, np.where(fate < 0.57, CONTRACTION, START))
    factor = np.where(cause == UPLIFT, rng.uniform(1.02, 1.05, len(life)), rng.uniform(0.72, 0.94, len(life)))
    changed = cause != START
    return life[changed], day[changed], factor[changed], cause[changed]


def _add_ons(
    rng: Generator, scale: Scale, accounts: Accounts, lives: Lives, climate: Climate, core: Ledger
) -> Segments:
    """Add-ons bought at the start or sold later, each at most once a life; a few are dropped after a year."""
    n = len(lives)
    at_start = [(CONNECT, 0.30), (SUPPORT_PLAN, 0.35), (ANALYTICS, 0.12)]
    chosen = [np.flatnonzero(rng.random(n) < share) for _, share in at_start]
    sold, sold_day = _thinned(rng, scale, lives, climate, CROSS_SELLS_PER_YEAR[accounts.tier[lives.account]])
    weights = np.where(scale.month_of(sold_day)[:, None] >= scale.launch_month, [1, 1, 0.6, 2.6], [1, 1, 0.6, 0])
    edges = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    pick = (edges <= rng.random(len(sold))[:, None]).sum(axis=1)
    life = np.concatenate([*chosen, sold])
    product = np.concatenate(
        [*[np.full(len(rows), name) for (name, _), rows in zip(at_start, chosen, strict=True)],
         np.array([CONNECT, ANALYTICS, SUPPORT_PLAN, ASSIST])[pick]]
    )  # fmt: skip
    day = np.concatenate([*[lives.begins[rows] for rows in chosen], sold_day])
    cause = np.repeat([START, CROSS_SELL], [len(life) - len(sold), len(sold)])
    order = np.lexsort((day, product, life))
    life, product, day, cause = life[order], product[order], day[order], cause[order]
    _, first = np.unique(life * 8 + product, return_index=True)
    life, product, day, cause = life[first], product[first], day[first], cause[first]
    monthly = np.round(core.at(life, day) * rng.uniform(*ADD_ON_SHARE, len(life)), 2)
    dropped = add_months(day.astype("M8[M]").astype("M8[D]"), 12)
    drops = (rng.random(len(life)) < 0.06) & lives.live(life, dropped) & (dropped >= scale.start)
    ends = np.where(drops, dropped, lives.ends[life])
    return Segments(life, product, day, ends, monthly, cause, monthly)
