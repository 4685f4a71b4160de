"""Touches between people: calls, meetings, messages and mails written by hand, with and without a deal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.demo.clock import office_time, to_workday
from accountlens.demo.deals import DISQUALIFIED, LOST, RENEWAL
from accountlens.demo.draw import Generator, choose
from accountlens.demo.moment import Moment, Stage
from accountlens.demo.opportunities import Involved, deal_contact
from accountlens.demo.rows import CHANNEL, INBOUND, KIND, NUMBERS_PER_MONTH, OUTBOUND, STATUS, Rows, rows
from accountlens.demo.scale import Array

CUSTOMER_TOUCHES = np.array([3.6, 1.9, 0.85])  # a month, by tier
PROSPECT_TOUCHES = np.array([1.1, 0.7, 0.42])
DEAL_TOUCHES = np.array([17.0, 10.0, 6.0])  # a deal
HAND_MESSAGES, DEAL_MESSAGES = 1 << 23, 1 << 22  # where their numbers begin in a month

# kind, direction, channel, share of touches of customers, prospects and deals
MIX = (
    ("meeting", OUTBOUND, "video", 13, 1, 20),
    ("meeting", OUTBOUND, "in_person", 5, 1, 6),
    ("call", OUTBOUND, "phone", 22, 28, 22),
    ("call", INBOUND, "phone", 7, 1, 6),
    ("email_sent", OUTBOUND, "email", 23, 56, 22),
    ("email_replied", INBOUND, "email", 17, 5, 16),
    ("message", OUTBOUND, "linkedin", 4, 6, 3),
    ("message", INBOUND, "linkedin", 4, 1, 3),
    ("chat", INBOUND, "product", 5, 1, 2),
)
WITH_CUSTOMER, WITH_PROSPECT, IN_DEAL = 3, 4, 5
KIND_OF = np.array([KIND[row[0]] for row in MIX])
DIRECTION_OF = np.array([row[1] for row in MIX])
CHANNEL_OF = np.array([CHANNEL[row[2]] for row in MIX])


def touch_rate(moment: Moment) -> Array:
    """Care for customers, outreach to prospects; less after a handover and when cooling off."""
    climate, tier = moment.stage.climate, moment.stage.accounts.tier
    prospect = PROSPECT_TOUCHES[tier] * (moment.stage.pursuit + 0.6 * moment.of(moment.stage.market))
    base = np.where(moment.of(climate.customer), CUSTOMER_TOUCHES[tier], prospect)
    base = np.where(moment.of(climate.former), 0.2, base) * np.where(moment.of(climate.program), 1.25, 1.0)
    base = base * moment.of(climate.handover) * moment.of(climate.warmth) * moment.of(climate.known)
    return np.asarray(base * climate.season[moment.month] * (0.6 + 0.4 * moment.stage.interest))


def touches(moment: Moment) -> Rows:
    """Touches outside of deals, by the owner of the account or, with prospects, by business development."""
    rng, stage = moment.rng, moment.stage
    account = moment.draw(touch_rate(moment))
    n = len(account)
    customer = moment.of(stage.climate.customer)[account]
    kind = np.where(customer, _kinds(moment, WITH_CUSTOMER, n), _kinds(moment, WITH_PROSPECT, n))
    at = moment.at_work(account, 0.02)
    developer = rng.choice(stage.team.members("Business Development"), n)
    owner = stage.team.owner(account, at)
    employee = np.where(customer | (rng.random(n) < 0.4), owner, developer)
    return _touch_rows(moment, at, kind, account, moment.contact(account, 1.4), employee, np.full(n, -1), customer)


def _kinds(moment: Moment, column: int, n: int) -> Array:
    return choose(moment.rng, [float(row[column]) for row in MIX], n)


def _touch_rows(
    moment: Moment,
    at: Array,
    mix: Array,
    account: Array,
    contact: Array,
    employee: Array,
    deal: Array,
    close: Array,
) -> Rows:
    """Rows with outcome and length; who knows us well answers more often."""
    n, kind, direction = len(at), KIND_OF[mix], DIRECTION_OF[mix]
    spoken = np.isin(kind, (KIND["call"], KIND["meeting"]))
    status, length = _outcome(moment.rng, kind, direction, close)
    done = status == STATUS["completed"]
    first = moment.month * NUMBERS_PER_MONTH + HAND_MESSAGES
    first += DEAL_MESSAGES if n and deal[0] >= 0 else 0
    mail = np.isin(kind, (KIND["email_sent"], KIND["email_replied"]))
    return rows(
        at,
        kind=kind,
        account=account,
        contact=contact,
        employee=employee,
        direction=direction,
        channel=CHANNEL_OF[mix],
        deal=deal,
        message=np.where(mail, first + np.arange(n), -1),
        minutes=np.where(spoken & done, length, -1),
        status=np.where(spoken, status, -1),
    )


def _outcome(rng: Generator, kind: Array, direction: Array, close: Array) -> tuple[Array, Array]:
    """Status and minutes of calls and meetings."""
    n, call = len(kind), kind == KIND["call"]
    answered = (direction == INBOUND) | (rng.random(n) < np.where(close, 0.72, 0.3))
    missed = np.where(rng.random(n) < 0.5, STATUS["voicemail"], STATUS["no_answer"])
    held = rng.random(n) < 0.9
    failed = np.where(rng.random(n) < 0.7, STATUS["cancelled"], STATUS["no_show"])
    done = np.where(call, answered, held)
    status = np.where(done, STATUS["completed"], np.where(call, missed, failed))
    length = np.where(call, np.round(3 + rng.gamma(2.0, 7.0, n)), rng.choice([30, 30, 45, 60, 60, 90], n))
    return status, length.astype(np.int64)


@dataclass(frozen=True)
class DealTouches:
    """Touches of all deals, in the order of the months; `edges[m] .. edges[m + 1]` are those of month m."""

    deal: Array
    at: Array
    edges: Array


def deal_touch_rate(stage: Stage) -> Array:
    """Touches per deal that fall before the end of the data."""
    deals = stage.deals
    effort = np.select([deals.fate == DISQUALIFIED, deals.fate == LOST], [0.3, 0.62], 1.0)
    effort = effort * np.where(deals.type == RENEWAL, np.where(deals.fate == LOST, 0.15, 0.5), 1.0)
    effort = effort * np.where(deals.type == 0, 1.0, 0.6)
    start, end = stage.scale.start.astype("M8[s]"), stage.scale.end.astype("M8[s]")
    span = (deals.closed - deals.created).astype(float)
    seen = (np.minimum(deals.closed, end) - np.maximum(deals.created, start)).astype(float)
    return np.asarray(DEAL_TOUCHES[stage.accounts.tier[deals.account]] * effort * np.clip(seen / span, 0, 1))


def make_deal_touches(stage: Stage, density: float) -> DealTouches:
    """Spread the touches of each deal over its time, denser towards the close."""
    rng, deals, scale = stage.scale.stream("deal touches"), stage.deals, stage.scale
    deal = np.repeat(np.arange(len(deals)), rng.poisson(deal_touch_rate(stage) * density))
    begins = np.maximum(deals.created, scale.start.astype("M8[s]"))[deal]
    ends = np.minimum(deals.closed, scale.end.astype("M8[s]"))[deal]
    share = rng.random(len(deal)) ** 0.85
    day = (begins + np.floor(share * (ends - begins).astype(np.int64)).astype(np.int64)).astype("M8[D]")
    day = np.maximum(to_workday(rng, day), begins.astype("M8[D]"))
    at = office_time(rng, day, stage.accounts.hours[deals.account[deal]])
    at = np.clip(at, begins + 60, np.maximum(ends - 60, begins + 60))
    month = scale.month_of(at)
    works = rng.random(len(deal)) < stage.climate.season[np.clip(month, 0, scale.months - 1)]  # else on holiday
    order = np.argsort(month, kind="stable")
    order = order[works[order]]
    edges = np.searchsorted(month[order], np.arange(scale.months + 1))
    return DealTouches(deal[order], at[order], edges)


def deal_touches(moment: Moment, involved: Involved, all_touches: DealTouches) -> Rows:
    """The touches of this month that belong to deals."""
    stage = moment.stage
    part = slice(int(all_touches.edges[moment.month]), int(all_touches.edges[moment.month + 1]))
    deal, at = all_touches.deal[part], all_touches.at[part]
    account = stage.deals.account[deal]
    place = np.floor(involved.size[deal] * moment.rng.random(len(deal)) ** 1.3).astype(np.int64)
    contact = deal_contact(stage.people, stage.deals, involved, deal, place, moment.known[account])
    kinds = _kinds(moment, IN_DEAL, len(deal))
    owner = stage.team.owner(account, at)
    return _touch_rows(moment, at, kinds, account, contact, owner, deal, np.ones(len(deal), dtype=bool))
