"""How often a score ranks rightly two customers of one month, of whom one saw the outcome and the other did not.

The area under the ROC curve, of pairs within one month's end only, so that neither seasons nor a trend of the whole
company look like foresight: the concordance within risk sets (Harrell, Lee & Mark 1996, Statistics in Medicine 15).
One account stands in many months, so the standard error is that of sums by account of each row's placements: Obuchowski
(1997), Nonparametric analysis of clustered ROC curve data, Biometrics 53, which without repetition is that of DeLong et
al. (1988). Intervals on the logit scale (Pepe 2003, 5.2), with Student's t of the rarer outcome's accounts less one
(Cameron & Miller 2015, Journal of Human Resources 50, on few clusters).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student_t

from accountlens.leading.panel import Panel
from accountlens.leading.shares import LEVEL, wilson
from accountlens.models.arrays import FloatArray

CHANCE = 0.5


@dataclass(frozen=True)
class Concordance:
    """`value`: the share of pairs ranked rightly, ties half. `accounts` of which `outcomes` saw the outcome, `others`
    at some month did not; `rows` of them. `p` is two-sided, against chance."""

    value: float
    low: float
    high: float
    p: float
    accounts: int
    outcomes: int
    others: int
    rows: int


def concordance(score: FloatArray, rows: Panel) -> Concordance | None:
    """Of rows of which the score is known (NaN: it is not), in months in which it varies and both outcomes were seen.

    The higher the score, the likelier the outcome ought to be. None where there is no such month.
    """
    right, pairs = _placements(score, rows)
    counted = pairs > 0
    if not counted.any():
        return None
    account, event, right, pairs = rows.account[counted], rows.event[counted], right[counted], pairs[counted]
    value = float(right[event].sum() / pairs[event].sum())
    influence = np.bincount(account, weights=right - value * pairs) / pairs[event].sum()
    accounts, outcomes, others = (len(np.unique(ids)) for ids in (account, account[event], account[~event]))
    error = math.sqrt(float((influence**2).sum()) * accounts / max(accounts - 1, 1))
    return Concordance(value, *_interval(value, error, min(outcomes, others)), accounts, outcomes, others, len(account))


def _placements(score: FloatArray, rows: Panel) -> tuple[FloatArray, FloatArray]:
    """For each row, against how many of the other outcome in its month it is ranked rightly, and of how many."""
    right, pairs = np.zeros(len(score)), np.zeros(len(score))
    known = ~np.isnan(score)
    order = np.flatnonzero(known)[np.argsort(rows.month[known], kind="stable")]
    starts = np.flatnonzero(np.diff(rows.month[order], prepend=-1))
    for one in np.split(order, starts[1:]):
        yes, no = one[rows.event[one]], one[~rows.event[one]]
        if len(yes) and len(no) and np.ptp(score[one]) > 0:
            right[yes], pairs[yes] = _below(score[yes], score[no]), len(no)
            right[no], pairs[no] = len(yes) - _below(score[no], score[yes]), len(yes)
    return right, pairs


def _below(these: FloatArray, those: FloatArray) -> FloatArray:
    """How many of those lie below each of these, those alike counting half."""
    ordered = np.sort(those)
    return (np.searchsorted(ordered, these, "left") + np.searchsorted(ordered, these, "right")) / 2.0


def _interval(value: float, error: float, rarer: int) -> tuple[float, float, float]:
    """Both bounds and p. Where no pair, or every, is ranked wrongly, each account of the rarer outcome is one case."""
    if value in (0.0, 1.0) or error == 0:
        low, high = wilson(value, rarer)
        return low, high, 1.0 if value == CHANCE else float(2 * student_t.sf(math.sqrt(rarer), max(rarer - 1, 1)))
    spread, freedom = error / (value * (1 - value)), max(rarer - 1, 1)
    reach = student_t.ppf((1 + LEVEL) / 2, freedom) * spread
    p = 2 * student_t.sf(abs(logit(value)) / spread, freedom)
    return float(expit(logit(value) - reach)), float(expit(logit(value) + reach)), float(p)
