"""Leads: the people who came before the deals, and the many who led to none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.demo.accounts import Accounts
from accountlens.demo.clock import office_time, past, to_workday, workday_in
from accountlens.demo.deals import NEW_BUSINESS, WON, Deals
from accountlens.demo.draw import Generator, choose, known, labels, times, words
from accountlens.demo.people import People
from accountlens.demo.scale import Array, Scale
from accountlens.demo.team import Team
from accountlens.demo.vocabulary import FIRST_NAMES, LAST_NAMES

SOURCES = (
    "website",
    "webinar",
    "event",
    "paid_social",
    "paid_search",
    "content",
    "referral",
    "partner",
    "outbound",
)
SOURCE_WEIGHTS = (24, 16, 11, 10, 13, 12, 5, 4, 5)
QUIET_PER_400 = 1800  # leads that belong to no deal, in 36 months
BUYERS_WEIGHT = 0.2  # accounts that buy are mostly found before they fill in forms
STRANGERS_SHARE = 0.06
AGAIN_SHARE = 0.03
MQL_SCORE = 100
DAY = 86_400
NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class _Drafts:
    account: Array
    contact: Array
    created: Array
    deal_created: Array  # NaT where no deal followed


def leads_table(scale: Scale, accounts: Accounts, people: People, deals: Deals, team: Team, mail: pa.Array) -> pa.Table:
    """The entity `leads`; people of unknown companies and people who came twice included."""
    rng = scale.stream("leads")
    drafts = _drafts(rng, scale, people, deals)
    n = len(drafts.account)
    mql_at, sql_at = _qualified(rng, scale, drafts)
    mql, accepted = ~np.isnat(mql_at), ~np.isnat(sql_at)
    score = np.where(mql, MQL_SCORE + rng.gamma(1.6, 22, n), (MQL_SCORE - 1) * rng.beta(1.4, 2.2, n))
    answers = _answers(rng, accepted, mql)
    stranger = np.isnat(drafts.deal_created) & (rng.random(n) < STRANGERS_SHARE)
    linked = ~stranger & (rng.random(n) > 0.08)
    table = pa.table(
        {
            "lead_id": labels("L", np.arange(1, n + 1)),
            "created_at": times(drafts.created),
            "email": pc.if_else(pa.array(stranger), _strangers(rng, n), words(mail, drafts.contact)),
            "account_id": words(accounts.ids, np.where(linked, drafts.account, -1)),
            "contact_id": words(people.ids, np.where(linked, drafts.contact, -1)),
            "source": words(SOURCES, choose(rng, SOURCE_WEIGHTS, n)),
            "score": pa.array(np.round(score).astype(int)),
            "became_mql_at": times(mql_at),
            "became_sql_at": times(sql_at),
            **{name: answers[name] for name in ("budget", "authority", "need", "timeline")},
            "converted_at": times(past(scale, drafts.deal_created)),
            "owner_id": words(team.ids, rng.choice(team.members("Business Development"), n)),
        }
    )
    return _with_repeats(rng, scale, table)


def _drafts(rng: Generator, scale: Scale, people: People, deals: Deals) -> _Drafts:
    """One or two leads some weeks before most new deals, and leads of prospects that went nowhere."""
    fresh = np.flatnonzero((deals.type == NEW_BUSINESS) & (deals.created.astype("M8[D]") >= scale.start))
    deal = np.repeat(fresh, rng.choice(4, len(fresh), p=[0.4, 0.35, 0.17, 0.08]))
    before = deals.created[deal] - np.floor(rng.gamma(2.0, 16, len(deal)) * DAY).astype(np.int64) - DAY
    quiet = scale.share(QUIET_PER_400 * scale.months / 36)
    weight = np.ones(len(people.count))
    weight[deals.account[deals.fate == WON]] = BUYERS_WEIGHT
    account = choose(rng, weight, quiet)
    month = scale.first_month + np.floor(scale.months * rng.random(quiet) ** 0.85).astype(int)
    later = office_time(rng, workday_in(rng, month, 0.06))
    every = np.concatenate([deals.account[deal], account])
    place = np.floor(people.count[every] * rng.random(len(every))).astype(np.int64)
    contact = people.first[every] + place
    created = np.concatenate([before, later])
    earliest = office_time(rng, people.created[contact[: len(deal)]])
    created[: len(deal)] = np.where(earliest < deals.created[deal], np.maximum(before, earliest), before)
    following = np.concatenate([deals.created[deal], np.full(quiet, np.datetime64("NaT", "s"))])
    kept = (created.astype("M8[D]") >= scale.start) & (created.astype("M8[D]") < scale.end)
    order = np.argsort(created[kept], kind="stable")
    return _Drafts(every[kept][order], contact[kept][order], created[kept][order], following[kept][order])


def _qualified(rng: Generator, scale: Scale, drafts: _Drafts) -> tuple[Array, Array]:
    """When marketing and then sales took each lead for a good one; NaT where they did not."""
    n, useful = len(drafts.account), ~np.isnat(drafts.deal_created)
    wait = np.floor(rng.gamma(1.3, np.where(useful, 4, 14)) * DAY).astype(np.int64)
    mql_at = drafts.created + wait
    before_deal = np.maximum(drafts.created, drafts.deal_created - 2 * DAY)
    mql_at = np.where(useful, np.minimum(mql_at, before_deal), mql_at)
    mql = rng.random(n) < np.where(useful, 0.78, 0.17)
    mql_at = past(scale, np.where(mql, mql_at, NEVER))
    sql_at = mql_at + np.floor(rng.gamma(1.8, 6, n) * DAY).astype(np.int64)
    accepted = rng.random(n) < np.where(useful, 0.68, 0.14)
    return mql_at, past(scale, np.where(accepted, sql_at, NEVER))


def _answers(rng: Generator, accepted: Array, mql: Array) -> dict[str, pa.Array]:
    """Budget, authority, need and timeline: asked of marketing-qualified people only."""
    chances = {
        "budget": (0.82, 0.35),
        "authority": (0.78, 0.40),
        "need": (0.97, 0.60),
        "timeline": (0.80, 0.30),
    }
    answers = {}
    for name, (good, poor) in chances.items():
        said = rng.random(len(mql)) < np.where(accepted, good, poor)
        answers[name] = known(said, mql & (rng.random(len(mql)) < 0.94))
    return answers


def _strangers(rng: Generator, n: int) -> pa.Array:
    """Private addresses that belong to no account."""
    first, last = rng.integers(0, len(FIRST_NAMES), n), rng.integers(0, len(LAST_NAMES), n)
    local = pc.binary_join_element_wise(words(FIRST_NAMES, first), words(LAST_NAMES, last), ".")
    return pc.binary_join_element_wise(pc.ascii_lower(local), pa.scalar("mailbox.example"), "@")


def _with_repeats(rng: Generator, scale: Scale, leads: pa.Table) -> pa.Table:
    """Some people come again later, written in other letters."""
    rows = np.flatnonzero(rng.random(len(leads)) < AGAIN_SHARE)
    later = np.asarray(leads["created_at"].take(pa.array(rows))).astype("M8[s]")
    later = to_workday(rng, later.astype("M8[D]") + rng.integers(20, 160, len(rows)))
    rows, later = rows[later < scale.end], later[later < scale.end]
    again = leads.take(pa.array(rows))
    changes = {
        "lead_id": labels("L", len(leads) + 1 + np.arange(len(rows))),
        "created_at": times(office_time(rng, later)),
        "email": pc.utf8_upper(again["email"].combine_chunks()),
        "score": pa.array(rng.integers(5, 60, len(rows))),
        "became_mql_at": pa.nulls(len(rows), pa.timestamp("s")),
        "became_sql_at": pa.nulls(len(rows), pa.timestamp("s")),
        "converted_at": pa.nulls(len(rows), pa.timestamp("s")),
    }
    for name, column in changes.items():
        again = again.set_column(again.schema.get_field_index(name), name, column)
    return pa.concat_tables([leads, again])
