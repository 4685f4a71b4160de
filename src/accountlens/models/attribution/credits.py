"""Credit is handed out without losing any: the parts sum to the whole, to the last bit."""

from __future__ import annotations

import math
from collections.abc import Sequence


def allocate(weights: Sequence[float], value: float) -> list[float]:
    """`value` in proportion to non-negative `weights`; `math.fsum` of the parts is `value`.

    What rounding leaves over goes to the greatest part (see `settle`).

    Raises:
        ValueError: a weight is negative, or all are 0.
    """
    total = math.fsum(weights)
    if not total > 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and not all 0")
    return settle([value * (weight / total) for weight in weights], value)


def settle(credits: list[float], value: float) -> list[float]:
    """Makes parts that sum to `value` up to rounding sum to it exactly; changes `credits` in place.

    The remainder goes to the greatest part; what that one cannot take up, because its last bit is too coarse, goes to
    the next smaller. Parts of mixed signs that are all beyond `value` have no last bit as fine as its own: their sum
    is then off by less than the last bit of the smallest.
    """
    order = sorted(range(len(credits)), key=lambda place: -abs(credits[place]))
    for place in order:
        if math.fsum(credits) == value:
            break
        if credits[place]:
            credits[place] += math.fsum([value, *(-credit for credit in credits)])
    return credits
