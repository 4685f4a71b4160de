"""Customers at month ends, each with what became of it: the rows that a KPI's values are set beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from accountlens.language.calendar import Clock
from accountlens.language.periods import add_months, floor_to
from accountlens.leading.outcomes import Histories, Outcome, Window
from accountlens.models.arrays import BoolArray, IntArray

MOST_MONTHS = 60  # the oldest say little of a company as it is now


@dataclass(frozen=True)
class Panel:
    """A row is a customer at a month's end. `account` and `month` are places in the accounts and in the months."""

    account: IntArray
    month: IntArray
    event: BoolArray


def month_ends(past: Histories, outcome: Outcome, ahead: int, clock: Clock) -> Sequence[date]:
    """The first days after months at the end of which there were customers and the months ahead are wholly known."""
    if not len(past.spells[0]):
        return []
    known_until = clock.as_of - timedelta(days=outcome.late_days)
    first: datetime = past.spells[1].min().item()
    day, found = add_months(floor_to(clock.local(first).date(), "month"), 1), list[date]()
    while clock.midnight(add_months(day, ahead)) <= known_until:
        found.append(day)
        day = add_months(day, 1)
    found = found[-MOST_MONTHS:]
    return found[_first_seen(past, outcome, found, clock, ahead) :]


def _first_seen(past: Histories, outcome: Outcome, months: Sequence[date], clock: Clock, ahead: int) -> int:
    """The place of the first month after which the outcome was seen at all: before, nobody may have written it down."""
    rows = panel(past, outcome, months, clock, 0, ahead)
    return int(rows.month[rows.event].min(initial=len(months)))


def panel(past: Histories, outcome: Outcome, months: Sequence[date], clock: Clock, after: int, until: int) -> Panel:
    """What happened from `after` months after each month's end until `until` months after it."""
    told = [outcome.told(past, _window(clock, day, after, until)) for day in months]
    return Panel(
        np.concatenate([accounts for accounts, _ in told] or [np.array([], np.int64)]),
        np.repeat(np.arange(len(told)), [len(accounts) for accounts, _ in told]),
        np.concatenate([event for _, event in told] or [np.array([], np.bool_)]),
    )


def _window(clock: Clock, day: date, after: int, until: int) -> Window:
    at, start, end = (clock.midnight(add_months(day, months)) for months in (0, after, until))
    return Window(np.datetime64(at), np.datetime64(start), np.datetime64(end))
