"""How far the data goes, entity by entity, beside how often rows usually come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accountlens.catalog.catalog import Catalog
from accountlens.engine.session import Session
from accountlens.errors import Problem
from accountlens.language.tables import Entity
from accountlens.quality.rows import DATA
from accountlens.store import Snapshot
from accountlens.warehouses.expand import literal, quoted

STALE_AFTER = timedelta(days=45)
LOOK_BACK_DAYS = 365  # of which the usual gap is taken
LEAST_DAYS = 8  # with rows, before anything is usual
PATIENCE = 3.0  # times the longest usual gap
LEAST_LAG_DAYS = 7.0


@dataclass(frozen=True)
class Freshness:
    """`usual_days` is the gap between days with rows that 95 % do not exceed; None where too few are known."""

    entity: str
    column: str
    latest: datetime  # UTC without zone
    days_ago: float  # before the snapshot's present
    behind_days: float  # before the end of the other data
    usual_days: float | None

    @property
    def late(self) -> bool:
        limit = max(PATIENCE * (self.usual_days or 0.0), LEAST_LAG_DAYS)
        return self.usual_days is not None and self.behind_days > limit


def time_column(entity: Entity) -> str | None:
    """When a row of an entity happened: its first required time that starts something."""
    return next((one.name for one in entity.columns.values() if one.required and one.type in ("time", "date")), None)


def freshness(catalog: Catalog, snapshot: Snapshot, session: Session) -> list[Freshness]:
    """Every entity whose rows have a time, by name."""
    found = []
    present = literal(str(snapshot.as_of))
    for name, entity in sorted(catalog.entities.items()):
        column = time_column(entity)
        if column is None or name not in snapshot.tables:
            continue
        session.table(name)
        at = quoted(column)
        days = f"SELECT DISTINCT CAST({at} AS DATE) AS day FROM {quoted(name)} WHERE {at} < {present}"
        gaps = (
            f"SELECT day - lag(day) OVER (ORDER BY day) AS gap FROM ({days}) "
            f"WHERE day > (SELECT max(day) FROM ({days})) - {LOOK_BACK_DAYS}"
        )
        ((latest, usual),) = session.fetch(
            f"SELECT (SELECT max({at}) FROM {quoted(name)} WHERE {at} < {present}), "
            f"(SELECT CASE WHEN count(gap) >= {LEAST_DAYS} THEN quantile_cont(gap, 0.95) END FROM ({gaps}))"
        ).fetchall()
        if latest is not None:
            found.append((name, column, latest, usual))
    end = max((latest for _, _, latest, _ in found), default=snapshot.as_of)
    return [
        Freshness(name, column, latest, _days(snapshot.as_of - latest), _days(end - latest), usual)
        for name, column, latest, usual in found
    ]


def behind(fresh: Sequence[Freshness]) -> Iterator[Problem]:
    """Entities that ended before the others did."""
    for one in fresh:
        if one.late:
            usual = f"{one.usual_days:.0f} days" if one.usual_days and one.usual_days >= 2 else "a day"
            what = f"The last row is of {one.latest:%Y-%m-%d}, {one.behind_days:.0f} days before the other data ends; "
            mend = (
                f"See whether its source is still written, and whether {one.entity}.{one.column} is the right column."
            )
            yield Problem(one.entity, 0, f"{what}usually one comes within {usual}.", mend, "warning", "entity_behind")


def stale(snapshot: Snapshot) -> Iterator[Problem]:
    latest = snapshot.info.get("latest")
    if latest and snapshot.as_of - datetime.fromisoformat(latest) > STALE_AFTER:
        day = datetime.fromisoformat(latest)
        what = f"The data ends on {day:%Y-%m-%d}, {(snapshot.as_of - day).days} days before the snapshot's present."
        mend = f"Load newer data, or look back with 'accountlens refresh --as-of {day + timedelta(days=1):%Y-%m-%d}'."
        yield Problem(DATA, 0, what, mend, "warning", "data_stale")


def _days(span: timedelta) -> float:
    return round(span.total_seconds() / 86400, 2)
