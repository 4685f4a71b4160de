"""Alerts over HTTP: each sees those of his accounts, who may not change rules does not, faults are told with a way out."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.alerts.conftest import FILES, TINY_NOW
from tests.web.conftest import API
from tests.workspaces import write_files

from accountlens.people import audit
from accountlens.people.users import User
from accountlens.people.viewer import Role
from accountlens.surfaces.web import signing_in
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

LOW = {"label": "Sales are low", "when": {"kind": "threshold", "kpi": "sales_revenue", "below": 95}, "cooldown_days": 0}
FELL = {"label": "Sales fell", "when": {"kind": "baseline", "kpi": "sales_revenue"}}
LOST = {"what": "lost_renewal", "within_days": 40}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("alerted"), FILES)
    Workspace(folder).refresh(as_of=TINY_NOW)
    return folder


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "alerted")


@pytest.fixture
def ada(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Whoever `X-As` names, by his first name; else the admin."""
    roles = {"ada": Role.ADMIN, "bob": Role.ACCOUNT_MANAGER, "mona": Role.MANAGER, "vera": Role.VIEWER}

    def look(request: Request) -> signing_in.SignedIn:
        name = request.headers.get("x-as", "ada")
        user = User(name, f"{name}@example.com", name.title(), roles[name], None, None, TINY_NOW, None)
        return signing_in.SignedIn(user, signing_in.rights_of(user.role))

    monkeypatch.setattr(signing_in, "_look", look)
    with TestClient(create_app(folder)) as client:
        yield client


def ask(client: TestClient, method: str, path: str, status: int = 200, body: Any = None, who: str = "ada") -> Any:
    answer = client.request(method, API + path, json=body, headers={"X-As": who})
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text


def keep(client: TestClient) -> None:
    ask(client, "PUT", "/alerts/rules/low", body={"rule": LOW, "on": True})
    ask(client, "PUT", "/alerts/rules/fell", body={"rule": FELL, "on": True})


def test_of_two_who_keep_a_rule_at_once_the_second_is_told(ada: TestClient) -> None:
    mine = {"rule": LOW, "on": True, "version": None}
    ask(ada, "PUT", "/alerts/rules/low", body=mine)
    refused = ask(ada, "PUT", "/alerts/rules/low", 409, {**mine, "rule": FELL})
    assert refused["detail"] == "Somebody kept a rule 'low' meanwhile."
    (kept,) = ask(ada, "GET", "/alerts/rules")["rules"]
    assert kept["rule"]["label"] == LOW["label"], "the first is not lost"
    ask(ada, "PUT", "/alerts/rules/low", body={"rule": FELL, "version": kept["version"]})
    for rule in (LOW, FELL):
        refused = ask(ada, "PUT", "/alerts/rules/low", 409, {"rule": rule, "version": kept["version"]})
        assert refused["detail"] == "Somebody changed the rule 'low' meanwhile."
    ask(ada, "DELETE", "/alerts/rules/low", 204)
    refused = ask(ada, "PUT", "/alerts/rules/low", 409, {"rule": LOW, "version": kept["version"]})
    assert refused["detail"] == "Somebody removed the rule 'low' meanwhile."
    ask(ada, "PUT", "/alerts/rules/low", body={"rule": LOW})


def test_a_rule_that_is_kept_and_on_raises_alerts_at_once(ada: TestClient) -> None:
    keep(ada)
    found = ask(ada, "GET", "/alerts")
    assert (found["total"], found["rules"], found["next"]) == (4, {"low": 3, "fell": 1}, None)
    first = found["groups"][0]
    assert first["whose"] == {"each": "account", "subject": "a1", "name": "Acme", "account_id": "a1", "tier": "A",
                              "owner_id": "e1", "owner": "Bob"}  # fmt: skip
    low = next(one for one in first["alerts"] if one["rule"] == "low")
    assert low["why"] == "Sales revenue: 20 EUR, below 95 EUR."
    assert low["opened_at"] == "2026-05-01T00:00:00Z"
    assert low["question"]["where"] == "account_id = 'a1'"
    assert found["owners"][0] == {"owner_id": "e1", "owner": "Bob", "accounts": 2, "alerts": 3}
    assert [one["id"] for one in ask(ada, "GET", "/alerts/rules")["rules"]] == ["fell", "low"]
    assert any(one.action == "alert_rule_kept" for one in audit.entries(ada.app.state.server.hall.workspace.store))  # type: ignore[attr-defined]


