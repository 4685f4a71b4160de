"""Customers under contract at one moment: how often each renewed, and how long the model expects them to stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from accountlens.models import sbg
from accountlens.models.arrays import BoolArray, IntArray
from accountlens.models.fitting import InsufficientData
from accountlens.models.registry import Fitted, Parameters, Run, nothing

MIN_ACCOUNTS = 50  # as for lifetime values without a contract
RENEWALS_A_YEAR_MONTHS = 12


@dataclass(frozen=True)
class _Histories:
    """Of each account its renewals up to the first loss, or up to what is not yet decided; arrays of shape (n,)."""

    account_id: pa.Array
    renewals: IntArray
    lost: BoolArray
    value: pa.Array  # of the latest contract that came to its end

    @property
    def n(self) -> int:
        return len(self.renewals)


def fit(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
    """One row per account with a contract that came to its end before `as_of`.

    Args:
        rows: a row per contract, by account and end: due_at, renewed_at or lost_at, grace_ends_at, value.
        parameters: monthly_discount.
        as_of: nothing is known from there on.
    """
    histories = _histories(rows, as_of)
    if histories.n < MIN_ACCOUNTS:
        reason = f"{histories.n} accounts have a contract that came to its end; sBG needs {MIN_ACCOUNTS}"
        return nothing(reason, histories.n)
    try:
        found = sbg.fit(*_cohorts(histories))
    except InsufficientData as refusal:
        return nothing(refusal.reason, histories.n)
    yearly = (1 + float(parameters["monthly_discount"])) ** RENEWALS_A_YEAR_MONTHS - 1
    run = Run(found.n, asdict(found.parameters) | {"lost": found.lost}, found.log_likelihood)
    return Fitted(_table(histories, found.parameters, yearly), [run])


def _histories(rows: pa.Table, as_of: datetime) -> _Histories:
    account = rows["account_id"].combine_chunks()
    code = account.dictionary_encode().indices.to_numpy()
    first = np.flatnonzero(np.diff(code, prepend=-1))
    after = np.append(first[1:], len(code))[: len(first)]  # of no rows none
    kept = _before(rows["renewed_at"], as_of)
    open_ = np.where(kept, len(code), np.arange(len(code)))  # contracts that were not renewed
    end = np.minimum(np.minimum.reduceat(open_, first) if len(first) else first, after)
    # lost: decided so, or undecided while the grace went by
    gone = _before(rows["lost_at"], as_of) | (_before(rows["grace_ends_at"], as_of, also=True))
    lost = np.append(gone, False)[np.where(end < after, end, len(code))]
    return _Histories(account.take(first), end - first, lost, rows["value"].combine_chunks().take(after - 1))


def _before(column: pa.ChunkedArray, as_of: datetime, *, also: bool = False) -> BoolArray:
    """Where a time is before an instant, or `also` at it; not where it is unknown."""
    compared = (pc.less_equal if also else pc.less)(column, pa.scalar(as_of, pa.timestamp("us")))
    return np.asarray(compared.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _cohorts(histories: _Histories) -> list[list[int]]:
    """Accounts of one history as survivors: [n, n, …, 0] where they were lost, [n, n, …, n] where they were not."""
    counted = Counter(zip(histories.renewals.tolist(), histories.lost.tolist(), strict=True))
    return [[n] * (renewals + 1) + [0] * lost for (renewals, lost), n in sorted(counted.items())]


def _table(histories: _Histories, parameters: sbg.SbgParameters, yearly: float) -> pa.Table:
    levels, level = np.unique(histories.renewals, return_inverse=True)
    residual = [sbg.expected_residual_lifetime(parameters, renewals, yearly) for renewals in levels.tolist()]
    n = histories.n
    lifetime = sbg.expected_lifetime(parameters, yearly)
    return pa.table(
        {
            "account_id": histories.account_id,
            "renewals": histories.renewals,
            "is_lost": histories.lost,
            "contract_value": histories.value,
            "payments": pa.array([lifetime] * n, pa.float64()),
            "residual_payments": pc.if_else(
                pa.array(histories.lost), None, pa.array(residual, pa.float64()).take(pa.array(level))
            ),
            "first_retention": [float(sbg.retention(parameters, [1])[0])] * n,
        }
    )
