"""Deliveries over HTTP: managed by who may, subscribed to by everybody for himself, and no address for anybody to set."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from tests.delivery.conftest import ME, House
from tests.delivery.mail import Mailbox
from tests.delivery.test_sending import MAIL
from tests.web.conftest import every_page

from accountlens.delivery.sending import deliver_due
from accountlens.people import links, passwords
from accountlens.surfaces.web.app import API, create_app

NEW = {
    "name": "Weekly", "kind": "kpis", "schedule": "every Monday 08:00", "channel": "mail", "to": ["vic@acme.example"],
    "options": {"kpis": ["sales_revenue"], "period": "2026-05"},
}  # fmt: skip


@pytest.fixture
def people(house: House, post: Mailbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestClient]:
    """A browser for each, signed in."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    house.channels(f"{MAIL.format(port=post.port)}\narchive: {{type: folder, path: sent}}")
    app, found = create_app(house.folder), {}
    for name in ("root", "ann", "vic"):
        browser = TestClient(app, base_url="http://127.0.0.1:8642")
        secret = links.link_for(house.workspace.store, ME, house.user(name).id).path.partition("#")[2]
        answer = browser.post(f"{API}/invitations/{secret}", json={"password": "tall windows hum softly"})
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        found[name] = browser
    return found


def ask(browser: TestClient, method: str, path: str, status: int = 200, body: Any = None) -> Any:
    answer = browser.request(method, f"{API}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_a_delivery_is_kept_previewed_sent_and_what_failed_seen_to(
    people: dict[str, TestClient], house: House, post: Mailbox
) -> None:
    root = people["root"]
    made = ask(root, "POST", "/deliveries", 201, NEW)
    assert (made["to"][0]["who"], made["open"], made["paused"]) == ("Vic <vic@acme.example>", True, False)
    (shown,) = ask(root, "POST", f"/deliveries/{made['id']}/preview")["previews"]
    assert ("1,350 EUR" in shown["text"], shown["files"], post.mails) == (True, ["kpis.csv"], [])
    post.refuse["RCPT"] = "550 nobody"
    ask(root, "POST", f"/deliveries/{made['id']}/run", 202)
    deliver_due(house.workspace)
    (one,) = ask(root, "GET", "/deliveries/log?problems=true")["sendings"]
    assert (one["status"], one["who"]) == ("failed", "Vic <vic@acme.example>")
    assert ask(root, "GET", "/deliveries")["problems"] == 1
    post.refuse.clear()
    assert ask(root, "POST", f"/deliveries/log/{one['id']}/retry", 200, {})["status"] == "waiting"
    deliver_due(house.workspace)
    assert post.to == ["vic@acme.example"]
    ask(root, "POST", f"/deliveries/{made['id']}/run", 202)
    whole = ask(root, "GET", "/deliveries/log")["sendings"]
    assert (len(whole), every_page(root, "/deliveries/log", "sendings")) == (2, whole)
    ask(root, "POST", f"/deliveries/log/{one['id']}/drop", 400)
    changed = ask(root, "PATCH", f"/deliveries/{made['id']}", 200, {"schedule": "06:00", "paused": True})
    assert (changed["schedule"], changed["next"]) == ("06:00", None)
    ask(root, "DELETE", f"/deliveries/{made['id']}", 204)
    assert ask(root, "GET", "/deliveries")["deliveries"] == []


def test_a_view_that_is_sent_stays(people: dict[str, TestClient]) -> None:
    root, view = people["root"], {"page": "accounts", "name": "Mine", "state": "cols=sales_revenue", "shared": True}
    (kept,) = ask(root, "PUT", "/views", 200, view)["views"]
    made = ask(root, "POST", "/deliveries", 201, {**NEW, "kind": "view", "options": {"view": kept["id"]}})
    assert "'Weekly'" in ask(root, "DELETE", f"/views/{kept['id']}", 409)["detail"]
    ask(root, "DELETE", f"/deliveries/{made['id']}", 204)
    ask(root, "DELETE", f"/views/{kept['id']}", 204)


def test_everybody_has_an_open_one_sent_to_himself_and_is_told_nothing_of_others(
    people: dict[str, TestClient], house: House, post: Mailbox
) -> None:
    root, ann = people["root"], people["ann"]
    id_ = ask(root, "POST", "/deliveries", 201, NEW)["id"]
    hidden = ask(root, "POST", "/deliveries", 201, {**NEW, "name": "Board", "open": False})["id"]
    placed = {**NEW, "name": "Kept", "channel": "archive", "to": None, "audience": "all"}
    kept = ask(root, "POST", "/deliveries", 201, placed)["id"]
    listed = {one["id"]: one for one in ask(ann, "GET", "/deliveries")["deliveries"]}
    assert set(listed) == {id_, kept}
    assert (listed[id_]["to"], listed[id_]["options"], listed[id_]["mine"]) == (None, None, False)
    assert ask(ann, "PUT", f"/deliveries/{id_}/subscription")["mine"] is True
    ask(ann, "PUT", f"/deliveries/{kept}/subscription", 403)
    ask(ann, "PUT", f"/deliveries/{hidden}/subscription", 404)
    ask(root, "POST", f"/deliveries/{id_}/run", 202)
    deliver_due(house.workspace)
    assert sorted(post.to) == ["ann@acme.example", "vic@acme.example"]
    assert ask(ann, "DELETE", f"/deliveries/{id_}/subscription")["mine"] is False


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/deliveries"), ("GET", "/deliveries/ways"), ("GET", "/deliveries/log"), ("PATCH", "/deliveries/x"),
        ("DELETE", "/deliveries/x"), ("POST", "/deliveries/x/preview"), ("POST", "/deliveries/x/run"),
        ("POST", "/deliveries/log/x/retry"), ("POST", "/deliveries/log/x/drop"), ("POST", "/deliveries/check"),
        ("POST", "/deliveries/preview"), ("POST", "/deliveries/channels/mail/test"),
    ],
)  # fmt: skip
def test_who_may_not_manage_deliveries_is_refused(people: dict[str, TestClient], method: str, path: str) -> None:
    for name in ("ann", "vic"):
        ask(people[name], method, path, 403, NEW if path == "/deliveries" else {})


