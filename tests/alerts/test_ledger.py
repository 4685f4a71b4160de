"""Alerts over time: raised once, going on, over by themselves, cooled down; the same check twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.alerts.conftest import ME, rule

from accountlens.alerts import kept
from accountlens.alerts.ledger import Checked, keep_fault, keep_seen
from accountlens.alerts.signs import Held, Seen, Sign
from accountlens.store import Store
from accountlens.store.state_reader import read_rows

DAY = timedelta(days=1)
START = datetime(2026, 5, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "store")
    found.folder.mkdir(parents=True, exist_ok=True)
    low = rule({"kind": "threshold", "kpi": "mrr", "below": 5}, cooldown_days=10)
    kept.save(found, ME, {"low": low}, {"low": True})
    return found


def see(store: Store, day: int, told: Sequence[str] = (), held: Sequence[str] = (), snapshot: str = "") -> Checked:
    now = START + day * DAY
    subjects = [*told, *held]
    signs = {(n, 0): Sign(f"of day {day}", held=Held.SMALL if one in held else None) for n, one in enumerate(subjects)}
    seen = Seen(subjects, [now], np.ones((len(subjects), 1), bool), signs)
    return keep_seen(store, kept.require_rule(store, "low"), snapshot or f"s{day}", now, seen)


def rows(store: Store) -> list[tuple[str, str, str]]:
    columns = ("subject", "state", "opened_at")
    found = read_rows(store.database, "alerts", columns, order="opened_at, subject", limit=-1)
    return [(subject, state, opened[8:10]) for subject, state, opened in found]


def test_an_alert_is_raised_goes_on_and_is_over_with_its_condition(store: Store) -> None:
    assert see(store, 0, told=["a1"]).raised == 1
    assert see(store, 1, told=["a1"]).going_on == 1
    assert rows(store) == [("a1", "open", "01")]
    assert see(store, 2).over == 1
    assert rows(store) == [("a1", "resolved", "01")]


def test_the_same_snapshot_is_looked_at_once(store: Store) -> None:
    see(store, 0, told=["a1"], snapshot="s")
    assert see(store, 0, snapshot="s") == Checked("low", again=True)
    assert rows(store) == [("a1", "open", "01")]


def test_a_changed_rule_is_looked_at_again(store: Store) -> None:
    see(store, 0, told=["a1"], snapshot="s")
    other = rule({"kind": "threshold", "kpi": "mrr", "below": 4}, cooldown_days=10)
    kept.save(store, ME, {"low": other})
    assert see(store, 0, snapshot="s").over == 1


def test_within_its_cooldown_an_alert_is_not_raised_again_and_it_says_so(store: Store) -> None:
    see(store, 0, told=["a1"])
    see(store, 2)
    assert see(store, 5, told=["a1"]).held == 1
    (sign,) = read_rows(store.database, "alerts_held", ("sign",), order="number", limit=-1)
    assert "it was raised on 2026-05-01, and is not raised again within 10 days" in sign[0]
    assert see(store, 11, told=["a1"]).raised == 1
    assert rows(store) == [("a1", "resolved", "01"), ("a1", "open", "12")]


def test_what_is_held_back_raises_nothing_and_ends_nothing(store: Store) -> None:
    assert see(store, 0, held=["a1"]).held == 1
    assert rows(store) == []
    see(store, 1, told=["a1"])
    see(store, 2, held=["a1"])
    assert rows(store) == [("a1", "open", "02")]


def test_a_fault_leaves_what_was_found(store: Store) -> None:
    see(store, 0, told=["a1"])
    keep_fault(store, kept.require_rule(store, "low"), "s1", "no data")
    assert rows(store) == [("a1", "open", "01")]
    assert see(store, 1, told=["a1"], snapshot="s1").going_on == 1  # and it is tried again on the same data


def test_a_rule_switched_off_or_removed_ends_what_it_raised(store: Store) -> None:
    see(store, 0, told=["a1"])
    kept.switch(store, ME, "low", on=False)
    assert rows(store) == [("a1", "resolved", "01")]
    kept.remove(store, ME, "low")
    assert kept.rules(store) == []
