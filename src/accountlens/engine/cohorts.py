"""The funnel by cohort: of the accounts that rose into a stage in a month, how many reached each later one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.engine.dimensions import Dimension, Joins, find_dimension
from accountlens.engine.moments import Moment
from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, suggest
from accountlens.language.calendar import Slice
from accountlens.language.periods import cut, parse_range
from accountlens.warehouses.expand import literal

GRAINS = ("week", "month", "quarter", "year")
FACT = "account_stages"


@dataclass(frozen=True)
class Onward:
    """A later stage: `reached` within the days that count, it or a further one; `undecided` have days left and may yet.

    `so_far` are all that reached it, however late; `median_days` is of those that reached it in time.
    """

    stage: str
    entered: int
    reached: int
    undecided: int
    so_far: int
    median_days: float | None

    @property
    def at_least(self) -> float | None:
        """The share that is certain already."""
        return self.reached / self.entered if self.entered else None

    @property
    def at_most(self) -> float | None:
        """The share it becomes if all who are undecided reach it."""
        return (self.reached + self.undecided) / self.entered if self.entered else None

    @property
    def share(self) -> float | None:
        """The share that reached it in time; unknown while some of the accounts are undecided."""
        return None if self.undecided else self.at_least


@dataclass(frozen=True)
class Cohort:
    """Accounts by when they first rose into the stage. `period`, `group`: None is all of them together."""

    period: str | None
    group: str | None
    entered: int
    onward: Sequence[Onward]

    @property
    def immature(self) -> bool:
        """Whether anything of it is undecided: its shares may still rise."""
        return any(later.undecided for later in self.onward)


@dataclass(frozen=True)
class Funnel:
    """`cohorts` by group, each from the earliest to the latest, then together; all groups together come last."""

    stage: str
    start: datetime
    end: datetime
    within_days: int
    by: str | None
    cohorts: Sequence[Cohort]
    names: Mapping[str, str]  # readable names of the groups that are ids


def funnel(
    stage: str, period: str, ground: Ground, session: Session, *, grain: str = "month", by: str | None = None,
    within_days: int = 90,
) -> Funnel:  # fmt: skip
    """Cohorts of a period, seen up to now. Accounts count once, at their first rise into the stage in the period.

    Args:
        by: a dimension of the account, as it was when the account entered the stage.
        within_days: an account has so many days of 24 hours; one that has some of them left is undecided.
    """
    places: Mapping[str, int] = ground.catalog.facts[FACT].parameters["stages"]
    _check(stage, grain, within_days, places)
    asked = parse_range(period, ground.clock.today, ground.fiscal_starts)
    slices = [ground.clock.slice(one) for one in cut(asked, grain, ground.fiscal_starts)]
    slices = [one for one in slices if one.start < ground.clock.as_of]
    if not slices:
        raise AccountlensError(f"{period} has not begun.", mend="Ask about a period up to now.")
    dimension = _dimension(by, ground) if by else None
    session.ensure_fact(FACT)
    hops = [entity for _, entity in dimension.hops] if dimension else []
    for entity in ("accounts", "account_attributes", *hops):
        session.table(entity)
    later = sorted((place, name) for name, place in places.items() if place > places[stage])
    sql = _sql(places[stage], later, slices, within_days, dimension, ground)
    found = {row[:3]: row[3:] for row in session.fetch(sql).fetchall()}
    names = _names(dimension, ground, session)
    cohorts = list(_cohorts(found, [one.period.label for one in slices], later, names))
    return Funnel(stage, slices[0].start, slices[-1].as_of, within_days, by, cohorts, names)


def _check(stage: str, grain: str, within_days: int, places: Mapping[str, int]) -> None:
    if stage not in places:
        raise AccountlensError(f"No stage is called '{stage}' ({', '.join(places)}).", mend=suggest(stage, places))
    if places[stage] == max(places.values()):
        raise AccountlensError(f"Nothing comes after '{stage}'.", mend="Ask for an earlier stage.")
    if grain not in GRAINS:
        raise AccountlensError(f"'{grain}' is no grain of cohorts ({', '.join(GRAINS)}).", mend=suggest(grain, GRAINS))
    if within_days < 1:
        raise AccountlensError(f"{within_days} days are no time to reach a stage in.", mend="Give one day or more.")


def _dimension(by: str, ground: Ground) -> Dimension:
    fact = ground.catalog.facts[FACT]
    found = find_dimension(ground.catalog, fact, by)
    if found is None or not found.about_account:
        mend = suggest(by, ground.catalog.facts["accounts"].columns) or "Such as tier, segment or owner_id."
        raise AccountlensError(f"'{by}' is no dimension of an account, which cohorts are split by.", mend=mend)
    return found


def _cohorts(
    found: Mapping[tuple[Any, ...], Sequence[Any]],
    labels: Sequence[str],
    later: Sequence[tuple[int, str]],
    names: Mapping[str, str],
) -> Iterator[Cohort]:
    """Every cohort of every group that has one: where nobody entered, nothing is known of going on."""
    groups = sorted(
        {group for _, group, _ in found if group is not None}, key=lambda group: (names.get(group, group), group)
    )
    for group in (*groups, None):
        for index in (*range(len(labels)), None):
            onward = [Onward(name, *found.get((index, group, place), (0, 0, 0, 0, None))) for place, name in later]
            yield Cohort(None if index is None else labels[index], group, onward[0].entered, onward)


def _names(dimension: Dimension | None, ground: Ground, session: Session) -> dict[str, str]:
    """Readable names of groups, where they are keys of an entity with a label."""
    entity = dimension.entity if dimension else None
    label = ground.catalog.entities[entity].label if entity else None
    if entity is None or label is None:
        return {}
    session.table(entity)
    key = ground.catalog.entities[entity].key[0]
    rows = session.fetch(f'SELECT "{key}", "{label}" FROM "{entity}" WHERE "{label}" IS NOT NULL').fetchall()
    return dict(rows)


def _sql(
    place: int, later: Sequence[tuple[int, str]], slices: Sequence[Slice], within_days: int,
    dimension: Dimension | None, ground: Ground,
) -> str:  # fmt: skip
    """(cohort, group, place): entered, reached in time, undecided, reached so far, median days; null: all together."""
    joins = Joins(ground.catalog, Moment("f.from_at", event=True), ground.history)
    group = joins.shown(dimension) if dimension else "CAST(NULL AS VARCHAR)"
    spans = ", ".join(f"({index}, {literal(one.start)}, {literal(one.as_of)})" for index, one in enumerate(slices))
    ahead = ", ".join(f"({number})" for number, _ in later)
    deadline = f"entered_at + INTERVAL {within_days} DAY"
    in_time = f"reached_at < {deadline}"
    sets = "(cohort, place), (place)" + (", (cohort, shown, place), (shown, place)" if dimension else "")
    now = literal(ground.clock.as_of)
    return f"""
