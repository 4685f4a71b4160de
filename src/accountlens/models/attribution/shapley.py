"""Shapley attribution: a channel's average contribution to what sets of channels achieve; order does not matter.

Sources: Shapley (1953), A Value for n-Person Games; sampling of orders: Castro, Gómez & Tejada (2009), Polynomial
calculation of the Shapley value, Computers & Operations Research 36(5), 1726-1730.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np

from accountlens.models.arrays import FloatArray, IntArray, sums
from accountlens.models.attribution.paths import Measure, Paths, without_repeats

MAX_EXACT = 12  # channels: 4,096 sets
SAMPLES = 1000  # orders drawn beyond that, in pairs of one and its reverse

Worth = Literal["sum_over_subsets", "rate"]


@dataclass(frozen=True)
class ShapleyResult:
    """`standard_error` is of the sampled values, empty where they are exact."""

    channels: tuple[str, ...]
    value: Mapping[str, float]  # sums to the worth of all channels
    credit: Mapping[str, float] | None  # sums to the total (`credits.settle`); None where nothing converted
    standard_error: Mapping[str, float]


def shapley(
    paths: Paths,
    *,
    worth: Worth = "sum_over_subsets",
    measure: Measure = "value",
    samples: int = SAMPLES,
    seed: int = 0,
) -> ShapleyResult:
    """Credit of each channel.

    Args:
        paths: converted and null ones.
        worth: of a set of channels S. `sum_over_subsets`: what paths with channels in S brought; then a path's
            value is shared equally by its distinct channels (Harsanyi dividends), exact for any number of channels.
            `rate`: conversions / (conversions + nulls) of paths with channels in S, 0 where there are none; needs
            nulls, a channel's value may be negative, credits are the total in proportion to the values. It does not
            ask how often a set is walked: a channel of a few lucky journeys is credited like a great one.
        measure: what is credited.
        samples, seed: orders drawn where `rate` has more than 12 channels.
    """
    unique = without_repeats(paths, "per_channel")
    if worth == "sum_over_subsets":
        values = _equal_shares(unique, measure)
        named = dict(zip(paths.channels, values.tolist(), strict=True))
        return ShapleyResult(paths.channels, named, paths.credits(values, measure), {})
    if len(paths.channels) <= MAX_EXACT:
        values, errors = exact(_rates(unique)), None
    else:
        values, errors = _sampled_rate(unique, samples, seed)
    whole = float(values.sum())
    named = dict(zip(paths.channels, values.tolist(), strict=True))
    credit = paths.credits(paths.total(measure) * (values / whole), measure) if paths.conversions.any() else None
    named_errors = {} if errors is None else dict(zip(paths.channels, errors.tolist(), strict=True))
    return ShapleyResult(paths.channels, named, credit, named_errors)


def shapley_of_worths(worths: Mapping[Collection[str], float]) -> Mapping[str, float]:
    """The Shapley value of each channel where the worth of every set is given (worth = `given`).

    Args:
        worths: of every non-empty set of the channels, e.g. `{("a",): 7, ("b",): 6, ("a", "b"): 15}`.

    Raises:
        ValueError: a set is missing, or there are more than 12 channels.
    """
    given = {frozenset(channels): worth for channels, worth in worths.items()}
    channels = list(dict.fromkeys(channel for names in worths for channel in names))
    if len(channels) > MAX_EXACT:
        raise ValueError(f"{len(channels)} channels: worths can be given for {MAX_EXACT} at most")
    table = np.zeros(2 ** len(channels))
    for size in range(1, len(channels) + 1):
        for members in combinations(range(len(channels)), size):
            names = frozenset(channels[member] for member in members)
            if names not in given:
                raise ValueError(f"the worth of {' + '.join(sorted(names))} is missing")
            table[sum(1 << member for member in members)] = given[names]
    return dict(zip(channels, exact(table).tolist(), strict=True))


def exact(worth: FloatArray) -> FloatArray:
    """Shapley values, shape (k,), from the worth of every set, shape (2^k,), where bit i stands for channel i.

    φ_i = Σ over sets S without i of |S|! (k - |S| - 1)! / k! × (v(S + i) - v(S)).
    """
    channels = len(worth).bit_length() - 1
    sets = np.arange(len(worth))
    size = np.array([int(members).bit_count() for members in sets.tolist()])
    share = np.array([1 / (channels * comb(channels - 1, members)) for members in range(channels)])
    values = np.zeros(channels)
    for channel in range(channels):
        without = sets[(sets >> channel) & 1 == 0]
        values[channel] = share[size[without]] @ (worth[without | (1 << channel)] - worth[without])
    return values


def sums_over_subsets(weight: FloatArray) -> FloatArray:
    """For every set the sum of `weight` over its subsets; both of shape (2^k,)."""
    total = weight.copy()
    for channel in range(len(weight).bit_length() - 1):
        halves = total.reshape(-1, 2, 1 << channel)
        halves[:, 1] += halves[:, 0]
    return total


def sets_of_paths(unique: Paths) -> IntArray:
    """Each path's channels as bits, shape (paths,), of paths without repeats."""
    if not len(unique.start):
        return np.empty(0, dtype=np.int64)
    return np.asarray(np.bitwise_or.reduceat(np.left_shift(1, unique.touch), unique.start), dtype=np.int64)


def _equal_shares(unique: Paths, measure: Measure) -> FloatArray:
    shares = np.repeat(unique.weight(measure) / unique.length, unique.length)
    return sums(unique.touch, shares, len(unique.channels))


def _rates(unique: Paths) -> FloatArray:
    """The worth `rate` of every set of channels, shape (2^k,)."""
    sets, count = sets_of_paths(unique), 2 ** len(unique.channels)
    won = sums_over_subsets(sums(sets, unique.conversions, count))
    lost = sums_over_subsets(sums(sets, unique.nulls, count))
    return _rate(won, lost)


def _sampled_rate(unique: Paths, samples: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Values and standard errors over random orders: a path counts from where the last of its channels has come."""
    channels, random = len(unique.channels), np.random.default_rng(seed)
    drawn = np.zeros((max(samples // 2, 2), channels))
    for draw in drawn:
        rank = random.permutation(channels)
        draw += (_gains(unique, rank) + _gains(unique, channels - 1 - rank)) / 2
    return drawn.mean(axis=0), drawn.std(axis=0, ddof=1) / np.sqrt(len(drawn))


def _gains(unique: Paths, rank: IntArray) -> FloatArray:
    """What each channel adds to the rate when channels come in order of `rank`."""
    complete = np.maximum.reduceat(rank[unique.touch], unique.start)
    won = np.cumsum(sums(complete, unique.conversions, len(rank)))
    lost = np.cumsum(sums(complete, unique.nulls, len(rank)))
    return np.diff(_rate(won, lost), prepend=0.0)[rank]


def _rate(won: FloatArray, lost: FloatArray) -> FloatArray:
    return np.divide(won, won + lost, out=np.zeros(len(won)), where=won + lost > 0)
