"""What happened to accounts that an alert may have foreseen: when each left, renewed not, paid less or more, bought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accountlens.alerts.refusals import RuleError
from accountlens.pages.stand import Stand

# Outcome → the entities that tell it (one of them is enough), the fact, and how its instants are read.
OUTCOMES: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "churn": (
        ("subscriptions", "contracts"),
        "customer_spells",
        "SELECT account_id, ended_at AS happened_at FROM customer_spells WHERE ended_at IS NOT NULL",
    ),
    "lost_renewal": (
        ("contracts",),
        "contract_outcomes",
        "SELECT account_id, lost_at AS happened_at FROM contract_outcomes WHERE lost_at IS NOT NULL",
    ),
    "contraction": (
        ("subscriptions",),
        "mrr_movements",
        "SELECT account_id, moved_at AS happened_at FROM mrr_movements WHERE movement IN ('contraction', 'churn')",
    ),
    "expansion": (
        ("subscriptions",),
        "mrr_movements",
        "SELECT account_id, moved_at AS happened_at FROM mrr_movements WHERE movement = 'expansion'",
    ),
    "won": (
        ("opportunities",),
        "opportunities",
        "SELECT account_id, closed_at AS happened_at FROM opportunities WHERE status = 'won' AND closed_at IS NOT NULL",
    ),
}
WORDS = {
    "churn": "left",
    "lost_renewal": "lost a renewal",
    "contraction": "paid less or left",
    "expansion": "paid more",
    "won": "won",
}


def outcomes(here: Stand, what: str) -> Mapping[str, list[datetime]]:
    """Account → when it happened, up to the present; `RuleError` where the data do not tell."""
    entities, fact, sql = OUTCOMES[what]
    if not any(here.has(one) for one in entities):
        need = here.lacking(f"whether an account {WORDS[what]}", entities[0])
        raise RuleError(f"Whether an account {WORDS[what]} needs {entities[0]}, and there is no source of it.",
                        mend=need[0].mend)  # fmt: skip
    found: dict[str, list[datetime]] = {}
    rows = here.rows(
        f"SELECT account_id, happened_at FROM ({sql}) "
        "WHERE account_id IS NOT NULL AND happened_at < $now ORDER BY happened_at",
        fact, now=here.now,
    )  # fmt: skip
    for row in rows:
        found.setdefault(row["account_id"], []).append(row["happened_at"])
    return found
