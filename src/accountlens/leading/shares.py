"""Shares of rows of which several are of one account, with intervals that know it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from accountlens.engine.quantiles import LEVEL, Z
from accountlens.models.arrays import BoolArray, IntArray

__all__ = ["LEVEL", "Share", "share_of", "wilson"]


@dataclass(frozen=True)
class Share:
    """`value` of `rows` of so many `accounts`; unknown of none. `low` and `high` hold it in 95 of 100 cases."""

    value: float | None
    low: float | None
    high: float | None
    rows: int
    accounts: int


def wilson(share: float, n: float) -> tuple[float, float]:
    """The score interval of a share of n independent cases (Wilson 1927; Newcombe 1998)."""
    middle, half = share + Z * Z / (2 * n), Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def share_of(true: BoolArray, account: IntArray) -> Share:
    """The share of rows that are true, (rows,) each.

    Its interval is Wilson's of the effective number of cases, n over the design effect that rows of one account have on
    the variance (Kish 1965; Korn & Graubard 1998, Survey Methodology 24); where all or none are true, of the accounts.
    """
    n = len(true)
    if not n:
        return Share(None, None, None, 0, 0)
    ids, place = np.unique(account, return_inverse=True)
    share, accounts = float(true.mean()), len(ids)
    apart = np.bincount(place, weights=true - share) / n
    variance = float((apart**2).sum()) * accounts / max(accounts - 1, 1)
    cases = min(n, share * (1 - share) / variance) if variance > 0 else accounts
    return Share(share, *wilson(share, cases), n, accounts)