def test_what_is_behind_an_alert_is_asked_as_it_says(ada: TestClient) -> None:
    keep(ada)
    question = ask(ada, "GET", "/alerts?account_id=a1&rule=low")["groups"][0]["alerts"][0]["question"]
    told = {name: question[name] for name in ("kpi", "period", "where", "scope")}
    assert ada.get(f"{API}/explain", params=told).status_code == 200
    told["kpis"] = told.pop("kpi")
    assert ada.get(f"{API}/query", params=told).json()["kpis"][0]["value"] == [20]


def test_each_sees_alerts_of_his_accounts_in_lists_counts_and_what_was_held_back(ada: TestClient) -> None:
    keep(ada)
    bobs = ask(ada, "GET", "/alerts", who="bob")
    assert (bobs["total"], {one["whose"]["account_id"] for one in bobs["groups"]}) == (3, {"a1", "a4"})
    assert "Cord" not in str(bobs)
    assert {one["whose"]["account_id"] for one in ask(ada, "GET", "/alerts", who="mona")["groups"]} == {"a1", "a4"}
    assert ask(ada, "GET", "/alerts/held")["total"] == 1
    told = ask(ada, "GET", "/alerts/held", who="bob")
    assert (told["total"], told["reasons"], told["held"]) == (0, {}, [])
    body = {"rule": {**LOW, "outcome": LOST}}
    whole, own = (ask(ada, "POST", "/alerts/backtest", body=body, who=who) for who in ("ada", "bob"))
    assert (whole["subjects"], own["subjects"]) == (4, 2)
    assert {one["whose"]["subject"] for one in own["fired"]} == {"a1", "a4"}


def test_pages_follow_one_another_by_cursor(ada: TestClient) -> None:
    keep(ada)
    seen, cursor = list[str](), ""
    for _ in range(3):
        page = ask(ada, "GET", f"/alerts?limit=1{cursor}")
        seen += [one["whose"]["account_id"] for one in page["groups"]]
        cursor = f"&cursor={page['next']}"
    assert (sorted(seen), page["next"]) == (["a1", "a3", "a4"], None)
    assert ask(ada, "GET", "/alerts?limit=2&cursor=nonsense", 400)["where"] == "cursor"


def test_an_alert_is_snoozed_and_acknowledged_by_who_sees_it(ada: TestClient) -> None:
    keep(ada)
    alert = {one["whose"]["account_id"]: one["alerts"][0]["id"] for one in ask(ada, "GET", "/alerts")["groups"]}
    later = {"until": "2999-01-01T00:00:00Z"}
    ask(ada, "POST", f"/alerts/{alert['a3']}/snooze", 404, {"until": None}, who="bob")
    ask(ada, "POST", "/alerts/accounts/a3/snooze", 400, {"until": None}, who="bob")
    ask(ada, "POST", f"/alerts/{alert['a4']}/snooze", 403, {"until": None}, who="vera")
    assert "more than a year" in ask(ada, "POST", f"/alerts/{alert['a4']}/snooze", 400, later, who="bob")["detail"]
    assert (
        "has passed"
        in ask(ada, "POST", f"/alerts/{alert['a4']}/snooze", 400, {"until": "2020-01-01T00:00:00Z"})["detail"]
    )
    assert "is no date" in ask(ada, "POST", f"/alerts/{alert['a4']}/snooze", 400, {"until": "soon"})["detail"]
    ask(ada, "POST", f"/alerts/{alert['a4']}/acknowledge", 204, who="bob")
    (four,) = ask(ada, "GET", "/alerts?account_id=a4")["groups"]
    assert four["alerts"][0]["state"] == "acknowledged"
    assert ask(ada, "GET", "/alerts/count", who="bob")["acknowledged"] == 1
    ask(ada, "POST", f"/alerts/{alert['a4']}/reopen", 204, who="bob")
    (four,) = ask(ada, "GET", "/alerts?account_id=a4")["groups"]
    assert (four["alerts"][0]["state"], four["alerts"][0]["acknowledged_by"]) == ("open", None)
    ask(ada, "POST", "/alerts/nonsense/acknowledge", 404)
    ask(ada, "POST", f"/alerts/{alert['a3']}/reopen", 404, who="bob")


