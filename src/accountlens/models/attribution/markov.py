"""Markov attribution: what share of conversions would be lost without a channel, solved exactly.

A journey walks from the start over channels to conversion or null (order 1). The removal effect of a channel is the
share of conversions lost when every way into it leads to null. Sources: Anderl et al. (2016), Mapping the customer
journey, Int. J. of Research in Marketing 33(3), 457-474; absorbing chains: Kemeny & Snell (1960), ch. 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from accountlens.models.arrays import FloatArray, sums
from accountlens.models.attribution.paths import Measure, Paths, Repeat, without_repeats

# The chain is inverted as a dense matrix: beyond this, group rare channels first.
MAX_CHANNELS = 4000


@dataclass(frozen=True)
class MarkovResult:
    """`transition` has rows start, channels…; columns channels…, conversion, null."""

    channels: tuple[str, ...]
    transition: FloatArray  # (k + 1, k + 2), each row sums to 1
    conversion_probability: float
    removal_effect: Mapping[str, float] | None  # in [0, 1]; None where nothing converted
    credit: Mapping[str, float] | None  # sums exactly to the total; None where nothing converted


def markov(paths: Paths, *, measure: Measure = "value", repeat: Repeat = "per_touch") -> MarkovResult:
    """Credit of each channel: total × removal effect / sum of removal effects.

    Args:
        paths: converted and null ones; journeys are weighted by their conversions and nulls.
        measure: what is credited, the conversions' value or their count; transitions always count journeys.
        repeat: `per_touch` collapses touches of one channel in a row, `per_channel` keeps its first touch only.

    Raises:
        ValueError: more than 4,000 channels.
    """
    if len(paths.channels) > MAX_CHANNELS:
        raise ValueError(f"{len(paths.channels)} channels are too many for an exact solution ({MAX_CHANNELS})")
    counts = _transitions(without_repeats(paths, repeat))
    rows = counts.sum(axis=1, keepdims=True)
    transition = np.divide(counts, rows, out=np.zeros_like(counts), where=rows > 0)
    probability, lost = _removal(transition)
    if not probability > 0:
        return MarkovResult(paths.channels, transition, probability, None, None)
    effects = np.clip(lost / probability, 0.0, 1.0)
    return MarkovResult(
        channels=paths.channels,
        transition=transition,
        conversion_probability=probability,
        removal_effect=dict(zip(paths.channels, effects.tolist(), strict=True)),
        credit=paths.credits(paths.total(measure) * (effects / effects.sum()), measure),
    )


def _transitions(paths: Paths) -> FloatArray:
    """How many journeys go from state to state, shape (k + 1, k + 2)."""
    channels = len(paths.channels)
    counts = np.zeros((channels + 1, channels + 2))
    weight = paths.conversions + paths.nulls
    ends = paths.start + paths.length - 1
    inner = np.ones(len(paths.touch), dtype=bool)
    inner[ends] = False
    steps = np.flatnonzero(inner)
    counts[0, :channels] = sums(paths.touch[paths.start], weight, channels)
    np.add.at(counts, (paths.touch[steps] + 1, paths.touch[steps + 1]), weight[paths.path_of_touch[steps]])
    counts[1:, channels] = sums(paths.touch[ends], paths.conversions, channels)
    counts[1:, channels + 1] = sums(paths.touch[ends], paths.nulls, channels)
    return counts


def _removal(transition: FloatArray) -> tuple[float, FloatArray]:
    """P(conversion), and how much of it each channel's removal takes.

    With N = (I - Q)^-1 a walk converts through channel i with P(visits i) P(converts from i), and P(visits i) is
    (start N)_i / N_ii: one inverse serves all removals.
    """
    channels = transition.shape[1] - 2
    between, into = transition[1:, :channels], transition[0, :channels]
    visits = np.linalg.inv(np.eye(channels) - between)
    converts = visits @ transition[1:, channels]
    reached = (into @ visits) / np.diag(visits) if channels else np.zeros(0)
    return float(into @ converts), np.asarray(reached * converts)
