"""What scores are made of: components add up, then, now and in what changed; what fades is told apart from what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.laws.books import Books, alike, definitions, same, shuffled
from tests.laws.relations import relations

from accountlens.engine.explain import explain
from accountlens.engine.run import Backdrop
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.query import Query

OPTIONS = {
    "engagement_score": ("", "(decay=none)", "(decay=linear)", "(cap_per_person_day=4)", "(weights={meeting: 3})"),
    "health_score": ("", "(weights={engagement: 1, support: 2}, min_weight_present=0.1)"),
}
WITH_COMPONENTS = [name for name in definitions().kpis if definitions().kpi(Asked(name)).components]
ASKED = [name + options for name in WITH_COMPONENTS for options in OPTIONS.get(name, ("",))]
WORDS = ("previous", "year-ago")
WEIGHTS = {"page_view": 1, "email_opened": 0.5, "email_clicked": 2, "email_replied": 5, "content_downloaded": 5,
           "form_submitted": 5, "event_registered": 2, "event_attended": 10, "social_interaction": 1, "ad_clicked": 1,
           "chat": 3, "message": 2, "call": 8, "meeting": 15}  # fmt: skip
NOW, THEN = datetime(2024, 6, 1), datetime(2024, 5, 1)


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(relations(seed), tmp_path_factory.mktemp("relations"), zone)
    yield opened
    opened.session.close()


def test_the_scores_and_movements_have_components() -> None:
    assert {"engagement_score", "health_score", "net_new_mrr", "brand_advocacy"} <= set(WITH_COMPONENTS)


@pytest.mark.parametrize("by", [(), ("account_id",), ("tier", "owner_id")], ids=str)
def test_components_add_up_before_and_in_what_changed(company: Books, by: tuple[str, ...]) -> None:
    totals: Any = "all" if len(by) > 1 else "grand"
    moved = set()
    for period, grain in [("2024-02..2024-05", "month"), ("2024-Q2", "quarter")]:
        for row in company.ask(*ASKED, by=by, period=period, grain=grain, compare=WORDS, totals=totals):
            for word in WORDS:
                told = row["compare"][word]
                if told["value"] is not None:
                    assert same(sum(value or 0 for value in told.get("parts", {}).values()), told["value"]), row
                if told["change"] is None:
                    assert not told.get("changed")
                    continue
                assert same(sum(told.get("changed", {}).values()), told["change"]), (word, row)
                assert set(told.get("changed", {})) == set(told.get("parts", {}))
                for name in told.get("came", ()):
                    assert same(told["faded"][name] + told["came"][name], told["changed"][name])
                if told.get("changed"):
                    moved.add(str(Asked(row["kpi"], row.get("options", {}))))
    assert len(moved) == len(ASKED), "every KPI with components was seen to change"


def test_what_came_and_what_faded_is_told_of_one_period_and_adds_up_over_accounts(company: Books) -> None:
    rows = company.ask("engagement_score", by=("account_id",), period="2024-05", compare=WORDS)
    for word in WORDS:
        total = next(row["compare"][word] for row in rows if row["by"]["account_id"] is None)
        assert set(total["came"]) == set(total["faded"]) == set(total["changed"])
        mine = [row["compare"][word]["came"] for row in rows if row["by"]["account_id"] is not None]
        for kind, came in total[
            "came"
        ].items():  # accounts of which nothing is left have no row, but nothing came either
            assert same(sum(found.get(kind, 0) for found in mine), came)
    (several, *_) = company.ask("engagement_score", period="2024-04..2024-05", grain="month", compare=WORDS)
    assert set(several["compare"]["previous"]) == {"value", "change", "parts", "changed"}


def test_components_stand_beside_the_comparison_only(company: Books) -> None:
    (plain,) = company.ask("engagement_score", period="2024-05")
    (compared,) = company.ask("engagement_score", period="2024-05", compare=("previous",))
    (scaled,) = company.ask("engagement_score(scale_to=50)", period="2024-05", compare=("previous",))
    (rate,) = company.ask("win_rate", period="2024-05", compare=("previous",))
    assert plain["compare"] == {}
    assert alike({**compared, "compare": {}}, plain), "nothing else of the answer moves"
    assert set(scaled["compare"]["previous"]) == {"value", "change"}, "what is cut at 100 has no components"
    assert set(rate["compare"]["previous"]) == {"value", "change"}


def test_the_order_of_rows_changes_no_component(tmp_path: Path) -> None:
    found = [
        Books(tables, tmp_path / name).ask("engagement_score", period="2024-05", compare=("previous",))[0]
        for name, tables in (("given", relations(3)), ("shuffled", shuffled(relations(3))))
    ]
    one, other = (row["compare"]["previous"]["changed"] for row in found)
    assert one.keys() == other.keys()
    assert all(same(one[kind], other[kind]) for kind in one)


def points(company: Books, moment: datetime, until: datetime) -> dict[str, float]:
    """By kind: what events before `until` bring in at a moment, counted by hand."""
    internal = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    found: dict[str, float] = defaultdict(float)
    for row in company.tables["activities"]:
        age = moment - row["occurred_at"]
        counts = not row.get("is_bot") and row["contact_id"] not in internal and row["occurred_at"] < until
        if counts and row["kind"] in WEIGHTS and timedelta(0) < age <= timedelta(days=90):
            found[row["kind"]] += WEIGHTS[row["kind"]] * 0.5 ** (age / timedelta(days=30))
    return found


def test_what_faded_is_told_apart_from_what_came_in(tmp_path: Path) -> None:
    tables = relations(5)
    # a kind of which nothing is left: its points are gone, and that is a part of the change
    tables["activities"] = [
        row for row in tables["activities"] if row["kind"] != "chat" or row["occurred_at"] < datetime(2024, 2, 20)
    ]
    company = Books(tables, tmp_path)
    query = Query((parse_asked("engagement_score"),), period="2024-05", compare=("previous",))
    change = explain(query, company.ground, company.session, Backdrop("s", "EUR")).change
    assert change is not None
    before, now, left = points(company, THEN, THEN), points(company, NOW, NOW), points(company, NOW, THEN)
    lines = {line.name: line for line in change.lines}
    assert set(lines) == {kind for kind in WEIGHTS if before[kind] or now[kind]}
    assert lines["chat"].now == pytest.approx(0, abs=1e-9)
    assert lines["chat"].before > 0
    for kind, line in lines.items():
        assert line.before == pytest.approx(before[kind])
        assert line.now == pytest.approx(now[kind], abs=1e-9)
        assert line.came == pytest.approx(now[kind] - left[kind], abs=1e-9)
    sizes = [abs(line.change) for line in change.lines]
    assert sizes == sorted(sizes, reverse=True)


def test_a_kpi_without_components_is_explained_without_them(company: Books) -> None:
    query = Query((parse_asked("win_rate"),), period="2024-05", compare=("year-ago",))
    found = explain(query, company.ground, company.session, Backdrop("s", "EUR"))
    assert found.change is None
    assert set(found.row["compare"]) == {"year-ago"}
