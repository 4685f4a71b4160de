"""Alerts where large tables stay in a warehouse: each rule sees what it sees where all rows are here."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.alerts.conftest import ME, rule
from tests.remote.company import Twins
from tests.remote.web import client
from tests.web.conftest import API

from accountlens.alerts.backtest import backtest
from accountlens.alerts.check import check
from accountlens.alerts.kept import save
from accountlens.alerts.looking import lacking, look, look_back
from accountlens.alerts.offers import offered
from accountlens.alerts.preview import preview
from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import Pacing, Rule
from accountlens.alerts.signs import Seen, Sign
from accountlens.alerts.wherever import wherever
from accountlens.errors import RowsElsewhereError
from accountlens.pages.stand import stand
from accountlens.warehouses.engine import Connection, Engine
from accountlens.workspace.remotely import remotely

OFFERS = {name: found for name, (_, _, found) in offered().items()}
SILENCES = {
    "anybody": rule({"kind": "no_touch", "days": 4}),
    "roles": rule({"kind": "no_touch", "days": 20, "roles": ["champion", "user", "decision_maker"]}),
}
CHAMPIONS = rule({"kind": "champion_left", "days": 200})


def told(seen: Seen) -> tuple[Any, ...]:
    return list(seen.subjects), list(seen.moments), seen.watched.tolist(), {*seen.signs}


def same(one: Sign, other: Sign) -> bool:
    """But for the last digits of what was added up in another order."""
    first, second = (replace(sign, value=None, expected=None, numbers={}) for sign in (one, other))
    return first == second and (one.value, one.expected) == pytest.approx((other.value, other.expected), nan_ok=True)


def agree(here: Seen, there: Seen) -> bool:
    return told(here) == told(there) and all(same(sign, there.signs[place]) for place, sign in here.signs.items())


@pytest.mark.parametrize("name", sorted(OFFERS))
def test_an_offered_rule_sees_the_same(twins: Twins, name: str) -> None:
    here, there = stand(twins.here), stand(twins.there)
    if lacking(here, OFFERS[name]):
        pytest.skip("the company lacks data for it")
    if isinstance(OFFERS[name].when, Pacing):
        with pytest.raises(RuleError, match="No target") as said:
            look(here, OFFERS[name])
        with pytest.raises(RuleError, match=re.escape(str(said.value))):
            look(there, OFFERS[name])
    else:
        assert agree(look(here, OFFERS[name]), wherever(partial(look, rule=OFFERS[name]), there))


def test_silence_is_known_here(twins: Twins) -> None:
    """The last touch of an account and of each person came home: no warehouse is asked."""
    for found in SILENCES.values():
        here = look(stand(twins.here), found)
        assert 0 < len(here.signs) < len(here.subjects)
        assert agree(here, look(stand(twins.there), found))


@pytest.mark.parametrize("found", [*SILENCES.values(), CHAMPIONS, OFFERS["cooling_off"]])
def test_a_back_test_is_the_same(twins: Twins, found: Rule) -> None:
    here = look_back(stand(twins.here), found)
    assert here.signs or found is OFFERS["cooling_off"]
    assert agree(here, wherever(partial(look_back, rule=found), stand(twins.there)))


def test_what_a_form_asks_goes_there_by_its_button_only(twins: Twins) -> None:
    found = OFFERS["cooling_off"]
    for asked in (preview, look_back):
        with pytest.raises(RowsElsewhereError):
            asked(stand(twins.there), found)
    with remotely(twins.there) as far:
        assert preview(stand(far), found) == preview(stand(twins.here), found)
        assert backtest(far, found) == backtest(twins.here, found)
    with client(twins.there) as there, client(twins.here) as here:
        for path in ("/alerts/preview", "/alerts/backtest"):
            problem = _sent(there, path, found, 400)
            assert problem["type"].endswith(":rows-elsewhere")
            assert (problem["engine"], problem["may_ask"]) == ("PostgreSQL", True)
            assert _sent(there, f"{path}?on=warehouse", found) == _sent(here, path, found)


def _sent(client: TestClient, path: str, rule: Rule, status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{API}{path}", json={"rule": rule.model_dump(mode="json")})
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_rules_are_checked_after_a_refresh(twins: Twins, connection: tuple[Engine, Connection]) -> None:
    schemas = sorted(connection[1].schemas())
    store, rules = twins.there.store, {"cooling": OFFERS["cooling_off"], "left": CHAMPIONS}
    save(store, ME, rules, dict.fromkeys(rules, True))
    report = check(twins.there)
    assert [one.rule for one in report.rules] == [*rules]
    assert not report.faults
    assert sorted(connection[1].schemas()) == schemas


def test_who_sees_some_accounts_does_not_ask_there(twins: Twins) -> None:
    his = stand(twins.there.seen_by(frozenset({"A00001"})))
    with pytest.raises(RowsElsewhereError):
        wherever(partial(look_back, rule=SILENCES["anybody"]), his)
