"""Quantiles that intervals are made of, as plain numbers: of the normal distribution, of Student's t, of the binomial.

Abramowitz & Stegun (1964), Handbook of Mathematical Functions: 26.7.3 and 26.7.4 (t of whole degrees of freedom, a
finite sum), 26.7.5 (t far out, from the normal). Conover (1999), Practical Nonparametric Statistics, 3.2: intervals of
quantiles between two of the ordered values. Nothing is fitted, and the standard library is enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

LEVEL, Z = 0.95, 1.959964  # the sheet's (G8)
RANKED = 200  # values up to which ranks are exact; beyond, those of a normal distribution with continuity and skewness
TABLED = 50  # degrees of freedom up to which t is exact; beyond, 1.1e-9 of itself off at 95 %, 9e-9 at 99 %


def normal_quantile(level: float) -> float:
    """How many standard deviations to either side hold that share of a normal distribution, in full precision."""
    return abs(NormalDist().inv_cdf((1 - level) / 2))


@cache
def t_quantiles(level: float) -> tuple[float, ...]:
    """How many standard errors to either side hold that share, for 1, 2, … `TABLED` degrees of freedom."""
    found: list[float] = []
    start = normal_quantile(level)  # always below; the mass inside is concave, so that Newton's steps never overshoot
    for freedom in range(TABLED, 0, -1):
        start = _t_quantile(level, freedom, start)
        found.insert(0, start)
    return tuple(found)


def t_expansion(level: float) -> tuple[float, ...]:
    """c0, c1, … of t = c0 + c1/v + c2/v² + …, v degrees of freedom (A&S 26.7.5)."""
    z = normal_quantile(level)
    return (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )


def _t_quantile(level: float, freedom: int, start: float) -> float:
    if freedom == 1:
        return math.tan(math.pi * level / 2)
    if freedom == 2:
        return level * math.sqrt(2 / (1 - level * level))
    density = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi * freedom)
    t = start
    for _ in range(100):
        slope = 2 * density * (1 + t * t / freedom) ** (-(freedom + 1) / 2)
        step = (level - _t_inside(t, freedom)) / slope
        t += step
        if abs(step) <= 1e-14 * t:
            break
    return t


def _t_inside(t: float, freedom: int) -> float:
    """The share of Student's t between -t and t, for two or more whole degrees of freedom."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    odd = freedom % 2
    term = total = math.cos(angle) if odd else 1.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


@dataclass(frozen=True)
class Ranks:
    """Between which of n ordered values a quantile lies: floor, ceil of n × share + middle ∓ reach × sqrt(n).

    Fewer than `least` values leave it open. `lower`, `upper`: the n up to `RANKED` at which the exact rank is another.
    """

    least: int
    middle: float
    reach: float
    lower: Mapping[int, int]
    upper: Mapping[int, int]


@cache
def order_ranks(share: float, level: float) -> Ranks:
    """The ranks that hold a quantile (`share` of all values below it) at least that often, however distributed."""
    tail, z = (1 - level) / 2, normal_quantile(level)
    least = math.ceil(math.log(tail) / math.log(max(share, 1 - share)) - 1e-9)
    middle = 0.5 + (1 - 2 * share) * (z * z - 1) / 6
    reach = z * math.sqrt(share * (1 - share))
    lower, upper = {}, {}
    for n in range(least, RANKED + 1):
        low, high = _exact_ranks(n, share, tail)
        if math.floor(n * share + middle - reach * math.sqrt(n)) != low:
            lower[n] = low
        if math.ceil(n * share + middle + reach * math.sqrt(n)) != high:
            upper[n] = high
    return Ranks(least, middle, reach, lower, upper)


def _exact_ranks(n: int, share: float, tail: float) -> tuple[int, int]:
    """The greatest and the least rank that leave at most `tail` of a binomial distribution (n, share) outside."""
    chance = below = (1 - share) ** n
    low, high = 0, 1  # `below` is the chance that fewer than `high` values lie below the quantile
    while True:
        low = high if below <= tail + 1e-12 else low
        if below >= 1 - tail - 1e-12:
            return low, high
        chance *= (n - high + 1) / high * share / (1 - share)
        below += chance
        high += 1
