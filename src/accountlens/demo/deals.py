"""Every attempt to sell: the wins that made the revenue, and the losses that make the win rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import TREATED, Accounts
from accountlens.demo.billing import Contracts
from accountlens.demo.clock import office_time, to_workday
from accountlens.demo.draw import Generator, choose, choose_by_row, happens
from accountlens.demo.fates import Lives
from accountlens.demo.recurring import CROSS_SELL, MEDIAN_YEARLY_EURO, UPSELL, Ledger, Segments
from accountlens.demo.scale import Array, Day, Scale
from accountlens.demo.vocabulary import ANALYTICS, ASSIST, CONNECT, CORE, SUPPORT_PLAN

NEW_BUSINESS, UPSELLING, CROSS_SELLING, RENEWAL = range(4)
WON, LOST, DISQUALIFIED = range(3)
WIN_RATE = {NEW_BUSINESS: 0.21, UPSELLING: 0.27, CROSS_SELLING: 0.25}
WIN_RATE_IN_PROGRAM = {NEW_BUSINESS: 0.34, UPSELLING: 0.41, CROSS_SELLING: 0.39}
DISQUALIFIED_SHARE = 0.07
CYCLE_DAYS = np.array([112.0, 68.0, 38.0])  # median of new business, by tier
CYCLE_OF_TYPE = np.array([1.0, 0.6, 0.7, 1.0])
SOURCE_WEIGHTS = np.array([[31, 30, 12, 9, 7, 11, 0], [12, 0, 8, 0, 0, 55, 25], [14, 0, 14, 0, 3, 52, 17],
                           [0, 0, 0, 0, 0, 100, 0]], dtype=float)  # fmt: skip
TRIES = 12  # draws of an account that could have lost a deal then, before giving up


@dataclass(frozen=True)
class Deals:
    """One entry per opportunity, those that close beyond the end included."""

    account: Array
    type: Array
    fate: Array
    created: Array  # instants
    closed: Array
    amount: Array  # in the currency of the account
    product: Array
    source: Array
    in_program: Array

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True)
class Wins:
    """What was won, as the lives and segments say."""

    account: Array
    type: Array
    day: Array
    amount: Array
    product: Array


def make_deals(
    scale: Scale, accounts: Accounts, lives: Lives, segments: Segments, contracts: Contracts, ledger: Ledger
) -> Deals:
    """Wins follow from the revenue; losses are drawn so that the planted win rates come out."""
    rng = scale.stream("deals")
    wins = _wins(lives, segments, ledger)
    won = _timed(rng, scale, accounts, wins, np.full(len(wins.account), WON))
    lost = _losses(rng, scale, accounts, lives, won, ledger)
    renewals = _renewals(rng, scale, accounts, lives, contracts)
    parts = [won, lost, renewals]
    joined = Deals(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS})
    kept = (joined.created.astype("M8[D]") < scale.end) & (joined.created < joined.closed)
    order = np.argsort(joined.created[kept], kind="stable")
    return Deals(**{name: getattr(joined, name)[kept][order] for name in _FIELDS})


_FIELDS = tuple(Deals.__dataclass_fields__)


def _wins(lives: Lives, segments: Segments, ledger: Ledger) -> Wins:
    """Each begin of a life is new business, each upsell and add-on sold later a win of its own."""
    sold = np.flatnonzero(np.isin(segments.cause, (UPSELL, CROSS_SELL)))
    later = np.where(segments.cause[sold] == UPSELL, UPSELLING, CROSS_SELLING)
    first = ledger.at(np.arange(len(lives)), lives.begins)
    return Wins(
        account=np.concatenate([lives.account, lives.account[segments.life[sold]]]),
        type=np.concatenate([np.full(len(lives), NEW_BUSINESS), later]),
        day=np.concatenate([lives.signed, segments.begins[sold]]),
        amount=np.round(12 * np.concatenate([first, segments.gain[sold]]), -1),
        product=np.concatenate([np.full(len(lives), CORE), segments.product[sold]]),
    )


def _timed(rng: Generator, scale: Scale, accounts: Accounts, wins: Wins, fate: Array) -> Deals:
    """Add to each close the begin one sales cycle earlier, and where the deal came from."""
    n = len(fate)
    median = CYCLE_DAYS[accounts.tier[wins.account]] * CYCLE_OF_TYPE[wins.type]
    stretch = np.select([fate == LOST, fate == DISQUALIFIED], [1.08, 0.4], 1.0)
    cycle = np.maximum(3, np.round(median * stretch * rng.lognormal(0, 0.42, n))).astype(np.int64)
    first = to_workday(rng, np.maximum(wins.day - cycle, accounts.created[wins.account] + 9))
    hours = accounts.hours[wins.account]
    treated = accounts.group[wins.account] == TREATED
    return Deals(
        account=wins.account,
        type=wins.type,
        fate=fate,
        created=office_time(rng, first, hours),
        closed=office_time(rng, wins.day, hours),
        amount=wins.amount,
        product=wins.product,
        source=choose_by_row(rng, SOURCE_WEIGHTS[wins.type]),
        in_program=treated & (wins.day >= _program_reached(scale)),
    )


def _losses(rng: Generator, scale: Scale, accounts: Accounts, lives: Lives, won: Deals, ledger: Ledger) -> Deals:
    """For every kind of win, as many losses at like accounts and like times as the win rate asks for."""
    inside = won.closed.astype("M8[D]") >= scale.start
    stratum = won.type * 6 + accounts.tier[won.account] * 2 + won.in_program
    kinds, accounts_lost, days, products = [], [], [], []
    for at in np.unique(stratum[inside]):
        kind, tier, in_program = int(at) // 6, int(at) % 6 // 2, int(at) % 2 == 1
        models = np.flatnonzero(inside & (stratum == at))
        rate = (WIN_RATE_IN_PROGRAM if in_program else WIN_RATE)[kind]
        per_win = (1 - rate) / rate * (1 + DISQUALIFIED_SHARE)
        model = rng.permutation(np.repeat(models, int(np.ceil(per_win))))[: round(per_win * len(models))]
        day = won.closed[model].astype("M8[D]") + rng.integers(-40, 41, len(model))
        if in_program:
            day = np.maximum(day, _program_reached(scale) + rng.integers(0, 40, len(model)))
        account = _placed(rng, scale, accounts, lives, kind, tier, in_program, day)
        found = account >= 0
        kinds.append(np.full(found.sum(), kind))
        accounts_lost.append(account[found])
        days.append(to_workday(rng, day[found]))
        products.append(won.product[model][found])
    losses = _priced(rng, accounts, lives, ledger, *map(np.concatenate, (accounts_lost, kinds, days, products)))
    unfit = happens(rng, np.full(len(losses.day), DISQUALIFIED_SHARE / (1 + DISQUALIFIED_SHARE)))
    return _timed(rng, scale, accounts, losses, np.where(unfit, DISQUALIFIED, LOST))


def _program_reached(scale: Scale) -> Day:
    """The first day on which the program can have decided a deal."""
    return scale.day(scale.program_month + 1)


def _placed(
    rng: Generator,
    scale: Scale,
    accounts: Accounts,
    lives: Lives,
    kind: int,
    tier: int,
    in_program: bool,
    day: Array,
) -> Array:
    """For each loss an account that was a prospect (or a customer) on the day; -1 if none is found."""
    first, second = _life_by_account(len(accounts), lives)
    treated = accounts.group == TREATED
    pool = rng.permutation(np.flatnonzero((accounts.tier == tier) & (treated | (not in_program))))
    account = np.full(len(day), -1)
    for attempt in range(TRIES):
        left = np.flatnonzero(account < 0)
        drawn = pool[left % len(pool)] if attempt == 0 else rng.choice(pool, len(left))
        when = day[left]
        if kind == NEW_BUSINESS:
            before = (first[drawn] < 0) | (lives.begins[first[drawn]] > when)
            fits = before & (accounts.created[drawn] < when - 60)
        else:
            fits = _live(lives, first[drawn], when) | _live(lives, second[drawn], when)
        if not in_program:
            fits &= ~(treated[drawn] & (when >= _program_reached(scale)))
        account[left[fits]] = drawn[fits]
    return account


def _priced(
    rng: Generator,
    accounts: Accounts,
    lives: Lives,
    ledger: Ledger,
    account: Array,
    kind: Array,
    day: Array,
    product: Array,
) -> Wins:
    """Amounts like those of deals that are won."""
    first, second = _life_by_account(len(accounts), lives)
    median = 1.3 * MEDIAN_YEARLY_EURO[accounts.tier[account]] / accounts.euro(account)
    fresh = median * rng.lognormal(0, 0.4, len(day))
    held = np.where(_live(lives, second[account], day), second[account], first[account])
    more = 12 * ledger.at(np.maximum(held, 0), day) * rng.uniform(0.08, 0.28, len(day))
    add_on = np.array([CONNECT, ANALYTICS, SUPPORT_PLAN, ASSIST])[choose(rng, (3, 3, 2, 4), len(day))]
    launched = (add_on != ASSIST) | np.isin(product, (ASSIST,))
    product = np.where((kind == CROSS_SELLING) & launched, add_on, product)
    amount = np.round(np.where(kind == NEW_BUSINESS, fresh, np.maximum(more, 600)), -1)
    return Wins(account, kind, day, amount, product)


def _life_by_account(accounts: int, lives: Lives) -> tuple[Array, Array]:
    """The first and the second life of each account, -1 where there is none."""
    first, second = np.full(accounts, -1), np.full(accounts, -1)
    first[lives.account[~lives.returned]] = np.flatnonzero(~lives.returned)
    second[lives.account[lives.returned]] = np.flatnonzero(lives.returned)
    return first, second


def _live(lives: Lives, life: Array, day: Array) -> Array:
    return (life >= 0) & lives.live(np.maximum(life, 0), day)


def _renewals(rng: Generator, scale: Scale, accounts: Accounts, lives: Lives, contracts: Contracts) -> Deals:
    """Renewals of tier A are worked as opportunities; the others live in the contracts alone."""
    account = lives.account[contracts.life]
    rows = np.flatnonzero((accounts.tier[account] == 0) & (contracts.decided >= scale.start))
    account, ends = account[rows], contracts.ends[rows]
    day = contracts.decided[rows]
    value = np.where(contracts.renewed[rows], contracts.monthly_after[rows], contracts.monthly[rows])
    hours = accounts.hours[account]
    opened = to_workday(rng, np.minimum(ends - rng.integers(80, 150, len(rows)), day - 15))
    return Deals(
        account=account,
        type=np.full(len(rows), RENEWAL),
        fate=np.where(contracts.renewed[rows], WON, LOST),
        created=office_time(rng, opened, hours),
        closed=office_time(rng, day, hours),
        amount=np.round(12 * value, -1),
        product=np.full(len(rows), CORE),
        source=choose_by_row(rng, SOURCE_WEIGHTS[np.full(len(rows), RENEWAL)]),
        in_program=np.zeros(len(rows), dtype=bool),
    )