def test_what_cannot_be_sent_is_refused_and_no_request_names_an_address_to_call(people: dict[str, TestClient]) -> None:
    root = people["root"]
    for wrong, why in (
        ({"schedule": "every Monday"}, "says no time of day"),
        ({"channel": "http://169.254.169.254/"}, "There is no channel"),
        ({"kind": "smtp"}, "of the kind 'smtp'"),
        ({"to": ["eve@else.example"]}, "needs an audience"),
        ({"options": {"kpis": ["no_such"]}}, "No KPI named"),
        ({"to": []}, "Nobody is named"),
    ):
        assert why in ask(root, "POST", "/deliveries", 400, {**NEW, **wrong})["detail"]
    ask(root, "POST", "/deliveries", 422, {**NEW, "url": "http://169.254.169.254/"})
    ask(root, "POST", "/deliveries", 201, NEW)
    assert "already" in ask(root, "POST", "/deliveries", 400, NEW)["detail"]
    told = ask(root, "GET", "/deliveries/ways")
    assert {one["name"]: one["once"] for one in told["channels"]} == {"mail": True, "archive": False}
    assert "host" not in str(told["channels"])
    assert "kpis" in {one["kind"] for one in told["kinds"]}


def test_each_fault_is_told_by_its_field_while_it_is_typed_and_when_it_would_come(
    people: dict[str, TestClient],
) -> None:
    root = people["root"]
    ask(root, "POST", "/deliveries", 201, NEW)
    typed = {**NEW, "schedule": "every Mumday 08:00", "to": ["eve@else.example"], "options": {"kpis": ["no_such"]}}
    told = ask(root, "POST", "/deliveries/check", 200, typed)
    assert sorted(one["field"] for one in told["faults"]) == ["audience", "name", "options", "schedule"]
    assert (told["coming"], told["time_zone"]) == ([], "Europe/Berlin")
    told = ask(root, "POST", "/deliveries/check", 200, {"name": "", "schedule": "", "channel": "", "to": []})
    assert sorted(one["field"] for one in told["faults"]) == ["channel", "name", "options", "schedule"]
    typed = {**NEW, "name": "Other", "schedule": "0 8 * * MON America/New_York"}
    told = ask(root, "POST", "/deliveries/check", 200, typed)
    assert (told["faults"], told["time_zone"]) == ([], "America/New_York")
    assert told["when"] == "at 08:00 on Monday America/New_York"
    assert len(told["coming"]) == 3
    (shown,) = ask(root, "POST", "/deliveries/preview", 200, typed)["previews"]
    assert "1,350 EUR" in shown["text"]
    assert len(ask(root, "GET", "/deliveries")["deliveries"]) == 1, "nothing was kept"


def test_a_change_is_checked_against_the_delivery_it_changes(people: dict[str, TestClient]) -> None:
    root = people["root"]
    id_ = ask(root, "POST", "/deliveries", 201, NEW)["id"]
    told = ask(root, "POST", "/deliveries/check", 200, {"id": id_, "name": NEW["name"], "schedule": "06:00"})
    assert (told["faults"], told["when"]) == ([], "every day 06:00")
    told = ask(root, "POST", "/deliveries/check", 200, {"id": id_, "channel": "archive"})
    assert [one["field"] for one in told["faults"]] == ["audience"]


def test_a_channel_is_tried_by_a_message_to_oneself_and_what_it_lacks_is_told(
    people: dict[str, TestClient], house: House, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = people["root"]
    assert ask(root, "POST", "/deliveries/channels/mail/test")["status"] == "sent"
    assert post.to == ["root@acme.example"]
    assert ask(root, "POST", "/deliveries/channels/archive/test")["to"] == ""
    post.refuse["RCPT"] = "550 nobody"
    told = ask(root, "POST", "/deliveries/channels/mail/test")
    assert (told["status"], "550" in told["said"]) == ("failed", True)
    assert "There is no channel" in ask(root, "POST", "/deliveries/channels/nowhere/test", 400)["detail"]
    house.channels("hook: {type: webhook, url: 'https://x.example/h', secret: '${NOT_SET}'}")
    (hook,) = ask(root, "GET", "/deliveries/ways")["channels"]
    assert "NOT_SET" in hook["lacks"][0]
    house.channels("hook: {type: carrier_pigeon}")
    told = ask(root, "GET", "/deliveries/ways")
    assert (told["channels"], "carrier_pigeon" in told["faults"][0]) == ([], True)
    assert all(one["example"] for one in told["channel_kinds"])


def test_the_workspace_is_told_to_everybody_with_where_each_is_said(people: dict[str, TestClient]) -> None:
    told = ask(people["vic"], "GET", "/workspace")
    said = {one["label"]: (one["value"], one["where"]) for one in told["calendar"]}
    assert (said["Time zone"], said["Currency"]) == (("Europe/Berlin", "time_zone"), ("EUR", "currency"))
    assert told["data"][0]["value"].startswith("20")
