"""What became of customers: who left, who did not renew, who paid more, in the months after a month's end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from accountlens.errors import AccountlensError, suggest
from accountlens.models.arrays import BoolArray, IntArray
from accountlens.open_snapshot import OpenSnapshot

LEAST_RISE = 1e-6  # of monthly revenue, as in `mrr_movements`: sums of fractions need not come back to 0
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Window:
    """Looked from `at` (a month's end) at what happens in [start, end); naive UTC."""

    at: np.datetime64
    start: np.datetime64
    end: np.datetime64


@dataclass(frozen=True)
class Histories:
    """What happened, by account (a place in `accounts`).

    `spells`: unbroken times as a customer; `terms`: contracts, when each ends and when its fate was known; `moves`:
    changes of monthly revenue.
    """

    accounts: Sequence[str]
    spells: tuple[IntArray, Times, Times]  # account, started, ended (a far day while it goes on)
    terms: tuple[IntArray, Times, Times, Times, BoolArray]  # account, started, due, known, lost
    moves: tuple[IntArray, Times, npt.NDArray[np.float64]]  # account, at, amount

    def customers(self, window: Window) -> IntArray:
        """Who is a customer at the month's end, and is still the same one where the window starts (rule G2)."""
        account, started, ended = self.spells
        return np.unique(account[(started < window.at) & (ended >= window.start)])


Told = tuple[IntArray, BoolArray]  # accounts of which it could be said, and whether it happened to each


def _churned(past: Histories, window: Window) -> Told:
    account, started, ended = past.spells
    here = (started < window.at) & (ended >= window.start)
    return _by_account(account[here], ended[here] < window.end)


def _not_renewed(past: Histories, window: Window) -> Told:
    """Of contracts that ran, ended in the window, and of which nothing was decided at the month's end."""
    account, started, due, known, lost = past.terms
    here = (started < window.at) & (due >= window.start) & (due < window.end) & (known >= window.at)
    return _by_account(account[here], lost[here])


def _grown(past: Histories, window: Window) -> Told:
    """Rates of exchange are no growth: `mrr_movements` keeps their effect apart."""
    account, at, amount = past.moves
    here = (at >= window.start) & (at < window.end)
    change = np.bincount(account[here], weights=amount[here], minlength=len(past.accounts))
    customers = past.customers(window)
    return customers, change[customers] > LEAST_RISE


def _by_account(account: IntArray, happened: BoolArray) -> Told:
    found, place = np.unique(account, return_inverse=True)
    return found, np.bincount(place, weights=happened, minlength=len(found)) > 0


@dataclass(frozen=True)
class Outcome:
    """`event` and `otherwise` finish "a customer who …". `good`: whether one wants it to happen.

    `needs`: one entity of each group. `late_days`: how long after the window's end it may still be undecided.
    """

    event: str
    otherwise: str
    good: bool
    needs: Sequence[Sequence[str]]
    told: Callable[[Histories, Window], Told]
    late_days: int = 0


OUTCOMES: Mapping[str, Outcome] = {
    "churn": Outcome("left", "stayed", False, [("subscriptions", "contracts")], _churned),
    "renewal": Outcome("did not renew", "renewed", False, [("contracts",)], _not_renewed),
    "growth": Outcome("paid more", "did not", True, [("subscriptions",)], _grown),
}
FAR = datetime(2999, 12, 31)


def outcome_of(word: str, opened: OpenSnapshot) -> Outcome:
    """The outcome of that name; an error where there is none, or the data do not tell it."""
    if word not in OUTCOMES:
        raise AccountlensError(f"'{word}' is no outcome ({', '.join(OUTCOMES)}).", mend=suggest(word, OUTCOMES) or None)
    found = OUTCOMES[word]
    for entities in found.needs:
        if not any(entity in opened.available for entity in entities):
            what = f"Who {found.event} needs {' or '.join(entities)}, and there is no source of it."
            raise AccountlensError(what, mend=f"accountlens template {entities[0]} shows what such a file holds.")
    if word == "renewal":
        return replace(found, late_days=int(opened.catalog.parameters("contract_outcomes")["grace_days"]))
    return found


def read_histories(opened: OpenSnapshot) -> Histories:
    """All that is needed of all outcomes, up to the snapshot's moment."""
    spells = _rows(opened, "customer_spells", "account_id, started_at, COALESCE(ended_at, $far)")
    terms = _rows(
        opened, "contract_outcomes",
        "account_id, started_at, due_at, COALESCE(renewed_at, lost_at, $far), lost_at IS NOT NULL",
    )  # fmt: skip
    moves = _rows(opened, "mrr_movements", "account_id, moved_at, amount")
    accounts = sorted({row[0] for row in (*spells, *terms, *moves)})
    place = {account: number for number, account in enumerate(accounts)}
    return Histories(
        accounts,
        (_places(spells, place), _times(spells, 1), _times(spells, 2)),
        (_places(terms, place), _times(terms, 1), _times(terms, 2), _times(terms, 3),
         np.array([row[4] for row in terms], np.bool_)),
        (_places(moves, place), _times(moves, 1), np.array([row[2] for row in moves], np.float64)),
    )  # fmt: skip


def _rows(opened: OpenSnapshot, fact: str, columns: str) -> list[Any]:
    opened.session.ensure_fact(fact)
    sql = f"SELECT {columns} FROM {fact} WHERE account_id IS NOT NULL"
    return opened.session.fetch(sql.replace("$far", f"TIMESTAMP '{FAR}'")).fetchall()


def _places(rows: Sequence[Any], place: Mapping[str, int]) -> IntArray:
    return np.array([place[row[0]] for row in rows], np.int64)


def _times(rows: Sequence[Any], column: int) -> Times:
    return np.array([row[column] for row in rows], "datetime64[us]")
