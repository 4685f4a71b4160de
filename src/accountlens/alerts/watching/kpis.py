"""Conditions on a KPI: a threshold, a change, a distance from its own past.

Beyond noise: where the KPI has an interval, it must leave the threshold, the median or the earlier value out (of a
difference: Newcombe 1998, method 10). Where it has none, counts must differ by more than chance (Poisson), and its own
past says what is usual: the modified z-score 0.6745 (x - median) / MAD, from 3.5 on an outlier; where the MAD is 0, the
mean absolute deviation takes its place. Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC 16.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from accountlens.alerts.rules import Baseline, Change, Direction, Threshold
from accountlens.alerts.signs import Held, Mask, Seen, Sign
from accountlens.alerts.watching.ground import Watch
from accountlens.alerts.watching.tracks import Track, signed, track
from accountlens.engine.arrays import Array

LAG = {"day": 365, "week": 52, "month": 12, "quarter": 4}  # periods of a year
PAST_CHANGES, LEAST_CHANGES = 12, 6  # so many earlier changes say what is usual
USUAL_TIMES = 2.0  # median deviations within which a change is usual
COUNTS = ("count", "touches")
Z = 1.96  # of 95 %
Place = tuple[int, int]


def thresholds(watch: Watch) -> Seen:
    """Where the KPI stands below or above a number."""
    when = watch.rule.when
    assert isinstance(when, Threshold)
    found = track(watch)
    limit, below = (when.below, True) if when.below is not None else (when.above, False)
    assert limit is not None
    hits = found.value < limit if below else found.value > limit

    def sign(subject: int, period: int) -> Sign:
        held = found.doubt(subject, period, when.least_n) or _around(found, subject, period, limit, "the limit")
        side = "below" if below else "above"
        text = f"{found.label}: {found.beside(found.value[subject, period], limit)}, {side} {found.say(limit)}."
        return _told(found, subject, period, limit, text, held)

    return _seen(found, hits, sign)


def changes(watch: Watch) -> Seen:
    """Where the KPI differs from an earlier period."""
    when = watch.rule.when
    assert isinstance(when, Change)
    lag = 1 if when.against == "previous" else LAG[when.per]
    found = track(watch, lag + PAST_CHANGES)
    then = np.full_like(found.value, np.nan)
    then[:, lag:] = found.value[:, :-lag]
    change = found.value - then
    size = change / np.abs(np.where(then == 0, np.nan, then)) if when.relative else change
    hits = _towards(size, when.direction, when.by)

    def sign(subject: int, period: int) -> Sign:
        held = found.doubt(subject, period, when.least_n) or _usual(found, change, subject, period, lag)
        now, before = found.value[subject, period], then[subject, period]
        word = "down" if now < before else "up"
        text = f"{found.label}: {found.say(now)}, {word} from {found.say(before)} {_against(when, lag)}."
        return _told(found, subject, period, before, text, held, when.against)

    return _seen(found, hits, sign)


def baselines(watch: Watch) -> Seen:
    """Where the KPI is far from its own past."""
    when = watch.rule.when
    assert isinstance(when, Baseline)
    found = track(watch, when.periods)
    middle, spread, known = (np.full_like(found.value, np.nan) for _ in range(3))
    for period in found.looked:
        past = found.value[:, period - when.periods : period]
        known[:, period] = (~np.isnan(past)).sum(axis=1)
        middle[:, period], spread[:, period] = _robust(past)
    distance = found.value - middle
    times = np.abs(distance) / np.where(spread > 0, spread, np.nan)
    never = (spread == 0) & (when.by > 0)  # a past that did not vary says nothing of noise: the least change decides
    far = never | (times >= when.times)
    hits = _towards(distance, when.direction, max(when.by, 1e-12)) & (never | (times >= when.times / 2))

    def sign(subject: int, period: int) -> Sign:
        at = subject, period
        held = found.doubt(subject, period, when.least_n) or _short(known[at], when.least)
        held = held or _around(found, subject, period, middle[at], "its median")
        held = held or _by_chance(found, distance[at], middle[at])
        usual = f"it is within {when.times:g} usual deviations of its own past"
        held = held or (None if far[at] else (Held.INTERVAL, usual))
        side = "below" if distance[at] < 0 else "above"
        past = f"the median of its last {known[at]:.0f} {when.per}s"
        text = f"{found.label}: {found.say(found.value[at])}, {side} {found.say(middle[at])}, {past}"
        text += "." if never[at] else f", by {times[at]:.1f} times its usual deviation (MAD)."
        return _told(found, subject, period, middle[at], text, held, spread=_known(spread[at]), times=_known(times[at]))

    return _seen(found, hits, sign)


def _towards(size: Array, direction: Direction, by: float) -> Mask:
    """Where a difference goes that way by that much; unknown goes nowhere."""
    slack = 1e-9 * max(1.0, by)
    found: Mask = {"falls": -size, "rises": size, "either": np.abs(size)}[direction] >= by - min(slack, by / 2)
    return found


def _robust(past: Array) -> tuple[Array, Array]:
    """The median of each row, and its usual deviation brought to that of a normal distribution."""
    known = np.where((~np.isnan(past)).any(axis=1, keepdims=True), past, 0.0)
    middle = np.nanmedian(known, axis=1)
    away = np.abs(known - middle[:, None])
    mad, mean = np.nanmedian(away, axis=1), np.nanmean(away, axis=1)
    spread = np.where(mad > 0, mad / 0.6745, 1.253314 * mean)
    nothing = np.isnan(past).all(axis=1)
    return np.where(nothing, np.nan, middle), np.where(nothing, np.nan, spread)


def _around(found: Track, subject: int, period: int, number: float, called: str) -> tuple[Held, str] | None:
    """Held back where the KPI's own interval holds the number it is set against."""
    low, high = found.lower[subject, period], found.upper[subject, period]
    if not low <= number <= high:
        return None
    return Held.INTERVAL, f"its interval {found.say(low)} to {found.say(high)} holds {called}, {found.say(number)}"


