"""One month of the sample company: what everybody who acts in it needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import office_time, workday_in
from accountlens.demo.deals import NEW_BUSINESS, WON, Deals
from accountlens.demo.draw import Generator, choose
from accountlens.demo.fates import Lives
from accountlens.demo.money import Campaigns
from accountlens.demo.people import People
from accountlens.demo.scale import AHEAD_MONTHS, Array, Scale
from accountlens.demo.team import Team

INTEREST_BEFORE_MONTHS = 2  # a buyer looks around before the deal is created
MOST_INTEREST = 4.0
COURTED_SHARE, COURTED = 0.45, 4.0  # of those who never buy; times the usual outreach
SILENT_SHARE = 0.13  # of those who never buy, asked not to be written to


@dataclass(frozen=True)
class Stage:
    """All that stays the same from month to month."""

    scale: Scale
    accounts: Accounts
    people: People
    climate: Climate
    team: Team
    campaigns: Campaigns
    deals: Deals
    interest: Array  # of each account, 1 on average
    market: Array  # accounts by months: 0, more while a deal is near
    pursuit: Array  # how much each account is courted without a deal in sight; 0 = never, nor by marketing


@dataclass(frozen=True)
class Moment:
    """The stage in one month, with the random stream of that month."""

    stage: Stage
    month: int
    density: float
    rng: Generator
    known: Array  # contacts of each account known when the month begins

    def of(self, matrix: Array) -> Array:
        """A column of a matrix of accounts by months."""
        column: Array = matrix[:, self.month]
        return column

    def draw(self, rate: Array) -> Array:
        """Accounts, each as often as its rate says."""
        return np.repeat(np.arange(len(rate)), self.rng.poisson(rate * self.density))

    def at_work(self, account: Array, weekend_share: float = 0.04) -> Array:
        """Instants of this month in the office hours of the accounts."""
        months = np.full(len(account), self.stage.scale.first_month + self.month)
        day = workday_in(self.rng, months, weekend_share)
        return office_time(self.rng, day, self.stage.accounts.hours[account])

    def contact(self, account: Array, skew: float = 1.7) -> Array:
        return self.stage.people.pick(self.rng, account, self.known[account], skew)


def make_pursuit(scale: Scale, lives: Lives) -> Array:
    """Who becomes a customer needs little courting; of the others some are courted in vain."""
    rng = scale.stream("pursuit")
    shares = (SILENT_SHARE, 1 - SILENT_SHARE - COURTED_SHARE, COURTED_SHARE)
    pursuit = np.array([0.0, 0.5, COURTED])[choose(rng, shares, scale.accounts)]
    pursuit[lives.account] = 0.3
    return pursuit


def make_market(scale: Scale, accounts: Accounts, deals: Deals) -> Array:
    """How near each account is to buying in each month."""
    months = scale.months + AHEAD_MONTHS
    market = np.zeros((len(accounts), months), dtype=np.float32)
    weight = np.where(deals.type == NEW_BUSINESS, np.where(deals.fate == WON, 2.6, 1.1), 0.4).astype(np.float32)
    first = scale.month_of(deals.created) - INTEREST_BEFORE_MONTHS
    last = scale.month_of(deals.closed)
    for step in range(int((last - first).max(initial=0)) + 1):
        at = first + step
        here = (at <= last) & (at >= 0) & (at < months)
        np.add.at(market, (deals.account[here], at[here]), weight[here])
    return np.minimum(market, MOST_INTEREST)
