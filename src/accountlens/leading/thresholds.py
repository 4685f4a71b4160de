"""From where on a KPI would warn: chosen on earlier months, and measured on later ones that it was not chosen on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accountlens.leading.panel import Panel
from accountlens.leading.shares import Share, share_of
from accountlens.models.arrays import BoolArray, FloatArray

LEAST_OUTCOMES = 5  # accounts with the outcome, among those it is chosen on and among those it is measured on


@dataclass(frozen=True)
class Threshold:
    """It warns where the score is at least `value`. Months are places: chosen on those up to `chosen_to`, measured on
    those from `measured_from` on.

    `hits`: of customers who saw the outcome, those warned of; `false_alarms`: of the others. `right`: of warnings,
    those that came true, and `usual`: of all rows, those that would have come true with no KPI at all.
    """

    value: float
    chosen_to: int
    measured_from: int
    hits: Share
    false_alarms: Share
    right: Share
    usual: Share

    @property
    def useful(self) -> bool:
        """Whether warnings come true more often than is usual, by more than chance."""
        return self.right.low is not None and self.right.low > (self.usual.value or 0)


def threshold(score: FloatArray, rows: Panel, ahead: int) -> Threshold | None:
    """The threshold of the greatest hit rate less false-alarm rate (Youden 1950); None where outcomes are too few,
    or no threshold is any good.

    The months are parted where the fewer of both parts' outcomes are most. Months whose outcome was not known yet when
    the later part begins are left out of the earlier one (López de Prado 2018, ch. 7: purging).
    """
    known = ~np.isnan(score)
    cuts = [(_fewer(rows, known, cut, ahead), -cut) for cut in range(ahead, int(rows.month.max(initial=0)) + 1)]
    most, place = max(cuts, default=(0, 0))
    if most < LEAST_OUTCOMES:
        return None
    early, late = _parts(rows, known, -place, ahead)
    value = _best(score[early], rows.event[early])
    if value is None:
        return None
    warned, event, account = score[late] >= value, rows.event[late], rows.account[late]
    return Threshold(
        value, -place - ahead, -place,
        hits=share_of(warned[event], account[event]),
        false_alarms=share_of(warned[~event], account[~event]),
        right=share_of(event[warned], account[warned]),
        usual=share_of(event, account),
    )  # fmt: skip


def _parts(rows: Panel, known: BoolArray, cut: int, ahead: int) -> tuple[BoolArray, BoolArray]:
    return known & (rows.month <= cut - ahead), known & (rows.month >= cut)


def _fewer(rows: Panel, known: BoolArray, cut: int, ahead: int) -> int:
    """The accounts of the rarer outcome, in the part that has fewer of them."""
    parts = _parts(rows, known, cut, ahead)
    return min(len(np.unique(rows.account[part & kind])) for part in parts for kind in (rows.event, ~rows.event))


def _best(score: FloatArray, event: BoolArray) -> float | None:
    """The strictest of the best; None where none warns of more with the outcome than without."""
    values, place = np.unique(-score, return_inverse=True)
    yes = np.cumsum(np.bincount(place, weights=event)) / event.sum()
    no = np.cumsum(np.bincount(place, weights=~event)) / (~event).sum()
    best = int(np.argmax(yes - no))
    return float(-values[best]) if yes[best] > no[best] else None
