"""Recurring revenue from one period's opening to its closing, and which accounts moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from accountlens.errors import AccountlensError
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, names_of, stand
from accountlens.workspace.asking import Asking

KPIS = ("mrr", "net_new_mrr")
MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn", "fx")
MOST = 100
CENT = 0.01


@dataclass(frozen=True)
class Step:
    """One period: `opening` and all movements and `regrouped` are `closing`. Contraction and churn are negative.

    `fx`: what exchange rates alone moved. `regrouped`: what accounts brought and took that came into what is asked, or
    left it, by another tier or owner; without a filter it is 0.
    """

    label: str
    start: str
    end: str
    partial: bool
    opening: float
    new: float
    reactivation: float
    expansion: float
    contraction: float
    churn: float
    fx: float
    regrouped: float
    closing: float


@dataclass(frozen=True)
class AccountMovement:
    account_id: str
    name: str | None
    amount: float


@dataclass(frozen=True)
class Movement:
    """One kind over all periods: its sum, how many accounts, and those that moved most."""

    movement: str
    amount: float
    accounts: int
    leading: Sequence[AccountMovement]


@dataclass(frozen=True)
class Movements:
    currency: str
    steps: Sequence[Step]
    movements: Sequence[Movement]
    needs: Sequence[Need]


def movements(
    workspace: Asking, *, period: str = "last-12-months", grain: str = "month", where: str | None = None, top: int = 10,
    snapshot: str | None = None,
) -> Movements:  # fmt: skip
    """Monthly recurring revenue, period by period, as the KPIs `mrr` and `net_new_mrr` tell it.

    Args:
        where: the same filter as in a question.
        top: 1 to 100 accounts told of each kind of movement over the whole time.
    """
    if not 1 <= top <= MOST:
        raise AccountlensError(f"{top} accounts cannot be told.", mend=f"Ask for 1 to {MOST}.")
    here = stand(workspace, snapshot)
    here.span(period)
    currency = here.opened.house.currency
    if not here.has("subscriptions"):
        return Movements(currency, [], [], here.lacking("recurring revenue and its movements", "subscriptions"))
    steps = _steps(here, period, grain, where)
    return Movements(currency, steps, _movements(here, period, where, top), [])


def _steps(here: Stand, period: str, grain: str, where: str | None) -> list[Step]:
    answer = here.ask(KPIS, period=period, grain=grain, where=where)
    slices = [piece for piece in answer.plan.slices[: answer.plan.asked] if piece.start < here.now]
    closing, net = answer.series().kpis
    day = f"{slices[0].period.start - timedelta(days=1)}"  # just before the first period
    opening = here.ask(["mrr"], period=day, where=where).rows()[0]["value"] or 0.0
    found = []
    for place, piece in enumerate(slices):
        moved = {name: float(np.nan_to_num(net.parts[name][-1, place])) for name in MOVEMENTS}
        closes = float(np.nan_to_num(closing.value[-1, place]))
        rest = closes - opening - sum(moved.values())
        days = piece.period
        about = (days.label, days.start.isoformat(), days.end.isoformat(), piece.partial)
        amounts = [opening, *moved.values(), rest if abs(rest) >= CENT / 2 else 0.0, closes]
        found.append(Step(*about, *amounts))
        opening = closes
    return found


def _movements(here: Stand, period: str, where: str | None, top: int) -> list[Movement]:
    answer = here.ask(["net_new_mrr"], by="account_id", period=period, where=where, totals="none")
    ids = answer.frame.dims[0].shown().tolist()
    (series,) = answer.series().kpis
    amounts = {name: np.nan_to_num(series.parts[name][:, 0]) for name in MOVEMENTS}
    leading = {name: np.argsort(-np.abs(amount), kind="stable")[:top].tolist() for name, amount in amounts.items()}
    called = names_of(here, "accounts", "account_id", {ids[place] for places in leading.values() for place in places})
    return [
        Movement(
            name,
            float(amount.sum()),
            int((amount != 0).sum()),
            [
                AccountMovement(ids[place], called.get(ids[place]), float(amount[place]))
                for place in leading[name]
                if amount[place]
            ],
        )
        for name, amount in amounts.items()
    ]
