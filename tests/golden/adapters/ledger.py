"""The recurring revenue of accounts as steps in time, written as subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tests.golden.words import NotRunError, split
from tests.golden.world import LONG_AGO, Rows

BEFORE = datetime(2022, 1, 1)  # the end of an earlier life, for whoever comes back
WORDS = {
    "new": "new new_mrr new_business new_customer",
    "expansion": "expansion expansion_mrr upgrade upsell upgrades expansions",
    "contraction": "contraction contraction_mrr downgrade downsell downgrades",
    "churn": "churn churned churn_mrr churned_mrr cancellation lost",
    "reactivation": "reactivation reactivation_mrr reactivated winback",
}


class Ledger:
    """What each account pays from which instant on; 0 is nothing."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.steps: dict[str, list[tuple[datetime, float]]] = {}
        rows.ensure("subscriptions", "accounts")

    def step(self, account: str, moment: datetime, mrr: float) -> None:
        self.steps.setdefault(account, []).append((moment, mrr))

    def level(self, account: str) -> float:
        return self.steps[account][-1][1] if self.steps.get(account) else 0.0

    def write(self) -> None:
        """One subscription for every time at one level; where one ends another may begin."""
        for account, steps in self.steps.items():
            self.rows.account(account)
            ends = [*(moment for moment, _ in steps[1:]), None]
            for (moment, mrr), end in zip(steps, ends, strict=True):
                if mrr > 0 and moment != end:
                    self.rows.add(
                        "subscriptions",
                        subscription_id=self.rows.fresh("subscription"),
                        account_id=account,
                        started_on=moment,
                        ended_on=end,
                        mrr=mrr,
                    )


def kind_of(word: str) -> str:
    """A movement by any of its words."""
    plain = word.strip().lower().replace(" ", "_")
    found = next((kind for kind, words in WORDS.items() if plain in split(words)), None)
    if found is None:
        raise NotRunError(f"'{word}' is no movement of recurring revenue")
    return found


def move(ledger: Ledger, opening: float | None, movements: Iterable[tuple[str, float, datetime]]) -> None:
    """Anonymous movements, each of an account of its own, and one that stays, so that the openings add up."""
    wanted = [(kind, abs(amount), moment) for kind, amount, moment in movements if amount]
    spent = sum(amount for kind, amount, _ in wanted if kind in ("churn", "contraction"))
    sharing = [kind for kind, _, _ in wanted if kind in ("contraction", "expansion")]
    rest = 100.0 * (len(sharing) + 1) if opening is None else opening - spent
    if rest < 0 or (sharing and rest <= 0):
        raise NotRunError(f"no accounts can have these movements of an opening {opening}")
    share = rest / (len(sharing) + 1)
    if rest > 0:
        ledger.step(ledger.rows.fresh("account"), LONG_AGO, share)
    for kind, amount, moment in wanted:
        _one(ledger, kind, amount, moment, share)


def _one(ledger: Ledger, kind: str, amount: float, moment: datetime, share: float) -> None:
    account = ledger.rows.fresh("account")
    if kind == "reactivation":
        ledger.step(account, LONG_AGO, amount)
        ledger.step(account, BEFORE, 0)
    before = {"churn": amount, "contraction": amount + share, "expansion": share}.get(kind, 0.0)
    after = {"churn": 0.0, "contraction": share, "expansion": share + amount}.get(kind, amount)
    if before:
        ledger.step(account, LONG_AGO, before)
    ledger.step(account, moment, after)
