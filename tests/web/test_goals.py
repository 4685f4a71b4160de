"""Business goals on the sample company, and on one that has next to nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody
from tests.workspaces import saying

from accountlens.boards.tiles import faults
from accountlens.catalog.goals import first_steps
from accountlens.choosing.aims import aims, usual_span
from accountlens.choosing.board import layout_of
from accountlens.choosing.goals import goals, serving
from accountlens.pages.stand import stand
from accountlens.sources.preset import CALLED, preset_names
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace


def test_each_goal_has_a_few_kpis_whose_role_is_that_of_the_catalog(company: Path) -> None:
    here = stand(Workspace(company))
    built_in = goals(here.workspace)
    assert 6 <= len(built_in) <= 8
    for goal in built_in.values():
        assert 4 <= len(goal.kpis) <= 7, goal.name
        assert min(len(goal.leading), len(goal.lagging)) > 0, goal.name
        for one in serving(here, goal):
            assert here.workspace.catalog.definition(one.kpi).leads in (one.role, "both"), one.kpi
            assert (one.why[-1], one.lacks) == (".", []), one.kpi
        rows = aims(here, here.workspace.targets(), goal)
        assert [one.kpi for one in rows] == [one.kpi for one in serving(here, goal) if one.good != "context"]
        layout = layout_of(here, goal)
        assert not faults(layout, here.opened)
        assert {kpi for tile in layout.tiles for kpi in tile.kpis} == set(goal.kpis)


@pytest.mark.parametrize(
    ("today", "starts", "quarter"),
    [
        ("2026-10-01", 1, "2026-Q4"),
        ("2026-11-15", 1, "2026-Q4"),
        ("2026-11-17", 1, "2027-Q1"),
        ("2026-10-20", 2, "FY2027-Q4"),
    ],
)
def test_targets_are_for_the_quarter_that_runs_until_half_of_it_is_gone(today: str, starts: int, quarter: str) -> None:
    book: Any = SimpleNamespace(today=date.fromisoformat(today), fiscal_starts=starts)
    assert usual_span(book).label == quarter


def test_known_systems_have_names() -> None:
    assert {name.rpartition("/")[2] for name in preset_names()} <= set(CALLED)


def test_where_next_to_nothing_is_known_all_that_is_missing_has_a_first_step_and_nothing_starts(
    orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        listed = get(client, "/goals")["goals"]
        found = [get(client, f"/goals/{one['goal']}") for one in listed]
        lacks = [lack for goal in found for one in goal["serving"] for lack in one["lacks"]]
        assert {lack["entity"] for lack in lacks} <= set(first_steps())
        assert len({lack["entity"] for lack in lacks}) > 10
        assert [one["known"] for one in listed if one["goal"] == "acquisition"] == [0]
        assert [one["targets"] for one in found if one["goal"] == "acquisition"] == [[]]
        refused = client.post(f"{API}/goals/acquisition/start", json={})
        assert refused.status_code == 400
        assert "Add a table" in refused.json()["mend"]
    code, _, wrong = saying(orders, capsys)("goals", "acquisition", "--start")
    assert code == 1
    assert "Add a table" in wrong
    assert not (orders / "goals").exists()
