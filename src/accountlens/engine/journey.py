"""The journey of accounts between two moments: where they stood, who went on and who fell back, how many go further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.language.periods import cut, parse_range
from accountlens.warehouses.expand import literal

NONE = "none"
TOLD_BY: Mapping[str, str] = {  # what tells who stands in a stage, as `stage_marks` reads it
    "target": "target_spans",
    "aware": "activity_spells",
    "engaged": "engaged_spans",
    "mqa": "mqa_spans",
    "sqa": "account_stage_events",
    "opportunity": "opportunities",
    "customer": "customer_spells",
}


@dataclass(frozen=True)
class Stage:
    """One stage. `entered` are accounts that rose into it within the period; `went_on` those of them that have stood
    further since, up to now; `median_days` their time from the one to the other. `lacks`: entities of which one would
    tell who stands in it, where none has a source."""

    name: str
    place: int
    before: int
    after: int
    entered: int
    went_on: int
    median_days: float | None
    last: bool = False
    lacks: Sequence[str] = ()

    @property
    def known(self) -> bool:
        """Whether it can be told who stands in it; what somebody stood in is known whatever tells it."""
        return not self.lacks or self.before + self.after + self.entered > 0

    @property
    def conversion(self) -> float | None:
        """The share that went on; of the last stage, and where nobody rose into it, there is none."""
        return self.went_on / self.entered if self.entered and not self.last else None


@dataclass(frozen=True)
class Move:
    """An account whose stage at the end is not the one at the beginning."""

    account_id: str
    name: str
    stage_before: str
    stage: str
    forward: bool
    since: datetime | None


@dataclass(frozen=True)
class Journey:
    start: datetime
    end: datetime
    stages: Sequence[Stage]
    moves: Sequence[Move]

    @property
    def progressed(self) -> int:
        return sum(move.forward for move in self.moves)

    @property
    def fell_back(self) -> int:
        return len(self.moves) - self.progressed


def journey(period: str, ground: Ground, session: Session) -> Journey:
    """Stages just before the period's beginning and its end (or now, while it lasts); UTC without zone."""
    asked = parse_range(period, ground.clock.today, ground.fiscal_starts)
    (whole,) = cut(asked, "total", ground.fiscal_starts)
    piece = ground.clock.slice(whole)
    if piece.start >= ground.clock.as_of:
        raise AccountlensError(f"{period} has not begun.", mend="Ask about a period up to now.")
    session.ensure_fact("account_stages")
    session.table("accounts")
    places: Mapping[str, Any] = ground.catalog.facts["account_stages"].parameters["stages"]
    span = {"start": piece.start, "end": piece.as_of, "now": ground.clock.as_of}
    counts = {row[0]: row[1:] for row in _fetch(session, COUNTS, span)}
    flows = {row[0]: row[1:] for row in _fetch(session, FLOWS, span)}
    order = {NONE: 0, **{name: int(place) for name, place in sorted(places.items(), key=lambda item: item[1])}}
    stages = [
        replace(_stage(name, place, counts, flows, last=place == max(order.values())), lacks=_lacks(name, ground))
        for name, place in order.items()
    ]
    moves = [Move(*row) for row in _fetch(session, MOVES, span)]
    return Journey(piece.start, piece.as_of, stages, moves)


def _lacks(stage: str, ground: Ground) -> Sequence[str]:
    told_by = ground.catalog.primary(TOLD_BY[stage]) if stage in TOLD_BY else ()
    return () if set(told_by) & set(ground.available) else told_by


def _stage(
    name: str, place: int, counts: Mapping[int, Sequence[int]], flows: Mapping[int, Sequence[Any]], last: bool
) -> Stage:
    before, after = counts.get(place, (0, 0))
    entered, went_on, median_days = flows.get(place, (0, 0, None))
    return Stage(name, place, before, after, entered, went_on, median_days, last)


def _fetch(session: Session, sql: str, span: Mapping[str, datetime]) -> list[tuple[Any, ...]]:
    for name, moment in span.items():
        sql = sql.replace(f"${name}", literal(moment))
    return session.fetch(sql).fetchall()


# Where every account that is there stands at the two moments (rule G2: just before them); without a row, in no stage.
_STANDS = """
SELECT a.account_id, COALESCE(a.name, a.account_id) AS name,
    COALESCE(b.place, 0) AS place_before, COALESCE(b.stage, 'none') AS stage_before,
    COALESCE(e.place, 0) AS place, COALESCE(e.stage, 'none') AS stage, e.from_at AS since,
    (a.created_at IS NULL OR a.created_at < $start OR b.account_id IS NOT NULL) AS was_there
FROM accounts a
LEFT JOIN account_stages b ON b.account_id = a.account_id AND b.from_at < $start AND COALESCE(b.to_at >= $start, TRUE)
LEFT JOIN account_stages e ON e.account_id = a.account_id AND e.from_at < $end AND COALESCE(e.to_at >= $end, TRUE)
WHERE a.created_at IS NULL OR a.created_at < $end OR e.account_id IS NOT NULL
"""
COUNTS = f"""
SELECT place, SUM(at_start), SUM(at_end) FROM (
    SELECT place_before AS place, 1 AS at_start, 0 AS at_end FROM ({_STANDS}) s WHERE was_there
    UNION ALL SELECT place, 0, 1 FROM ({_STANDS}) s) c
GROUP BY place
"""
MOVES = f"""
SELECT account_id, name, stage_before, stage, place > place_before, since FROM ({_STANDS}) s
WHERE place <> place_before ORDER BY ABS(place - place_before) DESC, since DESC, account_id
"""
# An account counts once for a stage, at its first rise into it in the period; whoever leaps a stage was never in it.
FLOWS = """
WITH entries AS (
    SELECT place, account_id, MIN(from_at) AS entered_at
    FROM account_stages
    WHERE place > place_before AND from_at >= $start AND from_at < $end
    GROUP BY place, account_id
),
further AS (
    SELECT e.place, e.account_id, e.entered_at, MIN(s.from_at) AS went_on_at
    FROM entries e
    LEFT JOIN account_stages s
        ON s.account_id = e.account_id AND s.place > e.place AND s.from_at > e.entered_at AND s.from_at < $now
    GROUP BY e.place, e.account_id, e.entered_at
)
SELECT place, COUNT(*), COUNT(went_on_at), MEDIAN((epoch_us(went_on_at) - epoch_us(entered_at)) / 86400e6)
FROM further GROUP BY place
"""
