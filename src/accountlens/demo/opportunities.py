"""The opportunities as the CRM shows them: stages over time, owners, people involved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.deals import DISQUALIFIED, NEW_BUSINESS, WON, Deals
from accountlens.demo.draw import choose, known, labels, money, ragged, times, words
from accountlens.demo.money import Campaigns
from accountlens.demo.people import People
from accountlens.demo.scale import Array, Scale
from accountlens.demo.team import Team
from accountlens.demo.vocabulary import (
    BUYING_ROLES,
    CURRENCIES,
    DEAL_SOURCES,
    DEAL_TYPES,
    PRODUCTS,
    STAGE_PROBABILITIES,
    STAGES,
)

PATHS = np.array([[0, 1, 2, 3, 4, -1, -1], [0, 1, 2, 3, 2, 3, 4], [0, 2, 3, 4, -1, -1, -1]])  # stages in order
PATH_WEIGHTS = (85, 8, 7)
STAGE_WEIGHTS = np.array([0.8, 1.0, 1.4, 1.3, 0.9])  # relative time spent
CLOSED_WON, CLOSED_LOST = 5, 6
UNKNOWN = np.datetime64("NaT")


@dataclass(frozen=True)
class Steps:
    """One entry per stage a deal entered before the end, in order."""

    deal: Array
    stage: Array
    entered: Array
    amount: Array
    last: Array


def make_steps(scale: Scale, deals: Deals) -> Steps:
    """Walk each deal along a path of stages up to its close, then cut at the end of the data."""
    rng = scale.stream("steps")
    n = len(deals)
    path = PATHS[choose(rng, PATH_WEIGHTS, n)]
    length = (path >= 0).sum(axis=1)
    reached = np.where(deals.fate == WON, length, 1 + np.floor(rng.random(n) ** 0.8 * length).astype(int))
    reached = np.where(deals.fate == DISQUALIFIED, np.minimum(reached, 2), reached)
    deal, place = ragged(reached + 1)
    closing = place == reached[deal]
    stage = path[deal, np.minimum(place, 6)]
    spent = np.where(closing, 0.0, STAGE_WEIGHTS[stage] * rng.uniform(0.4, 1.6, len(deal)))
    run = np.cumsum(spent) - spent
    starts = np.cumsum(reached + 1) - (reached + 1)
    total = np.add.reduceat(spent, starts) if n else spent
    share = (run - run[starts][deal]) / total[deal]
    span = (deals.closed - deals.created).astype(np.int64)
    entered = deals.created[deal] + np.floor(share * span[deal]).astype(np.int64)
    entered = np.where(closing, deals.closed[deal], entered)
    guess = rng.uniform(0.75, 1.35, n)[deal]
    factor = np.where(place == 0, guess, np.where(stage < 3, (1 + guess) / 2, 1.0))
    inside = entered.astype("M8[D]") < scale.end
    deal, entered = deal[inside], entered[inside]
    done = np.where(deals.fate[deal] == WON, CLOSED_WON, CLOSED_LOST)
    return Steps(
        deal=deal,
        stage=np.where(closing[inside], done, stage[inside]),
        entered=entered,
        amount=np.round(deals.amount[deal] * np.where(closing[inside], 1.0, factor[inside]), -1),
        last=np.concatenate([deal[1:] != deal[:-1], [True]]),
    )


def opportunities_table(
    scale: Scale, accounts: Accounts, team: Team, campaigns: Campaigns, deals: Deals, steps: Steps
) -> pa.Table:
    """The entity `opportunities`, as it stands at the end."""
    rng, n = scale.stream("opportunities"), len(deals)
    open_ = deals.closed.astype("M8[D]") >= scale.end
    status = np.where(open_, 3, deals.fate)
    closed = np.where(open_, UNKNOWN, deals.closed)
    stage = np.zeros(n, dtype=np.int64)
    stage[steps.deal[steps.last]] = steps.stage[steps.last]
    amount = np.zeros(n)
    amount[steps.deal[steps.last]] = steps.amount[steps.last]
    sized = (rng.random(n) >= 0.015) | (deals.fate == WON)
    marketed = np.isin(deals.source, (0, 2)) & (rng.random(n) < 0.75)
    return pa.table(
        {
            "opportunity_id": deal_ids(np.arange(n)),
            "status": words(("won", "lost", "disqualified", "open"), status),
            "created_at": times(deals.created),
            "account_id": words(accounts.ids, np.where(rng.random(n) < 0.003, -1, deals.account)),
            "name": deal_names(accounts, deals),
            "stage": words(STAGES, stage),
            "amount": money(amount, sized),
            "currency": words(CURRENCIES, accounts.currency[deals.account]),
            "probability": known(np.array(STAGE_PROBABILITIES)[stage], ~open_ | (rng.random(n) >= 0.03)),
            "closed_at": times(closed),
            "qualified_at": times(_qualified(n, steps)),
            "type": words(DEAL_TYPES, deals.type),
            "owner_id": words(team.ids, team.owner(deals.account, np.minimum(deals.closed, scale.end - 1))),
            "source": words(DEAL_SOURCES, deals.source),
            "campaign_id": words(
                campaigns.ids,
                np.where(marketed, campaigns.pick_running(rng, scale.month_of(deals.created)), -1),
            ),
            "product_id": labels("P", deals.product + 1, 2),
        }
    )


def deal_ids(deal: Array) -> pa.Array:
    return labels("O", np.where(deal >= 0, deal + 1, -1))


def deal_names(accounts: Accounts, deals: Deals) -> pa.Array:
    """Account, what is sold, and the year."""
    year = deals.created.astype("M8[Y]").astype(int) + 1970
    kinds = ("", " expansion", " add-on", " renewal")
    rows = zip(deals.account.tolist(), deals.product.tolist(), deals.type.tolist(), year.tolist(), strict=True)
    return pa.array([f"{accounts.name[a]}: {PRODUCTS[p][0]}{kinds[t]} {y}" for a, p, t, y in rows], pa.string())


def _qualified(deals: int, steps: Steps) -> Array:
    """The instant each deal first stood at qualification or beyond."""
    rows = np.flatnonzero((steps.stage >= 1) & (steps.stage <= CLOSED_WON))[::-1]
    qualified = np.full(deals, UNKNOWN, dtype="M8[s]")
    qualified[steps.deal[rows]] = steps.entered[rows]
    return qualified


def history_table(scale: Scale, deals: Deals, team: Team, steps: Steps) -> pa.Table:
    """The entity `opportunity_history`: stages, and the change of owner where it fell into an open deal."""
    reorganised = team.reorganised_on.astype("M8[s]")
    over = (deals.created < reorganised) & (deals.closed > reorganised) & team.moved[deals.account]
    over &= team.reorganised_on < scale.end
    before = np.flatnonzero(steps.entered < reorganised)
    latest = np.full(len(deals), -1)
    latest[steps.deal[before]] = before  # the last one before wins
    copied = latest[np.flatnonzero(over)]
    rows = np.concatenate([np.arange(len(steps.deal)), copied])
    when = np.concatenate([steps.entered, np.full(len(copied), reorganised + 9 * 3600)])
    order = np.lexsort((when, steps.deal[rows]))
    rows, when = rows[order], when[order]
    deal, stage = steps.deal[rows], steps.stage[rows]
    return pa.table(
        {
            "opportunity_id": deal_ids(deal),
            "changed_at": times(when),
            "stage": words(STAGES, stage),
            "amount": money(steps.amount[rows]),
            "probability": pa.array(np.array(STAGE_PROBABILITIES)[stage]),
            "owner_id": words(team.ids, team.owner(deals.account[deal], when)),
        }
    )


@dataclass(frozen=True)
class Involved:
    """The contacts that take part in each deal: places in the list of contacts of its account."""

    size: Array
    offset: Array


def make_involved(scale: Scale, accounts: Accounts, people: People, deals: Deals) -> Involved:
    """Won deals and large accounts involve more people."""
    rng, n = scale.stream("involved"), len(deals)
    mean = np.array([3.4, 2.2, 1.2])[accounts.tier[deals.account]] * np.where(deals.fate == WON, 1.35, 0.8)
    mean *= np.where(deals.type == NEW_BUSINESS, 1.1, 0.8)
    size = 1 + rng.poisson(mean)
    return Involved(np.minimum(size, people.count[deals.account]), rng.integers(0, 1 << 30, n))


def deal_contact(people: People, deals: Deals, involved: Involved, deal: Array, place: Array, known: Array) -> Array:
    """The contact at a place of a deal's circle, among those known so far."""
    account = deals.account[deal]
    spot = (involved.offset[deal] + place) % np.maximum(known, 1)
    return np.where(known > 0, people.first[account] + spot, -1)


def opportunity_contacts_table(people: People, deals: Deals, involved: Involved) -> pa.Table:
    """The entity `opportunity_contacts`, with the role each plays in the deal."""
    deal, place = ragged(involved.size)
    contact = deal_contact(people, deals, involved, deal, place, people.count[deals.account[deal]])
    role = people.role[contact]
    return pa.table(
        {
            "opportunity_id": deal_ids(deal),
            "contact_id": words(people.ids, contact),
            "role": words(BUYING_ROLES, np.where((role < 0) & (place == 0), 2, role)),
        }
    )
