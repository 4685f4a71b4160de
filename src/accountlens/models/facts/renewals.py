"""Customers under contract at one moment: how often each renewed, and how long the model expects them to stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import pyarrow as pa

from accountlens.models import sbg
from accountlens.models.fitting import InsufficientData
from accountlens.models.registry import Fitted, Parameters, Run, nothing

MIN_ACCOUNTS = 50  # as for lifetime values without a contract
RENEWALS_A_YEAR_MONTHS = 12


@dataclass(frozen=True)
class _History:
    """An account's renewals up to the first loss, or up to what is not yet decided."""

    account_id: str
    renewals: int
    lost: bool
    value: float | None  # of the latest contract that came to its end


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per account with a contract that came to its end before `as_of`.

    Args:
        rows: a row per contract, by account and end: due_at, renewed_at or lost_at, grace_ends_at, value.
        parameters: monthly_discount.
        as_of: nothing is known from there on.
    """
    listed = rows.to_pylist()
    histories = [_history(list(group), as_of) for _, group in groupby(listed, key=lambda row: row["account_id"])]
    if len(histories) < MIN_ACCOUNTS:
        reason = f"{len(histories)} accounts have a contract that came to its end; sBG needs {MIN_ACCOUNTS}"
        return nothing(reason, len(histories))
    try:
        found = sbg.fit(*_cohorts(histories))
    except InsufficientData as refusal:
        return nothing(refusal.reason, len(histories))
    yearly = (1 + float(parameters["monthly_discount"])) ** RENEWALS_A_YEAR_MONTHS - 1
    run = Run(found.n, asdict(found.parameters) | {"lost": found.lost}, found.log_likelihood)
    return Fitted(_table(histories, found.parameters, yearly), [run])


def _history(contracts: Sequence[dict[str, Any]], as_of: datetime) -> _History:
    renewals, lost = 0, False
    for contract in contracts:
        if contract["renewed_at"] is not None and contract["renewed_at"] < as_of:
            renewals += 1
            continue
        lost = _is_lost(contract, as_of)
        break
    last = contracts[-1]
    return _History(last["account_id"], renewals, lost, last["value"])


def _is_lost(contract: dict[str, Any], as_of: datetime) -> bool:
    """Decided so, or undecided while the grace went by."""
    said = contract["lost_at"] is not None and contract["lost_at"] < as_of
    return bool(said or contract["grace_ends_at"] <= as_of)


def _cohorts(histories: Iterable[_History]) -> list[list[int]]:
    """Accounts of one history as survivors: [n, n, …, 0] where they were lost, [n, n, …, n] where they were not."""
    counted = Counter((history.renewals, history.lost) for history in histories)
    return [[n] * (renewals + 1) + [0] * lost for (renewals, lost), n in sorted(counted.items())]


def _table(histories: Sequence[_History], parameters: sbg.SbgParameters, yearly: float) -> pa.Table:
    residual = {
        renewals: sbg.expected_residual_lifetime(parameters, renewals, yearly)
        for renewals in {history.renewals for history in histories}
    }
    n = len(histories)
    lifetime = sbg.expected_lifetime(parameters, yearly)
    return pa.table(
        {
            "account_id": pa.array([history.account_id for history in histories], pa.string()),
            "renewals": [history.renewals for history in histories],
            "is_lost": [history.lost for history in histories],
            "contract_value": pa.array([history.value for history in histories], pa.float64()),
            "payments": pa.array([lifetime] * n, pa.float64()),
            "residual_payments": pa.array(
                [None if history.lost else residual[history.renewals] for history in histories], pa.float64()
            ),
            "first_retention": [float(sbg.retention(parameters, [1])[0])] * n,
        }
    )
