"""The pace of a target: what is there, what would usually be there by now, where it leads, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from accountlens.pacing.usual import LEVEL, Usual
from accountlens.targets.figures import Figure
from accountlens.targets.nature import Nature

Verdict = Literal["ahead", "on", "behind", "unknown"]
State = Literal["coming", "running", "over"]
NEAR = 1e-9  # of a figure: less is a matter of rounding


@dataclass(frozen=True)
class Pace:
    """`elapsed` and the shares are fractions; figures are in the KPI's unit, unknown ones None.

    `actual_low` and `actual_high` are the bounds of the KPI's own interval, where it has one.
    `share` of a period's figure usually stands by now, so `expected` of the target; the bounds hold with probability
    `level`. `forecast` is where it leads at the end of the period. `past`: the periods that say what is usual.
    """

    nature: Nature
    state: State
    elapsed: float
    target: float | None
    actual: float | None = None
    actual_low: float | None = None
    actual_high: float | None = None
    share: float | None = None
    expected: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    forecast: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None
    level: float = LEVEL
    past: tuple[str, ...] = ()
    verdict: Verdict = "unknown"
    why: str | None = None

    @property
    def gap(self) -> float | None:
        """What is there, less the target."""
        return None if self.actual is None or self.target is None else self.actual - self.target


def judged(
    nature: Nature, good: str, state: State, elapsed: float, target: float | None, figure: Figure,
    usual: Usual | None = None, past: tuple[str, ...] = (), why: str | None = None, level: float = LEVEL,
) -> Pace:  # fmt: skip
    """A pace with its verdict; `why` says what is lacking where nothing is usual."""
    pace = Pace(nature, state, elapsed, target, figure.value, figure.lower, figure.upper, past=past, level=level)
    if figure.value is None or target is None:
        return replace(pace, why=why or figure.why or "The figure is not known.")
    if state == "over" and nature != "rate":
        return _between(replace(pace, forecast=figure.value, share=1.0, expected=target), target, target, good)
    if nature == "rate":
        return _rate(pace, target, good)
    if usual is None:
        return replace(pace, why=why)
    return _running(pace, target, usual, good)


def _running(pace: Pace, target: float, usual: Usual, good: str) -> Pace:
    actual = pace.actual or 0.0
    low, high = sorted((target * usual.low, target * usual.high))
    pace = replace(pace, share=usual.share, expected=target * usual.share, expected_low=low, expected_high=high)
    if usual.low > 0:
        ends = sorted((actual / usual.high, actual / usual.low))
        pace = replace(pace, forecast=actual / usual.share, forecast_low=ends[0], forecast_high=ends[1])
    else:
        pace = replace(pace, why="It is too early to say where it leads: by now little or nothing usually stands.")
    return _between(pace, low, high, good)


def _rate(pace: Pace, target: float, good: str) -> Pace:
    """A rate is not reached bit by bit: it is on its target where its own interval holds it."""
    pace = replace(pace, expected=target)
    if pace.actual_low is None or pace.actual_high is None:
        return replace(pace, why="It has no interval that would tell a difference from chance.")
    assert pace.actual is not None
    if pace.actual_low <= target <= pace.actual_high:
        return replace(pace, verdict="on")
    return _between(pace, target, target, good)


def _between(pace: Pace, low: float, high: float, good: str) -> Pace:
    """On, where what is there lies between the bounds; where less is better, less is ahead."""
    assert pace.actual is not None
    near = NEAR * max(abs(low), abs(high))
    if low - near <= pace.actual <= high + near:
        return replace(pace, verdict="on")
    more = pace.actual > high
    return replace(pace, verdict="ahead" if more != (good == "down") else "behind")
