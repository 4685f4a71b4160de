"""A server refreshes by the schedule of its sources: one at a time, told as any other refresh, left off after a failure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import get
from tests.web.test_lists import browser
from tests.web.test_refreshing import ended

from accountlens.alerts import kept
from accountlens.alerts.ledger import checks
from accountlens.alerts.rules import Rule
from accountlens.people.audit import Actor
from accountlens.people.viewer import Role
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web.refreshing import Refreshing
from accountlens.surfaces.web.scheduling import begin_due
from accountlens.workspace import Workspace

RULE = {"label": "Few come again", "when": {"kind": "threshold", "kpi": "new_to_repeat_ratio", "below": 1000}}


@pytest.fixture
def ada(orders: Path) -> Iterator[TestClient]:
    """A workspace whose only source is due every half hour, and was read just now."""
    with (orders / "accountlens.yaml").open("a") as file:
        file.write("schedules: {refresh: 30m}\n")
    with sqlite3.connect(orders / "store/state.db") as state:
        state.execute("UPDATE sources SET fetched_at = ?", [f"{utc_now():%Y-%m-%d %H:%M:%S.%f}"])
    with browser(orders, Role.ADMIN) as client:
        yield client


def refreshing(client: TestClient) -> Refreshing:
    found: Refreshing = client.app.state.server.refreshing  # type: ignore[attr-defined]
    return found


def long_ago(folder: Path) -> None:
    """As if all sources had been read an hour ago."""
    with sqlite3.connect(folder / "store/state.db") as state:
        state.execute("UPDATE sources SET fetched_at = datetime(fetched_at, '-1 hour')")


def test_what_is_due_is_read_told_and_then_not_due_any_more(ada: TestClient, orders: Path) -> None:
    old = get(ada, "/catalog")["snapshot"]
    assert begin_due(refreshing(ada)) is None, "it was read just now"
    rule = Rule.model_validate(RULE)
    kept.save(Workspace(orders).store, Actor(None, "tests"), {"few": rule}, {"few": True})
    long_ago(orders)
    begun = begin_due(refreshing(ada))
    assert begun
    assert begun.by == "the schedule"
    told = ended(ada)
    assert (told["state"], told["by"], told["what"]) == ("done", "the schedule", None)
    assert get(ada, "/catalog")["snapshot"] != old
    assert begin_due(refreshing(ada)) is None
    assert get(ada, "/data/refresh") == told
    assert "few" in checks(Workspace(orders).store), "alerts were looked at on what is new"


def test_while_another_process_refreshes_it_is_left_to_that_one(ada: TestClient, orders: Path) -> None:
    long_ago(orders)
    with Store(orders / "store").writing():
        assert begin_due(refreshing(ada)) is None
    assert get(ada, "/data/refresh")["state"] == "none"


def test_what_fails_is_told_the_last_state_stays_and_it_is_not_tried_at_once(ada: TestClient, orders: Path) -> None:
    old, file = get(ada, "/catalog")["snapshot"], orders / "data/orders.csv"
    file.write_text(file.read_text().replace("ordered_at", "when_ordered"))
    long_ago(orders)
    assert begin_due(refreshing(ada))
    assert (ended(ada)["state"], get(ada, "/catalog")["snapshot"]) == ("failed", old)
    assert begin_due(refreshing(ada)) is None
    assert begin_due(Refreshing(orders)) is None, "nor by a server begun anew"
    assert Workspace(orders).store.runs(1)[0].status == "failed"


def test_without_a_schedule_nothing_is_begun(orders: Path) -> None:
    assert begin_due(Refreshing(orders)) is None