def _usual(found: Track, change: Array, subject: int, period: int, lag: int) -> tuple[Held, str] | None:
    """Held back where a change lies within its interval, or among those its own past has."""
    low, high = _bounds(found, subject, period, lag)
    if not math.isnan(low):
        within = f"the change lies within its interval, {found.say(low)} to {found.say(high)}"
        return (Held.INTERVAL, within) if low <= 0 <= high else None
    if chance := _by_chance(
        found, change[subject, period], found.value[subject, period] + found.value[subject, period - lag]
    ):
        return chance
    past = change[subject, max(period - PAST_CHANGES, 0) : period]
    past = past[~np.isnan(past)]
    if short := _short(len(past), LEAST_CHANGES, "changes"):
        return short
    (middle,), (spread,) = _robust(past[None, :])
    if abs(change[subject, period] - middle) > USUAL_TIMES * spread:
        return None
    return Held.INTERVAL, f"changes of {found.say(USUAL_TIMES * spread)} are usual for it"


def _by_chance(found: Track, change: float, cases: float) -> tuple[Held, str] | None:
    """Held back where counts differ no more than counts of that size do by chance (their variance is their mean)."""
    if found.unit not in COUNTS or abs(change) > Z * math.sqrt(max(cases, 1.0)):
        return None
    return Held.INTERVAL, "counts as small as these differ that much by chance"


def _bounds(found: Track, subject: int, period: int, lag: int) -> tuple[float, float]:
    """The interval of the difference from those of its two sides; NaN where one has none."""
    now, then = (subject, period), (subject, period - lag)
    v1, l1, u1 = found.value[now], found.lower[now], found.upper[now]
    v0, l0, u0 = found.value[then], found.lower[then], found.upper[then]
    return v1 - v0 - math.hypot(v1 - l1, u0 - v0), v1 - v0 + math.hypot(u1 - v1, v0 - l0)


def _short(known: float, least: int, things: str = "periods") -> tuple[Held, str] | None:
    if known >= least:
        return None
    return Held.SHORT, f"{known:.0f} earlier {things} are known, and {least} are needed to know what is usual"


def _against(when: Change, lag: int) -> str:
    return "a year before" if lag > 1 else f"the {when.per} before"


def _told(
    found: Track, subject: int, period: int, expected: float, text: str, held: tuple[Held, str] | None,
    compare: str | None = None, **numbers: float | None,
) -> Sign:  # fmt: skip
    low, high = found.lower[subject, period], found.upper[subject, period]
    numbers |= {"n": _known(found.n[subject, period]), "lower": _known(low), "upper": _known(high)}
    value, question = float(found.value[subject, period]), found.question(subject, period, compare)
    return signed(text, held, value=value, expected=_known(expected), numbers=numbers, question=question)


def _seen(found: Track, hits: Mask, sign: Callable[[int, int], Sign]) -> Seen:
    first = found.looked.start
    signs = {(subject, period - first): sign(subject, period) for subject, period in _places(hits, first)}
    return Seen(found.subjects, found.moments, ~np.isnan(found.value[:, first:]), signs)


def _places(hits: Mask, first: int) -> Iterator[Place]:
    for subject, period in np.argwhere(hits[:, first:]).tolist():
        yield subject, period + first


def _known(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
