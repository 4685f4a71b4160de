"""Whether a change is more than chance: the interval of a difference from those of its two sides."""

from __future__ import annotations

import math
from typing import NamedTuple


class Bounded(NamedTuple):
    """A value with its interval; what is not known is NaN."""

    value: float
    lower: float
    upper: float


def change_bounds(before: Bounded, now: Bounded) -> tuple[float | None, float | None]:
    """Of the change from one to the other, of the same level as theirs (Newcombe's method 10); None where not known."""
    change = now.value - before.value
    lower = change - math.hypot(now.value - now.lower, before.upper - before.value)
    upper = change + math.hypot(now.upper - now.value, before.value - before.lower)
    return (lower if math.isfinite(lower) else None), (upper if math.isfinite(upper) else None)
