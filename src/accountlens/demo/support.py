"""Tickets and what was written in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo.accounts import Accounts
from accountlens.demo.climate import Climate
from accountlens.demo.clock import add_working_minutes, office_time, past, utc, workday_in
from accountlens.demo.draw import Generator, choose, known, labels, times, words
from accountlens.demo.people import People
from accountlens.demo.scale import Array, Scale

TICKETS_PER_MONTH = np.array([1.7, 0.75, 0.35])
COOLING_LIFT, INCIDENT_LIFT, INCIDENT_DELAY = 2.2, 1.1, 1.0  # added to 1 at full cooling or incident
PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITY_WEIGHTS = (22, 51, 20, 7)
FIRST_RESPONSE_MINUTES = np.array([210.0, 120.0, 62.0, 24.0])  # medians, working time
RESOLUTION_MINUTES = np.array([17.0, 10.0, 6.0, 3.0]) * 60
EVENING_SHARE, REOPENED_SHARE = 0.06, 0.06
HARD_SHARE, SILENT_SHARE = 0.02, 0.03
AGENT, CUSTOMER, BOT = range(3)
NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class Tickets:
    """One entry per ticket; instants after the end of the data have not happened yet."""

    account: Array
    contact: Array
    priority: Array
    created: Array
    replied: Array
    solved: Array  # for good
    reopened: Array
    silent: Array  # nothing was written down

    def __len__(self) -> int:
        return len(self.account)


def make_tickets(scale: Scale, accounts: Accounts, people: People, climate: Climate) -> Tickets:
    """Customers write by size, and the answers follow."""
    rng = scale.stream("tickets")
    account, month, created = _questions(rng, scale, accounts, climate)
    n = len(account)
    priority = choose(rng, PRIORITY_WEIGHTS, n)
    slow = 1 + INCIDENT_DELAY * climate.incident[month]
    wait = slow * FIRST_RESPONSE_MINUTES[priority] * rng.lognormal(0, 0.75, n)
    replied = add_working_minutes(created, 1 + wait)
    hard = np.where(rng.random(n) < HARD_SHARE, 15, 1)
    work = slow * RESOLUTION_MINUTES[priority] * rng.lognormal(0, 0.8, n) * hard
    solved = add_working_minutes(replied, 5 + work)
    again = rng.random(n) < REOPENED_SHARE
    reopened = solved + np.floor(86_400 * rng.uniform(0.2, 4, n)).astype(int)
    contact = people.pick(rng, account, people.count[account], 1.3)
    return Tickets(
        account=account,
        contact=contact,
        priority=priority,
        created=created,
        replied=replied,
        solved=np.where(again, add_working_minutes(reopened, 0.6 * work + 30), solved),
        reopened=np.where(again, reopened, NEVER),
        silent=rng.random(n) < SILENT_SHARE,
    )


def _questions(rng: Generator, scale: Scale, accounts: Accounts, climate: Climate) -> tuple[Array, Array, Array]:
    """Account, month and instant of each ticket; more when an account cools off, and in the incident."""
    rate = TICKETS_PER_MONTH[accounts.tier][:, None] * climate.customer[:, : scale.months]
    rate = rate * (1 + COOLING_LIFT * climate.cooling[:, : scale.months])
    rate = rate * (1 + INCIDENT_LIFT * climate.incident[: scale.months])
    counts = rng.poisson(rate * (0.5 + 0.5 * climate.season[: scale.months]))
    account, month = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    day = workday_in(rng, scale.first_month + month, 0.05)
    evening = rng.random(len(day)) < EVENING_SHARE
    created = np.where(evening, utc(day, 1080 + 300 * rng.random(len(day))), office_time(rng, day))
    order = np.argsort(created, kind="stable")
    order = order[created[order].astype("M8[D]") < scale.end]
    return account[order], month[order], created[order]


def tickets_table(scale: Scale, accounts: Accounts, people: People, tickets: Tickets) -> pa.Table:
    """The entity `tickets`, as it stands at the end."""
    rng, n = scale.stream("tickets", "table"), len(tickets)
    solved, replied = past(scale, tickets.solved), past(scale, tickets.replied)
    waits = rng.random(n) < 0.4
    status = np.select([~np.isnat(solved), np.isnat(replied), waits], [0, 1, 2], 3)
    return pa.table(
        {
            "ticket_id": labels("T", np.arange(1, n + 1)),
            "created_at": times(tickets.created),
            "account_id": words(accounts.ids, np.where(rng.random(n) < 0.004, -1, tickets.account)),
            "contact_id": words(people.ids, tickets.contact),
            "priority": words(PRIORITIES, tickets.priority),
            "first_response_at": times(replied),
            "solved_at": times(solved),
            "reopened_at": times(past(scale, tickets.reopened)),
            "status": words(("solved", "new", "pending", "open"), status),
        }
    )


def _written(rng: Generator, tickets: Tickets) -> list[tuple[Array, Array, int, bool]]:
    """Tickets, instants, author and publicity of everything written in the tickets, by occasion."""
    n = len(tickets)
    every = np.arange(n)
    wait = (tickets.replied - tickets.created).astype(np.int64)
    rounds = np.repeat(every, rng.poisson(1.1, n))
    span = (tickets.solved - tickets.replied).astype(np.int64)[rounds]
    later = np.floor(0.9 * rng.random(len(rounds)) * span).astype(np.int64)
    asked = add_working_minutes(tickets.replied[rounds] + later, rng.uniform(1, 60, len(rounds)))
    answered = add_working_minutes(asked, 20 + 90 * rng.lognormal(0, 0.7, len(rounds)))
    kept = answered < tickets.solved[rounds]
    rounds, asked, answered = rounds[kept], asked[kept], answered[kept]
    greeted, noted = every[rng.random(n) < 0.6], every[rng.random(n) < 0.2]
    again = every[~np.isnat(tickets.reopened)]
    return [
        (every, tickets.created, CUSTOMER, True),
        (greeted, tickets.created[greeted] + 20, BOT, True),
        (noted, tickets.created[noted] + np.floor(0.5 * wait[noted]).astype(np.int64), AGENT, False),
        (every, tickets.replied, AGENT, True),
        (rounds, asked, CUSTOMER, True),
        (rounds, answered, AGENT, True),
        (again, tickets.reopened[again], CUSTOMER, True),
        (every, tickets.solved, AGENT, True),
    ]


def comments_table(scale: Scale, tickets: Tickets) -> pa.Table:
    """The entity `ticket_comments`: from the question to the solution."""
    parts = _written(scale.stream("comments"), tickets)
    ticket = np.concatenate([part[0] for part in parts])
    when = np.concatenate([part[1] for part in parts])
    sizes = [len(part[0]) for part in parts]
    author = np.repeat([part[2] for part in parts], sizes)
    public = np.repeat([part[3] for part in parts], sizes)
    rows = np.flatnonzero((when.astype("M8[D]") < scale.end) & ~tickets.silent[ticket])
    rows = rows[np.lexsort((public[rows], author[rows], when[rows], ticket[rows]))]
    said = np.stack([ticket[rows], when[rows].astype(np.int64), author[rows], public[rows]])
    rows = rows[np.diff(said, axis=1, prepend=-1).any(axis=0)]  # rows have no key: each is different
    return pa.table(
        {
            "ticket_id": labels("T", ticket[rows] + 1),
            "occurred_at": times(when[rows]),
            "author_kind": words(("agent", "customer", "bot"), author[rows]),
            "is_public": known(public[rows], np.ones(len(rows), dtype=bool)),
        }
    )
