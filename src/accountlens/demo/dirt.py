"""The faults planted into CSV files, each with what a refresh has to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

import numpy as np
import pyarrow as pa

Row = dict[str, str | None]
Fate = Literal["duplicate", "quarantined", "kept"]
Only = Callable[[Row], bool]

NOBODY = "A-unknown"


def anything(row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """Copies of good rows with something wrong, at a share of the rows of their entity but at least one."""

    entity: str
    about: str
    fate: Fate
    share: float
    spoil: Callable[[Row], Row]
    only: Only = anything
    first: bool = False  # written before the good rows, as an older version of one of them

    def rows(self, good_rows: int) -> int:
        return max(1, round(self.share * good_rows))


def _is(column: str, value: str) -> Callable[[Row], bool]:
    return lambda row: row[column] == value


def _twice(entity: str, share: float) -> Fault:
    return Fault(entity, "the same row twice", "duplicate", share, lambda row: row)


def _older(entity: str, share: float, **values: str | None) -> Fault:
    return Fault(entity, "an older version of a row", "duplicate", share, lambda row: row | values, first=True)


def _nameless(entity: str, share: float, key: str) -> Fault:
    return Fault(entity, f"no {key}", "quarantined", share, lambda row: row | {key: None})


def _bad(entity: str, about: str, share: float, key: str, only: Only = anything, **values: str) -> Fault:
    """A row of its own, so that the good row it is copied from stays."""
    return Fault(entity, about, "quarantined", share, lambda row: row | {key: f"{row[key]}-x"} | values, only)


def _lost(entity: str, share: float, key: str | None) -> Fault:
    """A row of an account nobody knows, and of no contact we know."""

    def spoil(row: Row) -> Row:
        spoilt = row | {"account_id": NOBODY, "contact_id": None}
        return spoilt | {key: f"{row[key]}-x"} if key else spoilt

    return Fault(entity, "an account nobody knows", "kept", share, spoil)


def _backwards(
    entity: str,
    share: float,
    key: str | None,
    start: str,
    end: str,
    fate: Fate = "quarantined",
    only: Only = anything,
) -> Fault:
    """The end before the start; where no one column is the key, the start moves by a day."""

    def spoil(row: Row) -> Row:
        written = str(row[start])
        begin = datetime.fromisoformat(written)
        early, later = ((begin + timedelta(days=by)).isoformat(" ")[: len(written)] for by in (-40, 1))
        return row | {end: early} | ({key: f"{row[key]}-x"} if key else {start: later})

    return Fault(entity, f"{end} before {start}", fate, share, spoil, only)


FAULTS = (
    _older("accounts", 0.005, name="(old name)", fit_score="12"),
    _twice("contacts", 0.001),
    _older("contacts", 0.001, title="Trainee", seniority=None),
    _nameless("contacts", 0.0004, "contact_id"),
    _twice("activities", 0.0008),
    _nameless("activities", 0.0002, "activity_id"),
    _bad("activities", "a time that is none", 0.0003, "activity_id", occurred_at="31/02/2026 10:00"),
    _bad("activities", "minutes in words", 0.0001, "activity_id", minutes="half an hour"),
    _lost("activities", 0.0005, "activity_id"),
    _older("opportunities", 0.001, amount="1.00", stage="prospecting"),
    _bad("opportunities", "a negative amount", 0.0005, "opportunity_id", amount="-4500.00"),
    _bad("opportunities", "an amount in words", 0.0005, "opportunity_id", amount="12k or so"),
    _bad("opportunities", "a status nobody defined", 0.0005, "opportunity_id", status="maybe"),
    _bad("opportunities", "a currency that is none", 0.0005, "opportunity_id", currency="EUX"),
    _backwards("opportunities", 0.0005, "opportunity_id", "created_at", "closed_at", "kept", _is("status", "lost")),
    _bad("subscriptions", "a start that is no day", 0.001, "subscription_id", started_on="2025-13-01"),
    _bad("subscriptions", "a negative price", 0.001, "subscription_id", price="-99.00"),
    _backwards("subscriptions", 0.001, "subscription_id", "started_on", "ended_on"),
    _backwards("contracts", 0.001, "contract_id", "started_on", "ends_on"),
    _backwards("licences", 0.0005, None, "started_on", "ended_on"),
    _backwards("account_list_members", 0.002, None, "joined_at", "left_at"),
    _bad("orders", "a currency without a rate", 0.0007, "order_id", currency="SEK"),
    _bad("orders", "an amount in words", 0.0004, "order_id", amount="twelve hundred"),
    _bad("tickets", "a time that is none", 0.0005, "ticket_id", created_at="yesterday"),
    _lost("tickets", 0.0007, "ticket_id"),
    _bad("survey_responses", "a score above its scale", 0.001, "response_id", _is("survey", "nps"), score="11"),
    _bad("survey_responses", "a score below its scale", 0.0007, "response_id", _is("survey", "csat"), score="0"),
    _bad("survey_responses", "a survey nobody defined", 0.0004, "response_id", survey="pulse"),
    _lost("usage_events", 0.0003, None),
    _bad("costs", "a day that is none", 0.001, "cost_id", spent_on="end of March"),
    _backwards("quotas", 0.002, None, "period_start", "period_end"),
    _twice("fx_rates", 0.001),
)


def spoiled(
    entity: str, good: pa.Table, good_rows: int, first: bool, rng: np.random.Generator
) -> list[tuple[Fault, Row]]:
    """Faulty rows as texts, copied from good ones: those to stand before the good rows, or after them."""
    texts = pa.table({name: good[name].cast(pa.string()) for name in good.column_names})
    made: list[tuple[Fault, Row]] = []
    for fault in FAULTS:
        if fault.entity == entity and fault.first == first:
            fits = (row for row in _shuffled(texts, rng) if fault.only(row))
            made += [(fault, fault.spoil(row)) for row in islice(fits, fault.rows(good_rows))]
    return made


def _shuffled(texts: pa.Table, rng: np.random.Generator) -> Iterator[Row]:
    for at in rng.permutation(len(texts)).tolist():
        yield texts.slice(at, 1).to_pylist()[0]
