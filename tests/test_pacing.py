"""Paces: of a company that sells the same way every quarter they are known by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import fmean, stdev

import pytest
from scipy import stats
from tests.selling import NOW, deals, selling

from accountlens.pacing.pace import Pace, judged
from accountlens.pacing.run import paces
from accountlens.pacing.usual import LEVEL, Usual, usual
from accountlens.targets.figures import Figure
from accountlens.targets.fitting import Wish
from accountlens.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return selling(tmp_path_factory.mktemp("selling"))


def pace(workspace: Workspace, wish: Wish, as_of: datetime | None = None) -> Pace:
    book = workspace.targets()
    one = book.set([wish], None)[0]
    return paces(book, [one], as_of)[one.number]


def test_what_is_usual_is_the_interval_of_one_more_period() -> None:
    shares = [0.3, 0.5, 0.35, 0.45, 0.4]
    found = usual(shares, gathers=True)
    width = stats.t.ppf((1 + LEVEL) / 2, 4) * stdev(shares) * (1 + 1 / 5) ** 0.5
    assert (found.share, found.low, found.high) == pytest.approx((fmean(shares), 0.4 - width, 0.4 + width))
    assert usual([0.01, 0.9], gathers=True) == Usual(0.455, 0.0, 1.0)
    assert usual([0.9, 1.1], gathers=False).high > 1.1


@pytest.mark.parametrize(("target", "verdict"), [("14,400", "on"), ("14,300", "ahead"), ("15,000", "behind")])
def test_a_quarter_that_runs_as_ever_leads_to_what_it_always_led_to(
    workspace: Workspace, target: str, verdict: str
) -> None:
    found = pace(workspace, Wish("sales_revenue", "company", "2026-Q3", target))
    goal = float(target.replace(",", ""))
    assert (found.nature, found.state, found.verdict) == ("flow", "running", verdict)
    assert found.elapsed == pytest.approx(62 / 92)
    assert found.actual == pytest.approx(5_760)
    assert (found.share, found.expected) == pytest.approx((0.4, 0.4 * goal))
    assert (found.forecast_low, found.forecast, found.forecast_high) == pytest.approx((14_400,) * 3)
    assert found.past == ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
    assert found.gap == pytest.approx(5_760 - goal)


def test_before_and_after_the_third_month_of_a_quarter_another_share_is_usual(workspace: Workspace) -> None:
    wish = Wish("sales_revenue", "company", "2026-Q2", 14_400)
    for day, share in ((datetime(2026, 5, 10), 0.2), (datetime(2026, 6, 5), 0.4), (datetime(2026, 6, 26), 1.0)):
        found = pace(workspace, wish, day)
        assert (found.share, found.actual) == pytest.approx((share, share * 14_400))
        assert found.verdict == "on"
    early = pace(workspace, wish, datetime(2026, 4, 10))
    assert (early.actual, early.share, early.forecast, early.verdict) == (0.0, 0.0, None, "on")
    assert "too early" in (early.why or "")


def test_what_wavers_more_is_told_apart_less(tmp_path: Path) -> None:
    workspace = selling(tmp_path)
    calm, wild = list(deals()), list(deals({1: 0.1, 2: 0.1, 3: 0.8}))
    odd = {f"{year}{month:02d}" for year in (2024, 2025, 2026) for month in (1, 2, 3, 7, 8, 9)}
    mixed = [w if c.split(",")[0][-6:] in odd and "202607" not in c else c for c, w in zip(calm, wild, strict=True)]
    mixed = [c if "-202607" in c or "-202608" in c else m for c, m in zip(calm, mixed, strict=True)]
    (tmp_path / "data" / "opportunities.csv").write_text("\n".join(mixed) + "\n")
    workspace.refresh(as_of=NOW)
    found = pace(Workspace(tmp_path), Wish("sales_revenue", "company", "2026-Q3", 20_000))
    shares = [0.2, 0.4] * 4
    width = stats.t.ppf(0.95, 7) * stdev(shares) * (1 + 1 / 8) ** 0.5
    assert found.expected == pytest.approx(0.3 * 20_000)
    bounds = [found.expected_low, found.expected_high]
    assert bounds == pytest.approx([20_000 * (0.3 - width), 20_000 * (0.3 + width)])
    assert [found.forecast_low, found.forecast_high] == pytest.approx([5_760 / (0.3 + width), 5_760 / (0.3 - width)])
    assert found.verdict == "on"


def test_a_period_that_is_over_is_measured_and_one_to_come_is_not(workspace: Workspace) -> None:
    over = pace(workspace, Wish("sales_revenue", "company", "2026-Q1", 14_500))
    assert (over.state, over.verdict, over.elapsed) == ("over", "behind", 1.0)
    assert (over.actual, over.forecast, over.expected) == pytest.approx((14_400, 14_400, 14_500))
    assert pace(workspace, Wish("sales_revenue", "company", "2026-Q1", 14_400)).verdict == "on"
    coming = pace(workspace, Wish("sales_revenue", "company", "2026-Q4", "+20%"))
    assert (coming.state, coming.verdict, coming.actual, coming.target) == ("coming", "unknown", None, 14_400.0)


def test_a_short_history_says_nothing_of_what_is_usual(workspace: Workspace) -> None:
    found = pace(workspace, Wish("sales_revenue", "company", "2025-Q1", 12_000), datetime(2025, 3, 1))
    assert (found.verdict, found.actual, found.expected) == ("unknown", pytest.approx(4_800), None)
    assert "3 whole quarters before it can be used, and 4 are needed" in (found.why or "")
    year = pace(workspace, Wish("sales_revenue", "company", "2026", 60_000))
    assert "1 whole year before it can be used" in (year.why or "")


def test_who_sold_nothing_has_nothing_and_not_something_unknown(workspace: Workspace) -> None:
    found = pace(workspace, Wish("sales_revenue", "owner:Dan", "2026-Q3", 100))
    assert (found.actual, found.verdict) == (0.0, "unknown")


def test_a_stock_is_held_against_how_it_usually_moves_to_the_end(workspace: Workspace) -> None:
    found = pace(workspace, Wish("mrr", "company", "2026-Q3", 1_600))
    assert (found.nature, found.actual, found.share, found.forecast) == ("stock", 1_500.0, 1.0, 1_500.0)
    assert found.verdict == "behind"


def test_a_rate_is_on_its_target_where_its_own_interval_holds_it(workspace: Workspace) -> None:
    for target, verdict in (("80%", "on"), ("95%", "behind"), ("35%", "ahead")):
        found = pace(workspace, Wish("win_rate", "company", "2026-Q3", target))
        assert (found.nature, found.verdict, found.forecast) == ("rate", verdict, None)
        assert found.actual_low is not None
        assert found.level == 0.95  # that of the KPI's own interval
        assert found.expected == found.target
    without = pace(workspace, Wish("avg_deal_size", "company", "2026-Q3", 1_000_000))
    assert (without.nature, without.verdict in ("behind", "unknown")) == ("rate", True)
    bare = pace(workspace, Wish("revenue_growth_rate", "company", "2026-Q3", "10%"))
    assert bare.verdict == "unknown"


def test_where_less_is_better_less_is_ahead() -> None:
    known = Usual(0.5, 0.4, 0.6)
    for value, good, verdict in ((30.0, "down", "ahead"), (30.0, "up", "behind"), (70.0, "down", "behind")):
        assert judged("flow", good, "running", 0.5, 100.0, Figure(value), known).verdict == verdict
    assert judged("flow", "up", "running", 0.5, 100.0, Figure(None), known).verdict == "unknown"
    assert judged("flow", "up", "running", 0.5, None, Figure(5.0), known).verdict == "unknown"


def test_a_verdict_is_on_exactly_where_the_forecast_holds_the_target() -> None:
    known = Usual(0.5, 0.4, 0.6)
    for value in range(1, 100):
        found = judged("flow", "up", "running", 0.5, 100.0, Figure(float(value)), known)
        assert found.forecast_low is not None and found.forecast_high is not None  # noqa: PT018
        assert (found.verdict == "on") == (found.forecast_low - 1e-6 <= 100 <= found.forecast_high + 1e-6)


def test_the_past_is_asked_once_whatever_the_targets(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = list[str | None](), Workspace.answer
    monkeypatch.setattr(Workspace, "answer", lambda self, query: asked.append(query.period) or answer(self, query))
    wish = Wish("sales_revenue", "segment:small", "2026-Q3", 5_000)
    first = pace(workspace, wish)
    assert len(asked) > 8
    asked.clear()
    second = pace(workspace, replace(wish, amount=6_000))
    assert asked == []
    assert (second.forecast, second.target) == (first.forecast, 6_000.0)
    assert pace(workspace, wish, datetime(2026, 8, 1)).actual != first.actual


def test_owners_are_asked_together_and_answered_as_alone(workspace: Workspace) -> None:
    book = workspace.targets()
    every = book.set([Wish("sales_revenue", f"owner:E{n}", "2026-Q3", 1_000 * n) for n in (1, 2, 3)], None)
    together = paces(book, every)
    assert together == {one.number: paces(book, [one])[one.number] for one in every}
    assert [pace.share for pace in together.values()] == pytest.approx([0.4] * 3)


def test_who_sees_some_accounts_is_told_the_pace_of_these(workspace: Workspace) -> None:
    book = workspace.targets()
    (one,) = book.set([Wish("sales_revenue", "owner:E1", "2026-Q3", 9_000)], None)
    ann = workspace.seen_by(frozenset({"A1"})).targets()
    assert paces(ann, ann.wanted(scope="owner:E1", period="2026-Q3"))[one.number] == paces(book, [one])[one.number]
