"""What customers are likely to do soon, each with the reasons, and how far the model behind it is to be believed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accountlens.engine.session import Session
from accountlens.warehouses.expand import literal, quoted

# word → the modelled fact, and what it foresees
OUTLOOKS: Mapping[str, tuple[str, str]] = {
    "leave": ("churn_propensity", "Likely to leave within 90 days"),
    "expand": ("expansion_propensity", "Likely to pay more within 90 days"),
}
REASONS = ("first", "second", "third")


@dataclass(frozen=True)
class Reason:
    """`effect` is added to the logarithm of the odds; with the rest of them the effects add up exactly."""

    what: str
    effect: float

    @property
    def odds(self) -> float:
        """By how much the reason multiplies the odds of an average customer."""
        return math.exp(self.effect)


@dataclass(frozen=True)
class Prospect:
    account_id: str
    name: str
    probability: float
    reasons: Sequence[Reason]
    rest: float  # the effect of everything that is not named


@dataclass(frozen=True)
class Outlook:
    """`prospects` are the likeliest first; without any, `missing` says why there are none."""

    word: str
    title: str
    fitted_at: datetime | None
    base: float | None  # the probability of a customer who is average in everything
    prospects: Sequence[Prospect]
    check: Mapping[str, Any] | None  # of months held out: n, predicted, actual, auc, brier, brier_of_share, calibration
    missing: str | None = None
    stale: str | None = None  # where the data end so long before that silence may only be theirs


def outlooks(
    words: Sequence[str], as_of: datetime, session: Session, stale: str | None, account: str | None = None
) -> Iterator[Outlook]:
    """The outlooks as they were known at an instant (UTC without zone); of all customers, or of one account."""
    session.table("accounts")
    for word in words:
        fact, title = OUTLOOKS[word]
        if fact not in session.tables or "model_runs" not in session.tables:
            yield Outlook(word, title, None, None, (), None, "It needs subscriptions, and a refresh that fits it.")
            continue
        session.ensure_fact(fact)
        session.table("model_runs")
        yield replace(_outlook(word, as_of, session, account), stale=stale)


def _outlook(word: str, as_of: datetime, session: Session, account: str | None) -> Outlook:
    fact, title = OUTLOOKS[word]
    run = session.fetch(f"""SELECT fitted_at, hold_out, reason FROM model_runs
        WHERE fact = {literal(fact)} AND fitted_at <= {literal(as_of)} ORDER BY fitted_at DESC LIMIT 1""").fetchall()
    if not run:
        return Outlook(word, title, None, None, (), None, "Nothing was fitted up to then.")
    fitted_at, check, missing = run[0]
    effects = ", ".join(f"f.{word}_reason, f.{word}_effect" for word in REASONS)
    mine = f" AND f.account_id = {literal(account)}" if account else ""
    rows = session.fetch(f"""SELECT f.account_id, COALESCE(a.name, f.account_id), f.probability, f.base, f.rest_effect,
            {effects} FROM {quoted(fact)} f LEFT JOIN accounts a ON a.account_id = f.account_id
        WHERE f.fitted_at = {literal(fitted_at)}{mine} ORDER BY f.probability DESC, f.account_id""").fetchall()
    prospects = [
        Prospect(id_, name, probability, list(_reasons(pairs)), rest)
        for id_, name, probability, _, rest, *pairs in rows
    ]
    base = rows[0][3] if rows else None
    return Outlook(word, title, fitted_at, base, prospects, json.loads(check) if check else None, missing)


def _reasons(pairs: Sequence[Any]) -> Iterator[Reason]:
    for what, effect in zip(pairs[::2], pairs[1::2], strict=True):
        if what is not None:
            yield Reason(what, effect)
