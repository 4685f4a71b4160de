"""Whether a KPI leads, in one word and one sentence: a test against chance, corrected for how many were tested."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from scipy.stats import false_discovery_control

from accountlens.language.numbers import count
from accountlens.leading.concordance import CHANCE, Concordance
from accountlens.leading.outcomes import Outcome

MIN_ACCOUNTS = 10  # with the outcome, and without: below, neither the interval nor the test hold what they promise
FALSE_DISCOVERIES = 0.05  # of all KPIs that are said to lead, the share that may do so by chance
LEAST = 0.55  # of pairs ranked rightly: with less it is of no use, however sure it is; ours
FAIR = 0.7  # what ranks so many pairs rightly is of use (Hosmer, Lemeshow & Sturdivant 2013, 5.2.4)


class Verdict(StrEnum):
    LEADS = "leads"
    DOES_NOT = "does not"
    TOO_LITTLE = "too little data"


class Tested(Protocol):
    """`q`: p corrected for the number tested, None where it was not; `warns`: which values go before, low or high."""

    @property
    def found(self) -> Concordance | None: ...
    @property
    def q(self) -> float | None: ...
    @property
    def warns(self) -> str: ...


def enough(found: Concordance | None) -> bool:
    """Whether there is enough to test."""
    return found is not None and min(found.outcomes, found.others) >= MIN_ACCOUNTS


def corrected(ps: Sequence[float]) -> list[float]:
    """p-values adjusted for their number: the rate of false discoveries if all up to each were believed.

    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57.
    """
    found: list[float] = false_discovery_control(np.array(ps), method="bh").tolist() if ps else []
    return found


def judge(lead: Tested, outcome: Outcome, tested: int) -> tuple[Verdict, str]:
    """The verdict, and why; of `tested` KPIs in all."""
    found, q = lead.found, lead.q
    if found is None:
        return Verdict.TOO_LITTLE, "It was unknown, or the same of all, wherever it could have told customers apart."
    if q is None:
        return Verdict.TOO_LITTLE, _few(found, outcome)
    if q <= FALSE_DISCOVERIES and found.value >= LEAST:
        return Verdict.LEADS, f"Those who {outcome.event} stood {_side(lead.warns)} before."
    if q <= FALSE_DISCOVERIES and found.value > CHANCE:
        return Verdict.DOES_NOT, "More than chance, but too little to be of use."
    if q <= FALSE_DISCOVERIES:
        other = "low" if lead.warns == "high" else "high"
        return Verdict.DOES_NOT, f"It points the other way: those who {outcome.event} stood {_side(other)} before."
    if found.high >= FAIR:
        return Verdict.TOO_LITTLE, "With so few cases it may lead or not."
    if found.p <= FALSE_DISCOVERIES:
        return Verdict.DOES_NOT, f"It looks better than chance, but of {tested} tested some do so by chance."
    return Verdict.DOES_NOT, "No better than chance."


def _side(warns: str) -> str:
    return "lower" if warns == "low" else "higher"


def _few(found: Concordance, outcome: Outcome) -> str:
    number, what = min((found.outcomes, outcome.event), (found.others, outcome.otherwise))
    return f"It was known of {count(number, 'account')} that {what}; {MIN_ACCOUNTS} are needed."
