"""Journeys to distinct paths with counts, the form in which Markov and Shapley read a million touches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from accountlens.models.arrays import BoolArray, FloatArray, IntArray, finite, not_negative, same_length, sums
from accountlens.models.attribution.credits import settle

Repeat = Literal["per_touch", "per_channel"]
Measure = Literal["value", "conversions"]


@dataclass(frozen=True)
class Paths:
    """Distinct paths of at least one touch, one after the other in `touch`.

    A conversion without a touch is in no path, only in `unattributed_conversions` and `unattributed_value`.
    """

    channels: tuple[str, ...]
    touch: IntArray  # (touches,) index into `channels`
    start: IntArray  # (paths,) first place of each path in `touch`
    conversions: FloatArray  # (paths,)
    nulls: FloatArray  # (paths,) journeys that ended without a conversion
    value: FloatArray  # (paths,)
    total_conversions: float
    total_value: float
    unattributed_conversions: float = 0.0
    unattributed_value: float = 0.0

    @property
    def length(self) -> IntArray:
        """Touches of each path, shape (paths,)."""
        return np.diff(self.start, append=len(self.touch))

    @property
    def path_of_touch(self) -> IntArray:
        return np.repeat(np.arange(len(self.start)), self.length)

    def weight(self, measure: Measure) -> FloatArray:
        return self.value if measure == "value" else self.conversions

    def total(self, measure: Measure) -> float:
        return self.total_value if measure == "value" else self.total_conversions

    def keep(self, rows: BoolArray) -> Paths:
        """Paths of some touches only, at least one of each path; equal ones are not merged."""
        return replace(
            self, touch=self.touch[rows], start=np.searchsorted(self.path_of_touch[rows], np.arange(len(self.start)))
        )

    def credits(self, by_channel: ArrayLike, measure: Measure) -> Mapping[str, float]:
        """Credits by channel, summing exactly to the total."""
        parts = settle(np.asarray(by_channel, dtype=np.float64).tolist(), self.total(measure))
        return dict(zip(self.channels, parts, strict=True))


def of_rows(rows: Iterable[tuple[Sequence[str], float, float, float]]) -> Paths:
    """Paths from rows of (channels in order, conversions, nulls, value)."""
    listed = list(rows)
    channels = [channel for path, *_ in listed for channel in path]
    journey = np.repeat(np.arange(len(listed)), [len(path) for path, *_ in listed])
    counts = np.array([row[1:] for row in listed], dtype=np.float64).reshape(-1, 3)
    return of_touches(journey, channels, counts[:, 0], counts[:, 1], counts[:, 2])


def of_touches(
    journey: ArrayLike, channel: Sequence[str], conversions: ArrayLike, nulls: ArrayLike, value: ArrayLike
) -> Paths:
    """Paths from touches ordered by journey and time.

    Args:
        journey: shape (m,), ascending index of each touch's journey into the arrays below.
        channel: shape (m,).
        conversions: shape (n,), of each journey, usually 1 or 0.
        nulls: shape (n,), usually 1 or 0.
        value: shape (n,), of its conversions.

    Raises:
        ValueError: touches are not in order of journeys, or counts are negative.
    """
    names = tuple(dict.fromkeys(channel))
    index = {name: place for place, name in enumerate(names)}
    codes = np.fromiter((index[name] for name in channel), dtype=np.int64, count=len(channel))
    return of_codes(journey, names, codes, conversions, nulls, value)


def of_codes(
    journey: ArrayLike,
    names: Sequence[str],
    codes: IntArray,
    conversions: ArrayLike,
    nulls: ArrayLike,
    value: ArrayLike,
) -> Paths:
    """The same from channels that are numbered: `codes`, shape (m,), are indexes into `names`."""
    owner = np.asarray(journey, dtype=np.int64)
    won, nothing, worth = finite(conversions=conversions, nulls=nulls, value=value)
    not_negative(conversions=won, nulls=nothing)
    same_length(journey=owner, channel=codes)
    if owner.size and (owner[0] < 0 or owner[-1] >= len(won) or (np.diff(owner) < 0).any()):
        raise ValueError("touches must be in order of journeys, and each journey must have its counts")
    bounds = np.searchsorted(owner, np.arange(len(won) + 1))
    distinct, of_journey = _distinct(codes, bounds)
    empty = bounds[1:] == bounds[:-1]
    totals = [sums(of_journey, each[~empty], len(distinct)) for each in (won, nothing, worth)]
    return Paths(
        channels=tuple(names),
        touch=np.concatenate(distinct) if distinct else np.empty(0, dtype=np.int64),
        start=np.cumsum([0, *map(len, distinct)], dtype=np.int64)[:-1],
        conversions=totals[0],
        nulls=totals[1],
        value=totals[2],
        total_conversions=math.fsum(won[~empty]),
        total_value=math.fsum(worth[~empty]),
        unattributed_conversions=math.fsum(won[empty]),
        unattributed_value=math.fsum(worth[empty]),
    )


def without_repeats(paths: Paths, repeat: Repeat) -> Paths:
    """`per_touch`: a channel twice in a row counts once. `per_channel`: only its first touch in a path counts."""
    owner = paths.path_of_touch
    if repeat == "per_channel":
        rows = np.zeros(len(owner), dtype=bool)
        rows[np.unique(owner * (len(paths.channels) + 1) + paths.touch, return_index=True)[1]] = True
    else:
        rows = np.ones(len(owner), dtype=bool)
        rows[1:] = (owner[1:] != owner[:-1]) | (paths.touch[1:] != paths.touch[:-1])
    return paths.keep(rows)


def by_position(
    paths: Paths, model: Callable[[int], Sequence[float]], measure: Measure = "value"
) -> Mapping[str, float]:
    """Credits by channel of a position model that needs only the number of touches, such as `positions.linear`."""
    shares = {length: np.asarray(model(length)) for length in np.unique(paths.length).tolist()}
    share = np.concatenate([shares[length] for length in paths.length.tolist()]) if len(paths.start) else np.empty(0)
    weight = np.repeat(paths.weight(measure), paths.length)
    return paths.credits(sums(paths.touch, share * weight, len(paths.channels)), measure)


def _distinct(codes: IntArray, bounds: IntArray) -> tuple[list[IntArray], IntArray]:
    """The distinct paths, and for each journey with touches which of them it is."""
    number: dict[bytes, int] = {}
    raw, width = codes.tobytes(), codes.itemsize
    edges = (bounds * width).tolist()
    of_journey = [number.setdefault(raw[start:end], len(number)) for start, end in pairwise(edges) if end > start]
    return [np.frombuffer(path, dtype=np.int64) for path in number], np.array(of_journey, dtype=np.int64)