def test_alerts_are_narrowed_and_counted_by_what_became_of_them(ada: TestClient) -> None:
    ask(ada, "PUT", "/alerts/rules/low", body={"rule": {**LOW, "severity": "high"}, "on": True})
    ask(ada, "PUT", "/alerts/rules/fell", body={"rule": FELL, "on": True})
    found = ask(ada, "GET", "/alerts?severity=high&owner=e1&order=latest")
    assert (found["total"], found["rules"], found["severities"]) == (2, {"low": 3, "fell": 1}, {"high": 3, "medium": 1})
    assert {one["owner_id"]: one["alerts"] for one in found["owners"]} == {"e1": 3, None: 1}  # to choose from
    low = found["groups"][0]["alerts"][0]
    assert low["figure"] == {"label": "Sales revenue", "unit": "money", "value": low["value"], "expected": 95}
    assert ask(ada, "GET", "/alerts?mine=true", who="bob")["total"] == 3  # Bob is e1, by his e-mail
    assert ask(ada, "GET", "/alerts?mine=true", who="mona")["total"] == 0  # the rules tell owners, not their managers
    assert ask(ada, "GET", "/alerts/count") == {"open": 4, "acknowledged": 0, "snoozed": 0, "high": 3, "accounts": 3}
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    ask(ada, "POST", "/alerts/accounts/a1/snooze", 204, {"until": until}, who="bob")
    assert ask(ada, "GET", "/alerts/count") == {"open": 2, "acknowledged": 0, "snoozed": 2, "high": 2, "accounts": 2}
    assert ask(ada, "GET", "/alerts/count", who="bob")["open"] == 1
    assert ask(ada, "GET", "/alerts?snoozed=true", who="bob")["total"] == 2
    ask(ada, "POST", "/alerts/rules/low/switch", body={"on": False})
    over = ask(ada, "GET", "/alerts?state=resolved")
    assert (over["total"], {one["snoozed_until"] for group in over["groups"] for one in group["alerts"]}) == (3, {None})


def test_a_rule_is_looked_at_before_it_is_kept(ada: TestClient) -> None:
    told = ask(ada, "POST", "/alerts/preview", body={"rule": LOW})
    assert (told["subjects"], told["fires"], told["held"]) == (4, 3, {})
    assert told["first"][0]["whose"]["name"] == "Acme"
    assert "Sales revenue: 20 EUR" in told["first"][0]["why"]
    own = ask(ada, "POST", "/alerts/preview", body={"rule": LOW}, who="bob")
    assert (own["subjects"], own["fires"]) == (2, 2)
    assert ask(ada, "GET", "/alerts/rules")["rules"] == []
    lacking = {"label": "x", "when": {"kind": "threshold", "kpi": "mrr", "below": 1}}
    fault = ask(ada, "POST", "/alerts/preview", 400, {"rule": lacking})
    assert ("it needs subscriptions" in fault["detail"], fault["where"]) == (True, "rule.when.kpi")
    for part, given in (("where", "tierr = 'A'"), ("where", "tier = "), ("each", "nothing")):
        assert ask(ada, "POST", "/alerts/preview", 400, {"rule": {**LOW, part: given}})["where"] == f"rule.{part}"


def test_only_analysts_and_admins_change_rules(ada: TestClient) -> None:
    keep(ada)
    for who in ("bob", "mona", "vera"):
        said = ask(ada, "PUT", "/alerts/rules/low", 403, {"rule": LOW}, who)["detail"]
        assert "make alert rules" in said.lower()
        ask(ada, "POST", "/alerts/rules/low/switch", 403, {"on": False}, who)
        ask(ada, "DELETE", "/alerts/rules/low", 403, who=who)
        ask(ada, "POST", "/alerts/rules/import", 403, {"text": "rules: {}"}, who)
        ask(ada, "POST", "/alerts/check", 403, who=who)


