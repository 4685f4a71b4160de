"""What share of a period's figure usually stands by now, and how surely: a Student t interval for one more period.

With past shares s1 … sk, mean m and standard deviation d, the share of a further period lies with probability `LEVEL`
in m ± t(k - 1) * d * sqrt(1 + 1/k). The figure by now divided by a share is where the period leads, as in the chain
ladder of actuaries (one development factor; Mack, 1993, ASTIN Bulletin 23).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from accountlens.engine.quantiles import t_quantiles

LEVEL = 0.9
LEAST = {"month": 4, "quarter": 4, "year": 3}  # past periods below which nothing is said to be usual
MOST = {"month": 12, "quarter": 8, "year": 5}


@dataclass(frozen=True)
class Usual:
    """The share that usually stands by now, between two bounds."""

    share: float
    low: float
    high: float


def usual(shares: Sequence[float], *, gathers: bool) -> Usual:
    """Of two past shares or more; what `gathers` is never less than nothing of it, or more than all."""
    mean = fmean(shares)
    width = t_quantiles(LEVEL)[len(shares) - 2] * stdev(shares, mean) * sqrt(1 + 1 / len(shares))
    low, high = mean - width, mean + width
    return Usual(mean, max(low, 0.0), min(high, 1.0)) if gathers else Usual(mean, max(low, 0.0), high)
