"""The contacts of the accounts, grouped by account and in the order in which they became known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.demo.accounts import Accounts
from accountlens.demo.clock import office_time
from accountlens.demo.draw import Generator, choose, choose_by_row, labels, ragged, times, words
from accountlens.demo.scale import Array, Scale
from accountlens.demo.vocabulary import (
    BUYING_ROLE_WEIGHTS,
    BUYING_ROLES,
    FIRST_NAMES,
    LAST_NAMES,
    SENIORITIES,
    TITLES,
    VENDOR_DOMAIN,
)

CONTACTS_OF_CUSTOMERS = np.array([22.0, 11.0, 5.0])
CONTACTS_OF_PROSPECTS = np.array([9.0, 6.0, 3.6])
SENIORITY_WEIGHTS = (6, 9, 19, 32, 34)


@dataclass(frozen=True)
class People:
    """Contacts by index; those of account `a` are `first[a] .. first[a] + count[a]`."""

    account: Array
    first: Array
    count: Array
    created: Array  # days, rising inside an account
    seniority: Array
    role: Array  # -1 where unknown
    ids: pa.Array

    def known_by(self, day: np.datetime64) -> Array:
        """How many contacts of each account are known on the day."""
        return np.bincount(self.account[self.created <= day], minlength=len(self.count))

    def pick(self, rng: Generator, accounts: Array, known: Array, skew: float = 1.7) -> Array:
        """A contact among the first `known` of each account, early ones more often; -1 for none."""
        place = np.floor(known * rng.random(len(accounts)) ** skew).astype(np.int64)
        return np.where(known > 0, self.first[accounts] + place, -1)


def make_people(scale: Scale, accounts: Accounts, customers: Array) -> People:
    """Draw contacts: customers have more, and meet them over time."""
    rng = scale.stream("people")
    n = len(accounts)
    mean = np.where(customers, CONTACTS_OF_CUSTOMERS[accounts.tier], CONTACTS_OF_PROSPECTS[accounts.tier])
    count = np.maximum(2, rng.poisson(mean * rng.lognormal(0, 0.25, n)))
    account, place = ragged(count)
    room = np.maximum((scale.end - np.maximum(accounts.created, scale.start)).astype(np.int64), 30)[account]
    waits = np.where(place < 2, rng.random(len(account)) * 5, room * rng.random(len(account)) ** 1.5)
    known_before = accounts.early[account] & (place < 0.6 * count[account])
    created = np.where(
        known_before,
        accounts.created[account] + rng.integers(0, 900, len(account)),
        np.maximum(accounts.created, np.where(accounts.early, scale.start, accounts.created))[account]
        + np.floor(waits).astype(np.int64),
    )
    created = np.minimum(created, scale.end - 2)[np.lexsort((created, account))]
    seniority = choose(rng, SENIORITY_WEIGHTS, len(account))
    role = choose_by_row(rng, np.array(BUYING_ROLE_WEIGHTS, dtype=float)[seniority])
    return People(
        account=account,
        first=np.cumsum(count) - count,
        count=count,
        created=created,
        seniority=seniority,
        role=np.where(rng.random(len(account)) < 0.12, -1, role),
        ids=labels("C", np.arange(1, len(account) + 1), 6),
    )


def contacts_table(scale: Scale, accounts: Accounts, people: People) -> pa.Table:
    """The entity `contacts`; a few are the vendor's own test users, a few are not linked to their account."""
    rng, n = scale.stream("contacts"), len(people.account)
    first, last = rng.integers(0, len(FIRST_NAMES), n), rng.integers(0, len(LAST_NAMES), n)
    internal = rng.random(n) < 0.003
    linked = rng.random(n) >= 0.012
    titles = [title for group in TITLES for title in group]
    starts = np.cumsum([0, *map(len, TITLES)])[:-1]
    sizes = np.array([len(group) for group in TITLES])
    title = starts[people.seniority] + np.floor(rng.random(n) * sizes[people.seniority]).astype(int)
    names = pc.binary_join_element_wise(words(FIRST_NAMES, first), words(LAST_NAMES, last), " ")
    mailless = (rng.random(n) < 0.01) & ~internal
    return pa.table(
        {
            "contact_id": people.ids,
            "account_id": words(accounts.ids, np.where(linked, people.account, -1)),
            "email": pc.if_else(
                pa.array(mailless), pa.scalar(None, pa.string()), mails(accounts, people, names, internal)
            ),
            "name": names,
            "title": words(titles, title),
            "seniority": words(SENIORITIES, people.seniority),
            "buying_role": words(BUYING_ROLES, people.role),
            "created_at": times(office_time(rng, people.created, accounts.hours[people.account])),
            "is_internal": pa.array(internal),
        }
    )


def mails(accounts: Accounts, people: People, names: pa.Array, internal: Array) -> pa.Array:
    """first.last@domain; a name that comes again in an account gets a number."""
    local = pc.replace_substring(pc.ascii_lower(names), " ", ".")
    code = np.asarray(pc.dictionary_encode(local).indices)
    order = np.lexsort((np.arange(len(code)), code, people.account))
    same = (np.diff(people.account[order], prepend=-1) == 0) & (np.diff(code[order], prepend=-1) == 0)
    runs = np.arange(len(order)) - np.maximum.accumulate(np.where(~same, np.arange(len(order)), 0))
    again = np.empty(len(order), dtype=np.int64)
    again[order] = runs
    number = pc.if_else(pa.array(again > 0), pa.array(again + 1).cast(pa.string()), "")
    domain = words(accounts.domain, people.account)
    domain = pc.if_else(pa.array(internal), pa.scalar(VENDOR_DOMAIN), domain)
    return pc.binary_join_element_wise(pc.binary_join_element_wise(local, number, ""), domain, "@")
