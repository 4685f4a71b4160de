"""The Kaplan-Meier curve of deals against one computed point by point."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.engine.messy import Rows, catalog, company, open_session

from accountlens.engine.run import Backdrop, ask
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

END = datetime(2024, 5, 1)


def curve(deals: Rows) -> list[tuple[float, float]]:
    """Survival after each duration: the product of the shares that go on, ends before those who merely leave."""
    spans = []
    for deal in deals:
        start, closed = deal["created_at"], deal["closed_at"]
        if start is None or start >= END or (closed is not None and closed < start):
            continue
        over = closed is not None and closed < END
        stop = closed if over else END
        midnights = all(moment.time() == datetime.min.time() for moment in (start, stop))
        days = (stop.date() - start.date()).days if midnights else (stop - start).total_seconds() / 86400
        spans.append((days, over and deal["status"] == "won"))
    share, points = 1.0, []
    for days in sorted({days for days, _ in spans}):
        at_risk = sum(length >= days for length, _ in spans)
        share *= 1 - sum(won for length, won in spans if length == days) / at_risk
        points.append((days, share))
    return points


@pytest.mark.parametrize("seed", range(6))
def test_the_median_and_the_share_not_won_yet(seed: int, tmp_path: Path) -> None:
    tables = company(seed, scale=3)
    session, ground = open_session(catalog(), tables, tmp_path)
    asked = (parse_asked("sales_cycle_days(censor_open=true, unwon_after_days=40)"),)
    (row,) = ask(Query(asked, period="2024-04"), ground, session, Backdrop("s", "EUR")).rows()
    points = curve(tables["opportunities"])
    assert row["value"] == pytest.approx(next((days for days, share in points if share <= 0.5 + 1e-12), None))
    assert row["parts"]["unwon_share"] == pytest.approx(min([1.0, *(s for days, s in points if days <= 40)]))
