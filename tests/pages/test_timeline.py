"""An account's timeline: complete, in order, page by page, for those who may see it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from tests.pages.conftest import Company, refreshed

from accountlens.errors import AccountlensError
from accountlens.pages.timeline import KINDS, Entry, timeline
from accountlens.surfaces.web.formats import json_bytes
from accountlens.workspace import Workspace

TOUCH = """a.kind IN ('call', 'meeting', 'message', 'chat', 'email_replied') OR (a.kind = 'email_sent' AND NOT a.is_automated)"""


@pytest.fixture(scope="module")
def busiest(company: Company) -> str:
    """The account with the most tickets among those that have deals, too."""
    sql = """SELECT account_id FROM {tickets} WHERE account_id IN (SELECT account_id FROM {opportunities})
        GROUP BY account_id ORDER BY COUNT(*) DESC, account_id LIMIT 1"""
    return str(company.raw(sql)[0][0])


def all_of(workspace: Workspace, account: str, **asked: object) -> list[Entry]:
    found = timeline(workspace, account, limit=500, **asked)  # type: ignore[arg-type]
    entries = list(found.entries)
    while found.cursor:
        found = timeline(workspace, account, limit=500, cursor=found.cursor, **asked)  # type: ignore[arg-type]
        entries += found.entries
    return entries


def test_a_timeline_holds_every_touch_ticket_deal_and_answer_of_the_files(company: Company, busiest: str) -> None:
    keys = {kind: {entry.key for entry in all_of(company.workspace, busiest, kinds=[kind])} for kind in KINDS}
    touches = company.raw(
        f"""SELECT a.activity_id FROM {{activities}} a LEFT JOIN {{contacts}} c USING (contact_id)
        WHERE a.account_id = '{busiest}' AND ({TOUCH}) AND NOT COALESCE(a.is_bot, FALSE) AND NOT COALESCE(c.is_internal, FALSE)"""
    )
    assert touches
    assert keys["touch"] == {id for (id,) in touches}
    tickets = company.raw(
        f"""SELECT ticket_id || ':opened' FROM {{tickets}} WHERE account_id = '{busiest}'
        UNION SELECT ticket_id || ':solved' FROM {{tickets}} WHERE account_id = '{busiest}' AND solved_at IS NOT NULL
        UNION SELECT ticket_id || ':reopened' FROM {{tickets}} WHERE account_id = '{busiest}' AND reopened_at IS NOT NULL"""
    )
    assert keys["ticket"] == {key for (key,) in tickets}
    answers = company.raw(
        f"SELECT response_id FROM {{survey_responses}} WHERE account_id = '{busiest}' AND score IS NOT NULL"
    )
    assert keys["survey"] == {key for (key,) in answers}
    deals = company.raw(
        f"""SELECT opportunity_id || ':created' FROM {{opportunities}} WHERE account_id = '{busiest}'
        UNION SELECT opportunity_id || ':' || status FROM {{opportunities}} WHERE account_id = '{busiest}' AND status <> 'open'"""
    )
    assert {key for (key,) in deals} == {key for key in keys["deal"] if not key[-1].isdigit()}


def test_use_of_a_week_is_told_once(company: Company) -> None:
    sql = "SELECT account_id, COUNT(*), SUM(count) FROM {usage_events} GROUP BY account_id ORDER BY 2 DESC, 1 LIMIT 1"
    ((account, events, uses),) = company.raw(sql)
    entries = all_of(company.workspace, account, kinds=["usage"])
    assert sum(entry.details["uses"] for entry in entries) == uses
    assert len(entries) < events
    weeks = {entry.key for entry in entries}
    assert len(weeks) == len(entries)


def test_pages_of_a_timeline_are_the_whole_in_order_and_without_repeats(company: Company, busiest: str) -> None:
    whole = all_of(company.workspace, busiest)
    assert len(whole) > 100
    assert [one.at for one in whole] == sorted((one.at for one in whole), reverse=True)
    found, cursor = list[Entry](), None
    while True:
        page = timeline(company.workspace, busiest, limit=17, cursor=cursor)
        found += page.entries
        cursor = page.cursor
        if cursor is None:
            break
    assert [(one.at, one.kind, one.key, one.title) for one in found] == [
        (one.at, one.kind, one.key, one.title) for one in whole
    ]
    assert len({(one.kind, one.key) for one in found}) == len(found)


def test_entries_of_one_instant_are_neither_lost_nor_repeated_between_pages(tmp_path: Path) -> None:
    same = "2026-05-05T10:00:00"
    tickets = "".join(f"T{n},{same},A1,{same}\n" for n in range(5))
    orders = "".join(f"O{n},A1,{same},10\n" for n in range(5))
    files = {
        "accountlens.yaml": "name: Same\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n",
        "data/accounts.csv": "account_id,name\nA1,Acme\n",
        "data/tickets.csv": "ticket_id,created_at,account_id,solved_at\n" + tickets,
        "data/orders.csv": "order_id,account_id,ordered_at,amount\n" + orders,
    }
    workspace = refreshed(tmp_path, files, datetime(2026, 6, 1))
    seen, cursor = list[tuple[str, str]](), None
    for _ in range(20):
        page = timeline(workspace, "A1", kinds=["ticket", "order"], limit=4, cursor=cursor)
        seen += [(one.kind, one.key) for one in page.entries]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 15
    assert seen == sorted(seen)


def test_a_period_and_a_person_leave_their_entries_alone(company: Company, busiest: str) -> None:
    months = all_of(company.workspace, busiest, period="2026-06..2026-07")
    assert months
    assert all("2026-05-31T22" <= one.at.isoformat() <= "2026-07-31T22" for one in months)
    whole = all_of(company.workspace, busiest)
    contact = next(one.contact for one in whole if one.kind == "touch" and one.contact)
    named = all_of(company.workspace, busiest, person=contact.id)
    ids = {one.contact.id for one in named if one.contact}
    assert ids == {contact.id}
    assert [one.key for one in named if one.kind in ("touch", "survey", "ticket")] == [
        one.key
        for one in whole
        if one.kind in ("touch", "survey", "ticket") and one.contact and one.contact.id == contact.id
    ]
    employee = next(one.employee for one in whole if one.kind == "touch" and one.employee)
    assert employee.name
    by_name = all_of(company.workspace, busiest, person=employee.name, kinds=["touch"])
    assert {one.employee.id for one in by_name if one.employee} == {employee.id}


def test_health_is_told_where_it_moved_as_the_kpi_says(company: Company, busiest: str) -> None:
    entries = all_of(company.workspace, busiest, kinds=["health"], period="2026-01..2026-09")
    assert entries
    where = f"account_id = '{busiest}'"
    rows = company.workspace.ask(
        "health_score", where=where, period="2026-01..2026-09", grain="month", compare="previous"
    ).rows()
    moved = {row["period"]: row for row in rows if abs(row["compare"]["previous"]["change"] or 0) >= 1}
    assert {one.key for one in entries} == set(moved)
    assert all(one.details["after"] == pytest.approx(moved[one.key]["value"]) for one in entries)


def test_whoever_sees_some_accounts_finds_no_other(company: Company, busiest: str) -> None:
    (other,) = company.raw(f"SELECT account_id FROM {{accounts}} WHERE account_id <> '{busiest}' ORDER BY 1 LIMIT 1")
    narrowed = company.seen_by([busiest])
    keys = [(one.at, one.kind, one.key) for one in all_of(company.workspace, busiest)]
    assert [(one.at, one.kind, one.key) for one in all_of(narrowed, busiest)] == keys
    with pytest.raises(AccountlensError, match="No account is called"):
        timeline(narrowed, other[0])


def test_where_data_lack_a_timeline_says_which(bare: Workspace) -> None:
    found = timeline(bare, "acme")
    assert [(one.kind, one.amount) for one in found.entries if one.kind == "order"] == [
        ("order", 250.0),
        ("order", 100.0),
    ]
    lacks = {need.lacks for need in found.needs}
    assert {"activities", "tickets", "survey_responses", "usage_events", "subscriptions"} <= lacks
    tickets = next(need for need in found.needs if need.lacks == "tickets")
    assert "ticket_id, created_at" in tickets.mend


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"account": "nobody"}, "No account is called 'nobody'"),
        ({"kinds": ["touchs"]}, "Did you mean 'touch'"),
        ({"person": "Nobody At All"}, "is called 'Nobody At All'"),
        ({"period": "2031"}, "2031 has not begun"),
        ({"period": "someday"}, "'someday' is no period"),
        ({"cursor": "bm90aGluZw=="}, "is no place in a timeline"),
        ({"cursor": "%%%"}, "is no place in a timeline"),
        ({"limit": 0}, "0 entries cannot be told"),
    ],
)
def test_a_mistake_is_told_with_a_way_out(company: Company, busiest: str, asked: dict[str, object], told: str) -> None:
    with pytest.raises(AccountlensError) as caught:
        timeline(company.workspace, **{"account": busiest, **asked})  # type: ignore[arg-type]
    assert told in str(caught.value)


def test_a_timeline_is_ready_for_json(company: Company, busiest: str) -> None:
    told = json.loads(json_bytes(timeline(company.workspace, busiest)))
    assert told["entries"][0]["at"].endswith("Z")
    assert set(told["entries"][0]) >= {"at", "kind", "what", "title", "contact", "employee", "ids", "details"}
