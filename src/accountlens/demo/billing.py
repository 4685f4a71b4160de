"""Subscriptions, contracts and licences: the paper and the seats behind the recurring revenue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.clock import add_months, office_time, to_workday
from accountlens.demo.draw import choose, days, known, labels, money, times, words
from accountlens.demo.fates import NEVER, Lives
from accountlens.demo.people import People
from accountlens.demo.recurring import UPSELL, Ledger, Segments
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import ALL_FEATURES, CORE, CURRENCIES, FEATURES, PRODUCTS, SUPPORT_PLAN

DISCOUNTS = (0.0, 0.05, 0.10, 0.15)
NOTICE_DAYS = (25, 85)


@dataclass(frozen=True)
class Contracts:
    """One entry per term of a life."""

    life: Array
    begins: Array
    ends: Array
    months: Array
    renewed: Array
    decided: Array  # day
    monthly: Array  # at the begin
    monthly_after: Array  # on the day after its end

    def __len__(self) -> int:
        return len(self.life)


def notice_days(scale: Scale, lives: Lives) -> Array:
    """The day on which each leaving customer gives notice."""
    ahead = scale.stream("notice").integers(*NOTICE_DAYS, len(lives))
    return to_workday(scale.stream("notice", "day"), np.maximum(lives.ends - ahead, lives.begins + 30))


def make_contracts(scale: Scale, lives: Lives, ledger: Ledger) -> Contracts:
    """Terms follow each other until the life ends; each is decided around its end."""
    rng = scale.stream("contracts")
    rows = np.flatnonzero(lives.term > 1)
    turn = np.tile(np.arange(7), len(rows))
    life = np.repeat(rows, 7)
    begins = add_months(lives.begins[life], lives.term[life] * turn)
    kept = (begins < scale.end) & lives.live(life, begins)
    life, begins = life[kept], begins[kept]
    ends = add_months(begins, lives.term[life])
    renewed = ~(lives.ends[life] <= ends)
    around = to_workday(rng, ends - rng.integers(2, 60, len(life)))
    late = rng.random(len(life)) < 0.07
    decided = np.where(late, to_workday(rng, ends + rng.integers(5, 25, len(life))), around)
    return Contracts(
        life=life,
        begins=begins,
        ends=ends,
        months=lives.term[life],
        renewed=renewed,
        decided=np.where(renewed, decided, notice_days(scale, lives)[life]),
        monthly=ledger.at(life, begins),
        monthly_after=np.where(renewed, ledger.at(life, ends), 0.0),
    )


def contracts_table(scale: Scale, accounts: Accounts, lives: Lives, contracts: Contracts) -> pa.Table:
    """The entity `contracts`; what is decided after the end is pending."""
    account = lives.account[contracts.life]
    decided = contracts.decided < scale.end
    decision = np.where(decided, np.where(contracts.renewed, 0, 1), 2)
    when = office_time(scale.stream("contracts", "time"), contracts.decided, accounts.hours[account])
    return pa.table(
        {
            "contract_id": labels("K", np.arange(1, len(contracts) + 1)),
            "account_id": words(accounts.ids, account),
            "started_on": days(contracts.begins),
            "ends_on": days(contracts.ends),
            "value": money(contracts.monthly * contracts.months),
            "currency": words(CURRENCIES, accounts.currency[account]),
            "decision": words(("renewed", "lost", "pending"), decision),
            "decided_at": times(np.where(decided, when, np.datetime64("NaT"))),
            "renewed_value": money(contracts.monthly_after * contracts.months, decided & contracts.renewed),
        }
    )


def seats_of(accounts: Accounts, lives: Lives, people: People, segments: Segments) -> Array:
    """Seats of each platform segment; they move with the price, except for uplifts."""
    core = np.flatnonzero(segments.product == CORE)
    life, monthly, gain = segments.life[core], segments.monthly[core], segments.gain[core]
    moved = (segments.cause[core] == UPSELL) | (gain < 0)
    ratio = np.where(moved, 1 + 0.8 * gain / np.where(moved, monthly - gain, 1.0), 1.0)
    logs = np.cumsum(np.log(ratio))
    level = np.exp(logs - logs[np.searchsorted(life, np.arange(len(lives)))][life])
    seats = np.zeros(len(segments.life), dtype=np.int64)
    seats[core] = np.maximum(2, np.round(np.maximum(3, 0.85 * people.count[lives.account[life]]) * level))
    return seats


def subscriptions_table(scale: Scale, accounts: Accounts, lives: Lives, segments: Segments, seats: Array) -> pa.Table:
    """The entity `subscriptions`, one row per price; premium support is recorded as plain monthly revenue."""
    rows = np.flatnonzero(segments.begins < scale.end)
    life, product, account = segments.life[rows], segments.product[rows], lives.account[segments.life[rows]]
    rng = scale.stream("subscriptions")
    yearly = (lives.term > 1) & (rng.random(len(lives)) < 0.8)
    discount = np.array(DISCOUNTS)[choose(rng, (55, 20, 17, 8), len(lives))][life]
    months = np.where(yearly, 12, 1)[life]
    quantity = np.maximum(np.where(product == CORE, seats[rows], 1), 1)
    price = segments.monthly[rows] * months / quantity / (1 - discount)
    leaves = segments.ends[rows] == lives.ends[life]
    cancelled = np.where(leaves, notice_days(scale, lives)[life], NEVER)
    gone = segments.ends[rows] < scale.end
    noticed = cancelled < scale.end
    plain = product == SUPPORT_PLAN
    return pa.table(
        {
            "subscription_id": labels("S", rows + 1),
            "account_id": words(accounts.ids, account),
            "started_on": days(segments.begins[rows]),
            "ended_on": days(np.where(gone | noticed, segments.ends[rows], NEVER)),
            "mrr": money(segments.monthly[rows], plain),
            "price": money(price, ~plain),
            "quantity": known(quantity, ~plain),
            "discount": known(discount, ~plain),
            "billing_months": known(months, ~plain),
            "product_id": labels("P", product + 1, 2),
            "seats": known(quantity, product == CORE),
            "currency": words(CURRENCIES, accounts.currency[account]),
            "cancelled_at": days(np.where(noticed, cancelled, NEVER)),
        }
    )


def licences_table(scale: Scale, accounts: Accounts, lives: Lives, segments: Segments, seats: Array) -> pa.Table:
    """The entity `licences`: seats of the platform, and the features each product entitles to."""
    started = segments.begins < scale.end
    core = np.flatnonzero(started & (segments.product == CORE))
    first_core = core[np.concatenate([[True], segments.life[core][1:] != segments.life[core][:-1]])]
    others = np.flatnonzero(started & (segments.product != CORE))
    owned = np.concatenate([first_core, others])
    per_product = np.array([len(FEATURES[i]) for i in range(len(PRODUCTS))])[segments.product[owned]]
    offsets = np.concatenate([[0], np.cumsum([len(names) for names in FEATURES])])[:-1]
    entitled = np.repeat(owned, per_product)
    within = np.arange(len(entitled)) - np.repeat(np.cumsum(per_product) - per_product, per_product)
    feature = np.concatenate([np.full(len(core), -1), offsets[segments.product[entitled]] + within])
    of_core = segments.product[entitled] == CORE  # prices change, the entitlement stays
    until = np.where(of_core, lives.ends[segments.life[entitled]], segments.ends[entitled])
    ends = np.concatenate([segments.ends[core], until])
    rows = np.concatenate([core, entitled])
    return pa.table(
        {
            "account_id": words(accounts.ids, lives.account[segments.life[rows]]),
            "feature": words(ALL_FEATURES, feature),
            "seats": known(seats[rows], feature < 0),
            "started_on": days(segments.begins[rows]),
            "ended_on": days(np.where(ends < scale.end, ends, NEVER)),
        }
    )
