"""Position models: the credit of each touch of one journey, by its place, its milestones or its age.

Every function takes a journey's touches in order of time and returns one credit per touch. Credits sum to the value
exactly (`math.fsum`); a journey with one touch gives it everything; one without touches gives an empty list, and its
value is unattributed. Rules: definition sheet, section 8.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from accountlens.models.attribution.credits import allocate

Channel = TypeVar("Channel", bound=Hashable)


class Ordered(Protocol):
    """Anything with an order: datetimes, numbers, ISO texts."""

    def __lt__(self, other: Ordered, /) -> bool: ...


U_WEIGHTS = (0.4, 0.2, 0.4)  # first, middle, last
U_LEAD_WEIGHTS = (0.4, 0.4, 0.2)  # first, lead created, others
W_WEIGHTS = (0.3, 0.3, 0.3, 0.1)  # first, lead created, opportunity created, others
FULL_PATH_WEIGHTS = (0.225, 0.225, 0.225, 0.225, 0.1)  # those of W, won, others


def first(touches: int, value: float = 1.0) -> list[float]:
    """All to the first of `touches`."""
    return _all_to(0, touches, value)


def last(touches: int, value: float = 1.0, *, direct: Sequence[bool] = ()) -> list[float]:
    """All to the last touch; with `direct` (one flag per touch) to the last that is not direct, if there is one."""
    others = [place for place, flag in enumerate(direct) if not flag]
    return _all_to(others[-1] if others else touches - 1, touches, value)


def linear(touches: int, value: float = 1.0) -> list[float]:
    """The same to every touch; a channel with several touches collects theirs."""
    return allocate([1.0] * touches, value) if touches else []


def linear_per_channel(channels: Sequence[Hashable], value: float = 1.0) -> list[float]:
    """The same to every distinct channel, which its touches share."""
    times = Counter(channels)
    return allocate([1 / times[channel] for channel in channels], value) if channels else []


def u_shaped(touches: int, value: float = 1.0, *, weights: Sequence[float] = U_WEIGHTS) -> list[float]:
    """40 % to the first, 40 % to the last, 20 % shared by those between; without any between, in proportion.

    `weights` are for first, middle, last. Where those of the touches there are all 0, the touches share equally.
    """
    start, middle, end = weights
    between = touches - 2
    if between < 0:
        return linear(touches, value)
    shares = [start, *([middle / max(between, 1)] * between), end]
    return allocate(shares, value) if any(shares) else linear(touches, value)


def u_lead(
    touches: int, value: float = 1.0, *, lead: int | None, weights: Sequence[float] = U_LEAD_WEIGHTS
) -> list[float]:
    """40 % to the first, 40 % to the touch that created the lead, 20 % to the others."""
    return by_milestones(touches, value, milestones=(0, lead), weights=weights)


def w_shaped(
    touches: int,
    value: float = 1.0,
    *,
    lead: int | None,
    opportunity: int | None,
    weights: Sequence[float] = W_WEIGHTS,
) -> list[float]:
    """30 % each to the first touch, the one that created the lead and the opportunity; 10 % to the others."""
    return by_milestones(touches, value, milestones=(0, lead, opportunity), weights=weights)


def full_path(
    touches: int,
    value: float = 1.0,
    *,
    lead: int | None,
    opportunity: int | None,
    weights: Sequence[float] = FULL_PATH_WEIGHTS,
) -> list[float]:
    """22.5 % each to the first touch, lead, opportunity and the last before the deal was won; 10 % to the others."""
    return by_milestones(touches, value, milestones=(0, lead, opportunity, touches - 1), weights=weights)


def by_milestones(
    touches: int, value: float, *, milestones: Sequence[int | None], weights: Sequence[float]
) -> list[float]:
    """Credit by milestones: `weights` has one for each milestone and, last, one that all other touches share.

    A touch with several milestones adds their weights. The weight of a milestone without a touch (None), and that of
    the others where there are none, goes to the rest in proportion.
    """
    if touches == 0:
        return []
    shares = [0.0] * touches
    for milestone, weight in zip(milestones, weights[:-1], strict=True):
        if milestone is not None:
            shares[milestone] += weight
    held = {milestone for milestone in milestones if milestone is not None}
    others = [place for place in range(touches) if place not in held]
    for place in others:
        shares[place] = weights[-1] / len(others)
    return allocate(shares, value) if any(shares) else linear(touches, value)


def milestone_touch(times: Sequence[Ordered], milestone: Ordered | None) -> int | None:
    """The last touch at or before a milestone; None where no touch was, or the milestone is not known."""
    if milestone is None:
        return None
    place = bisect_right(times, milestone) - 1
    return place if place >= 0 else None


def time_decay(days_before: Sequence[float], value: float = 1.0, *, half_life_days: float = 7.0) -> list[float]:
    """Half the credit for every half-life a touch lies further before the conversion.

    Args:
        days_before: days from each touch to the conversion, fractions kept.
        half_life_days: 7 as in Google Analytics.
    """
    if not half_life_days > 0:
        raise ValueError("'half_life_days' must be positive")
    nearest = min(days_before, default=0.0)  # so that not all vanish
    return allocate([2 ** ((nearest - days) / half_life_days) for days in days_before], value) if days_before else []


def by_channel(channels: Sequence[Channel], credits: Iterable[float]) -> Mapping[Channel, float]:
    """The credits of one journey, summed by channel, in order of first touch."""
    total: dict[Channel, float] = {}
    for channel, credit in zip(channels, credits, strict=True):
        total[channel] = total.get(channel, 0.0) + credit
    return total


def _all_to(place: int, touches: int, value: float) -> list[float]:
    return [value if touch == place else 0.0 for touch in range(touches)]
