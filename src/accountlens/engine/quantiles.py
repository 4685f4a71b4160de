"""Quantiles that intervals are made of, as plain numbers: of the normal distribution, of Student's t, of the binomial.

Abramowitz & Stegun (1964), Handbook of Mathematical Functions: 26.7.3 and 26.7.4 (t of whole degrees of freedom, a
finite sum), 26.7.5 (t far out, from the normal). Nothing is fitted and nothing beyond the standard library is needed.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

LEVEL, Z = 0.95, 1.959964  # the sheet's (G8)
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