def test_a_rule_that_cannot_be_computed_is_kept_off_and_says_why(ada: TestClient) -> None:
    lacking = {"label": "x", "when": {"kind": "threshold", "kpi": "mrr", "below": 1}}
    told = ask(ada, "PUT", "/alerts/rules/poor", body={"rule": lacking, "on": True})
    assert "it needs subscriptions" in told["remarks"]["poor"]
    assert [(one["on"], one["says"]) for one in told["rules"]] == [
        (False, "Monthly recurring revenue is below 1 EUR in a month.")
    ]
    assert "It needs subscriptions" in told["rules"][0]["fault"]
    assert "it needs subscriptions" in ask(ada, "POST", "/alerts/rules/poor/switch", 409, {"on": True})["detail"]
    unknown = {"label": "x", "when": {"kind": "threshold", "kpi": "sales_revenu", "below": 1}}
    fault = ask(ada, "PUT", "/alerts/rules/typo", 400, {"rule": unknown})
    assert "Did you mean 'sales_revenue'?" in fault["mend"]
    ask(ada, "PUT", "/alerts/rules/No Name", 400, {"rule": LOW})
    ask(ada, "PUT", "/alerts/rules/low", 422, {"rule": {**LOW, "when": {"kind": "threshold", "kpi": "nps"}}})
    assert [one["id"] for one in ask(ada, "GET", "/alerts/rules")["rules"]] == ["poor"]


def test_rules_go_out_and_come_in_as_yaml(ada: TestClient) -> None:
    keep(ada)
    text = ask(ada, "GET", "/alerts/rules/export")
    ask(ada, "DELETE", "/alerts/rules/low", 204)
    assert ask(ada, "GET", "/alerts")["rules"] == {"fell": 1}
    ask(ada, "DELETE", "/alerts/rules/low", 404)
    told = ask(ada, "POST", "/alerts/rules/import", body={"text": text})
    assert [(one["id"], one["on"]) for one in told["rules"]] == [("fell", True), ("low", True)]
    assert ask(ada, "GET", "/alerts")["rules"] == {"fell": 1, "low": 3}
    for faulty in ("rules: [", "rules: {low: 3}", "\x01", "rules:\n  a:\n    label: x\n    when: {kind: none}\n"):
        assert ask(ada, "POST", "/alerts/rules/import", 400, {"text": faulty})["detail"]


def test_a_back_test_tells_how_often_it_was_right(ada: TestClient) -> None:
    body = {"rule": {**LOW, "when": {**LOW["when"], "below": 1}, "where": "tier = 'A'", "outcome": LOST}}  # type: ignore[dict-item]
    found = ask(ada, "POST", "/alerts/backtest", body=body)
    assert (found["moments"], found["start"], found["end"]) == (12, "2025-06-01T00:00:00Z", "2026-05-01T00:00:00Z")
    assert found["proof"]["what"] == "lost a renewal"
    assert ask(ada, "POST", "/alerts/backtest", 400, {"rule": {"label": "x", "when": {"kind": "data_late"}}})["detail"]


def test_checking_again_changes_nothing(ada: TestClient) -> None:
    keep(ada)
    again = ask(ada, "POST", "/alerts/check")
    assert [one["again"] for one in again["rules"]] == [True, True]


def test_a_refresh_from_the_application_looks_at_the_rules(ada: TestClient, folder: Path) -> None:
    keep(ada)
    worth = FILES["data/opportunities.csv"].replace("04-10,20\n", "04-10,200\n")
    (folder / "data/opportunities.csv").write_text(worth)
    ask(ada, "POST", "/data/refresh", 202, {"as_of": "2026-05-02"})
    while ask(ada, "GET", "/data/refresh")["state"] == "running":
        time.sleep(0.05)
    assert {one["whose"]["account_id"] for one in ask(ada, "GET", "/alerts")["groups"]} == {"a3", "a4"}
    assert {one["rule"] for one in ask(ada, "GET", "/alerts?state=resolved")["groups"][0]["alerts"]} == {"low", "fell"}
