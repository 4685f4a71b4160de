"""All activities, month by month, so that ten millions need no more memory than one month of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from accountlens.demo import marketing
from accountlens.demo.moment import Moment, Stage
from accountlens.demo.opportunities import Involved
from accountlens.demo.rows import Rows, joined, points, table, taken
from accountlens.demo.scale import Array
from accountlens.demo.touches import (
    DealTouches,
    deal_touch_rate,
    deal_touches,
    make_deal_touches,
    touch_rate,
    touches,
)

LATE_SHARE = 0.004
LATE_MONTHS = 3  # at most
STREAMS: tuple[tuple[Callable[[Moment], Array], float, Callable[[Moment], Rows]], ...] = (
    (marketing.mail_rate, marketing.ROWS_PER_MAIL, marketing.mails),
    (marketing.session_rate, marketing.ROWS_PER_SESSION, marketing.sessions),
    (marketing.impression_rate, marketing.ROWS_PER_IMPRESSION, marketing.impressions),
    (marketing.liking_rate, 1.0, marketing.likings),
    (marketing.registration_rate, marketing.ROWS_PER_REGISTRATION, marketing.registrations),
    (touch_rate, 1.0, touches),
)


@dataclass
class Heat:
    """Engagement points of each account in each week, filled while the activities are written."""

    weeks: Array

    @classmethod
    def empty(cls, stage: Stage) -> Heat:
        days = int((stage.scale.end - stage.scale.start).astype(int))
        return cls(np.zeros((len(stage.accounts), days // 7 + 1), dtype=np.float32))

    def add(self, stage: Stage, source: Rows) -> None:
        week = (source["at"].astype("M8[D]") - stage.scale.start).astype(np.int64) // 7
        kept = (source["account"] >= 0) & (week >= 0)
        np.add.at(self.weeks, (source["account"][kept], week[kept]), points(source)[kept].astype(np.float32))


def activity_tables(stage: Stage, involved: Involved, heat: Heat) -> Iterator[pa.Table]:
    """One table a month; a few rows arrive months after they happened."""
    density = _density(stage)
    of_deals = make_deal_touches(stage, density)
    late: dict[int, list[Rows]] = {}
    next_id = 1
    for month in range(stage.scale.months):
        fresh = _month(_moment(stage, month, density), involved, of_deals)
        heat.add(stage, fresh)
        rng = stage.scale.stream("late", month)
        held = (rng.random(len(fresh["at"])) < LATE_SHARE) & (month < stage.scale.months - 1)
        arrival = np.minimum(month + rng.integers(1, LATE_MONTHS + 1, len(held)), stage.scale.months - 1)
        for at in np.unique(arrival[held]).tolist():
            late.setdefault(at, []).append(taken(fresh, np.flatnonzero(held & (arrival == at))))
        batch = joined([taken(fresh, np.flatnonzero(~held)), *late.pop(month, [])])
        yield table(stage, batch, next_id)
        next_id += len(batch["at"])


def _moment(stage: Stage, month: int, density: float) -> Moment:
    known = stage.people.known_by(stage.scale.day(month))
    return Moment(stage, month, density, stage.scale.stream("month", month), known)


def _month(moment: Moment, involved: Involved, of_deals: DealTouches) -> Rows:
    """Everything that happened in the month, in no order, cut at both ends of the data."""
    parts = [make(moment) for _, _, make in STREAMS]
    everything = joined([*parts, deal_touches(moment, involved, of_deals)])
    day, scale = everything["at"].astype("M8[D]"), moment.stage.scale
    return taken(everything, np.flatnonzero((day >= scale.start) & (day < scale.end)))


def _density(stage: Stage) -> float:
    """The factor on all rates that leads to the number of activities asked for."""
    expected = float(deal_touch_rate(stage).sum())
    for month in range(stage.scale.months):
        moment = _moment(stage, month, 1.0)
        expected += sum(float(rate(moment).sum()) * per_unit for rate, per_unit, _ in STREAMS)
    return stage.scale.activities / max(expected, 1.0)
