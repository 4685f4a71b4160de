"""Who sees which alert, who is told of it, once; snoozed and acknowledged ones are not told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.alerts.conftest import FILES, ME, rule

from accountlens.alerts import kept, listing, snoozing
from accountlens.alerts.check import check
from accountlens.alerts.snoozing import NoAlertError
from accountlens.alerts.telling import mark_told, news_for
from accountlens.people.viewer import Role, Viewer
from accountlens.people.visible import accounts_of
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace
from accountlens.workspace.asking import Asking

LOW = {"kind": "threshold", "kpi": "sales_revenue", "below": 95}
ANN = Viewer("u1", "ann@example.com", "Ann", Role.ADMIN)
BOB = Viewer("u2", "bob@example.com", "Bob", Role.ACCOUNT_MANAGER)
CARL = Viewer("u3", "carl@example.com", "Carl", Role.ACCOUNT_MANAGER)
MONA = Viewer("u4", "mona@example.com", "Mona", Role.MANAGER)
RULES = {
    "low": rule(LOW, label="Sales are low"),
    "silent": rule({"kind": "no_touch", "days": 4}, label="Nobody called", route="manager"),
    "gone": rule({"kind": "champion_left", "days": 30}, label="A champion left"),
    "whole": rule({**LOW, "below": 1_000}, label="All sales", each="company"),
    "owners": rule({**LOW, "below": 1_000}, label="By owner", each="account.owner_id"),
}


@pytest.fixture
def workspace(own: Callable[..., Workspace]) -> Workspace:
    found = own()
    kept.save(found.store, ME, RULES, dict.fromkeys(RULES, True))
    assert not check(found).faults
    return found


def of(workspace: Workspace, viewer: Viewer) -> Asking:
    return workspace.seen_by(accounts_of(viewer, workspace))


def about(found: list[listing.Alert]) -> set[tuple[str, str]]:
    return {(one.rule, one.whose.subject) for one in found}


def test_an_alert_is_seen_by_who_sees_its_account_and_counts_too(workspace: Workspace) -> None:
    low, silent = {("low", "a1"), ("low", "a4")}, {("silent", "a1"), ("silent", "a4")}
    all_, bobs = listing.alerts(workspace), listing.alerts(of(workspace, BOB))
    assert about(bobs) == {*low, *silent, ("gone", "a1")}
    assert about(all_) == about(bobs) | {
        ("low", "a3"),
        ("silent", "a3"),
        ("whole", ""),
        ("owners", "e1"),
        ("owners", "e2"),
    }
    assert listing.alerts(of(workspace, CARL)) == []
    loads = {one.owner_id: (one.accounts, one.alerts) for one in listing.loads(listing.grouped(bobs))}
    assert loads == {"e1": (2, 5)}


def test_what_was_held_back_is_seen_likewise(workspace: Workspace) -> None:
    kept.save(workspace.store, ME, {"fell": rule({"kind": "baseline", "kpi": "sales_revenue"})}, {"fell": True})
    check(workspace)
    assert [one.whose.subject for one in listing.held_back(workspace, "fell")] == ["a3"]
    assert listing.held_back(of(workspace, BOB), "fell") == []


def test_an_account_has_one_group_with_all_its_reasons(workspace: Workspace) -> None:
    first, *_ = listing.grouped(listing.alerts(workspace))
    assert (first.whose.name, first.whose.owner, first.whose.tier) == ("Acme", "Bob", "A")
    assert {one.rule for one in first.alerts} == {"low", "silent", "gone"}
    (gone,) = (one for one in first.alerts if one.rule == "gone")
    assert [person["name"] for person in gone.people] == ["Ada Lund"]
    assert gone.next_step.startswith("Ask who follows")


def test_the_owner_is_told_or_the_manager_or_the_admin_where_there_is_nobody(workspace: Workspace) -> None:
    told = {viewer.name: news_for(of(workspace, viewer), viewer) for viewer in (ANN, BOB, CARL, MONA)}
    found = {name: {(one.rule, one.whose.subject) for group in news.groups for one in group.alerts} if news else set()
             for name, news in told.items()}  # fmt: skip
    assert found["Bob"] == {("low", "a1"), ("low", "a4"), ("gone", "a1")}
    assert found["Mona"] == {("silent", "a1"), ("silent", "a4")}
    assert found["Carl"] == set()
    assert {subject for rule_, subject in found["Ann"] if rule_ in ("low", "silent")} == {"a3"}
    assert {("whole", ""), ("owners", "e1")} <= found["Ann"]


def test_news_are_told_once_and_say_what_to_do(workspace: Workspace) -> None:
    news = news_for(of(workspace, BOB), BOB, address="http://here:8642/")
    assert news
    assert news.subject == "3 alerts: Acme, Dale"
    assert "  - Sales are low: Sales revenue: 20 EUR, below 95 EUR.\n    Next: " in news.text
    assert "(Ada Lund)" in news.text
    assert '<a href="http://here:8642/accounts/a1">Acme</a>' in news.html
    mark_told(workspace.store, news.keys)
    mark_told(workspace.store, news.keys)
    assert news_for(of(workspace, BOB), BOB) is None
    assert news_for(workspace, ANN)


def test_names_are_text_in_what_is_told(own: Callable[..., Workspace]) -> None:
    accounts = FILES["data/accounts.csv"].replace("Acme", "<b>Acme & Co</b>")
    workspace = own({"data/accounts.csv": accounts})
    kept.save(workspace.store, ME, {"low": rule(LOW)}, {"low": True})
    check(workspace)
    news = news_for(of(workspace, BOB), BOB)
    assert news
    assert "&lt;b&gt;Acme &amp; Co&lt;/b&gt;" in news.html
    assert "<b>" not in news.html


def test_a_named_user_is_told_of_what_he_sees(workspace: Workspace) -> None:
    kept.save(workspace.store, ME, {"low": rule(LOW, route="user:carl@example.com")})
    assert news_for(of(workspace, CARL), CARL) is None  # they are not his accounts
    kept.save(workspace.store, ME, {"low": rule(LOW, route="user:Bob@example.com")})
    news = news_for(of(workspace, BOB), BOB)
    assert news
    assert {one.rule for group in news.groups for one in group.alerts} == {"low", "gone"}


def test_quiet_hours_hold_news_and_lose_none(own: Callable[..., Workspace]) -> None:
    settings = FILES["accountlens.yaml"] + "alerts: {quiet_hours: '20:00-07:00'}\n"
    workspace = own({"accountlens.yaml": settings})
    kept.save(workspace.store, ME, {"low": rule(LOW)}, {"low": True})
    check(workspace)
    assert news_for(of(workspace, BOB), BOB, now=datetime(2026, 5, 1, 21)) is None
    assert news_for(of(workspace, BOB), BOB, now=datetime(2026, 5, 2, 7))


def test_snoozed_alerts_are_not_told_until_then(workspace: Workspace) -> None:
    store, seen = workspace.store, frozenset({"a1", "a4"})
    bobs = of(workspace, BOB)
    (one,) = (one for one in listing.alerts(bobs) if (one.rule, one.whose.subject) == ("low", "a4"))
    until = utc_now() + timedelta(days=2)
    snoozing.snooze_alert(store, seen, ME, one.id, until)
    assert ("low", "a4") not in about(listing.alerts(bobs))
    assert about(listing.alerts(bobs, snoozed=True)) == {("low", "a4")}
    assert ("low", "a4") in about(listing.alerts(bobs, now=until + timedelta(seconds=1)))
    snoozing.snooze_account(store, seen, ME, "a1", until)
    assert about(listing.alerts(bobs)) == {("silent", "a4")}
    assert news_for(bobs, BOB) is None
    snoozing.snooze_account(store, seen, ME, "a1", None)
    assert news_for(bobs, BOB)


def test_an_acknowledged_alert_is_listed_and_told_no_more(workspace: Workspace) -> None:
    bobs = of(workspace, BOB)
    for one in listing.alerts(bobs):
        snoozing.acknowledge(workspace.store, frozenset({"a1", "a4"}), ME, one.id)
    assert {one.state for one in listing.alerts(bobs)} == {"acknowledged"}
    assert news_for(bobs, BOB) is None


def test_nobody_touches_an_alert_of_an_account_he_does_not_see(workspace: Workspace) -> None:
    (one,) = (one for one in listing.alerts(workspace) if (one.rule, one.whose.subject) == ("low", "a3"))
    (whole,) = (one for one in listing.alerts(workspace) if one.rule == "whole")
    seen, until = accounts_of(BOB, workspace), utc_now() + timedelta(days=1)
    for id_ in (one.id, whole.id, "al0"):
        with pytest.raises(NoAlertError):
            snoozing.snooze_alert(workspace.store, seen, ME, id_, until)
        with pytest.raises(NoAlertError):
            snoozing.acknowledge(workspace.store, seen, ME, id_)
    with pytest.raises(NoAlertError):
        snoozing.snooze_account(workspace.store, seen, ME, "a3", until)