WITH entries AS (
    SELECT account_id, MIN(from_at) AS from_at FROM {FACT} WHERE place = {place} AND place > place_before
        AND from_at >= {literal(slices[0].start)} AND from_at < {literal(slices[-1].as_of)}
    GROUP BY account_id
),
members AS (
    SELECT f.account_id, f.from_at AS entered_at, c.cohort, {group} AS shown
    FROM entries f
    JOIN (VALUES {spans}) c(cohort, lo, hi) ON f.from_at >= c.lo AND f.from_at < c.hi {" ".join(joins.texts.values())}
),
onward AS (
    SELECT m.account_id, m.entered_at, m.cohort, m.shown, p.place, MIN(s.from_at) AS reached_at
    FROM members m
    CROSS JOIN (VALUES {ahead}) p(place)
    LEFT JOIN {FACT} s
        ON s.account_id = m.account_id AND s.place >= p.place AND s.from_at > m.entered_at AND s.from_at < {now}
    GROUP BY m.account_id, m.entered_at, m.cohort, m.shown, p.place
)
SELECT cohort, {"shown" if dimension else "NULL"}, place, COUNT(*),
    COUNT(*) FILTER (WHERE {in_time}),
    COUNT(*) FILTER (WHERE reached_at IS NULL AND {deadline} > {now}),
    COUNT(reached_at),
    MEDIAN((epoch_us(reached_at) - epoch_us(entered_at)) / 86400e6) FILTER (WHERE {in_time})
FROM onward GROUP BY GROUPING SETS ({sets})"""
