"""Months with far fewer, or far more, rows than the months before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from accountlens.catalog.catalog import Catalog
from accountlens.engine.session import Session
from accountlens.errors import Problem
from accountlens.quality.freshness import time_column
from accountlens.store import Snapshot
from accountlens.warehouses.expand import expand, literal, quoted

MONTHS, LEAST_MONTHS = 12, 6  # compared with; fewer say nothing
UNUSUAL = 4.0  # robust standard deviations
BEYOND = 0.25  # further than any month before went
HALF = 0.5  # of the usual number at least, up or down
SIGMA = 1.4826  # of the median absolute deviation, for normal numbers


def unusual_months(catalog: Catalog, snapshot: Snapshot, session: Session) -> Iterator[Problem]:
    """The last whole month of each entity's events against the months before."""
    latest = snapshot.info.get("latest")
    for name, entity in sorted(catalog.entities.items()):
        column = time_column(entity)
        if not latest or column is None or name not in snapshot.tables or not entity.key:
            continue
        session.table(name)
        last, months = _counts(session, name, column, min(str(snapshot.as_of), latest.replace("T", " ")))
        if found := _unusual(last, months):
            usual, times = found
            word = "fewer" if last < usual else "more"
            range_ = f"between {min(months):,} and {max(months):,}" if min(months) < max(months) else f"{usual:,.0f}"
            what = (
                f"{last:,} rows in the last whole month, {word} than usual ({usual:,.0f}; the {len(months)} months "
                f"before had {range_}): {times:.0f} times as far off as is usual."
            )
            mend = "See whether a source broke off, was read twice, or really changed."
            yield Problem(name, 0, what, mend, "warning", "volume_unusual")


def _counts(session: Session, name: str, column: str, end: str) -> tuple[int, list[int]]:
    """Rows in the last whole month before an instant, and in the months before that, back to the first with rows."""
    month = f"date_trunc('month', {expand(f'KPI_LOCAL({quoted(column)})', zone=session.zone)})"
    present = f"date_trunc('month', {expand(f'KPI_LOCAL(CAST({literal(end)} AS TIMESTAMP))', zone=session.zone)})"
    rows = session.fetch(
        f"SELECT date_diff('month', {month}, {present}) AS back, count(*) FROM {quoted(name)} "
        f"WHERE {month} < {present} GROUP BY 1"
    ).fetchall()
    by_month = {int(back): int(count) for back, count in rows if back is not None}
    if not by_month:
        return 0, []
    first = min(max(by_month), MONTHS + 1)
    return by_month.get(1, 0), [by_month.get(back, 0) for back in range(2, first + 1)]


def _unusual(last: int, months: Sequence[int]) -> tuple[float, float] | None:
    """The usual number and how many robust deviations off the last is, where that is much."""
    if len(months) < LEAST_MONTHS:
        return None
    usual = median(months)
    spread = max(SIGMA * median([abs(count - usual) for count in months]), math.sqrt(usual), 1.0)
    times = abs(last - usual) / spread
    beyond = last < min(months) * (1 - BEYOND) or last > max(months) * (1 + BEYOND)
    far = usual and abs(last - usual) > HALF * usual and beyond
    return (usual, times) if far and times > UNUSUAL else None
