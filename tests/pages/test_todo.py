"""What waits this week: each reason from data made for it, with its numbers; nothing twice, nothing that is not so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.pages.conftest import NOW, Company, refreshed

from accountlens.errors import AccountlensError
from accountlens.pages.todo import KINDS, Todo, todo
from accountlens.workspace import Workspace

SETTINGS = "name: Waiting\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n"
# A1 and A2 pay; A3 has a deal; A4 is nothing to us; A5 qualified; A6 pays and all is well
ACCOUNTS = """\
account_id,name,tier,owner_id,fit_score,created_at
A1,Acme,A,E1,90,2025-01-01
A2,Bolt,B,E1,90,2025-01-01
A3,Cord,C,E2,90,2025-01-01
A4,Dust,A,E2,90,2025-01-01
A5,Echo,B,E2,90,2025-01-01
A6,Fine,A,E1,90,2025-01-01
"""
TOUCHES = [
    ("2026-06-10", "meeting", "A1", "C1", "outbound"),
    ("2026-06-20", "call", "A2", "C2", "outbound"),
    ("2026-02-01", "call", "A3", "C3", "outbound"),
    ("2026-01-01", "call", "A4", "", "outbound"),
    ("2026-06-29", "meeting", "A6", "C6", "outbound"),
    ("2026-03-15", "email_replied", "A2", "C2", "inbound"),
    ("2026-04-01", "email_replied", "A1", "C7", "inbound"),
    ("2026-01-05", "call", "A5", "C50", "outbound"),
    *((f"2026-06-{day}", "event_attended", "A5", f"C5{day % 2}", "inbound") for day in range(10, 24)),
]
FILES = {
    "accountlens.yaml": SETTINGS,
    "data/accounts.csv": ACCOUNTS,
    "data/employees.csv": "employee_id,name\nE1,One\nE2,Two\n",
    "data/contacts.csv": "contact_id,account_id,name,buying_role\nC1,A1,Ada,\nC2,A2,Bo,champion\nC3,A3,Cy,user\n"
    "C7,A1,Gil,champion\nC50,A5,Eve,user\nC51,A5,Eli,user\nC6,A6,Fay,\n",
    "data/activities.csv": "activity_id,occurred_at,kind,account_id,contact_id,direction,status,is_automated\n"
    + "".join(
        f"X{n},{day}T12:00:00,{kind},{account},{contact},{way},completed,false\n"
        for n, (day, kind, account, contact, way) in enumerate(TOUCHES)
    ),
    "data/subscriptions.csv": "subscription_id,account_id,started_on,mrr\nS1,A1,2025-01-01,100\nS2,A2,2025-01-01,50\nS6,A6,2025-01-01,10\n",
    "data/contracts.csv": "contract_id,account_id,started_on,ends_on,value,decision\n"
    "K1,A1,2025-01-01,2026-07-21,1200,\nK2,A1,2025-01-01,2026-08-30,300,pending\n"
    "K3,A2,2025-01-01,2026-07-05,600,renewed\nK4,A2,2025-01-01,2026-12-31,600,\nK6,A6,2025-01-01,2027-12-31,600,\n",
    "data/opportunities.csv": "opportunity_id,status,created_at,account_id,name,amount,closed_at,type\n"
    "D1,open,2026-06-01,A1,Fresh,500,,renewal\nD3,open,2026-01-10,A3,Stale,700,,new_business\n"
    "D4,won,2026-01-10,A3,Won,700,2026-02-01,new_business\nD6,open,2026-06-20,A6,Late,90,2026-06-25,upsell\n",
    "data/tickets.csv": "ticket_id,created_at,account_id,priority,first_response_at,solved_at,status\n"
    "T1,2026-06-30T00:00:00,A2,urgent,,,new\nT2,2026-06-20T00:00:00,A2,low,2026-06-20T01:00:00,,open\n"
    "T3,2026-06-30T12:00:00,A1,low,,,new\nT4,2026-05-01T00:00:00,A1,low,,2026-05-02T00:00:00,solved\n",
    "data/survey_responses.csv": "response_id,survey,answered_at,score,account_id,contact_id\n"
    "R1,nps,2026-06-15T00:00:00,3,A1,C1\nR2,nps,2026-06-01T00:00:00,2,A2,C2\nR3,nps,2026-06-15T00:00:00,9,A6,C6\n",
}


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return refreshed(tmp_path_factory.mktemp("waiting"), FILES, datetime(2026, 7, 1))


def of(workspace: Workspace, kind: str, **asked: object) -> dict[str, Todo]:
    found = todo(workspace, kinds=[kind], **asked)  # type: ignore[arg-type]
    assert {one.kind for one in found.items} <= {kind}
    return {one.account_id: one for one in found.items}


def test_silence_counts_by_tier_and_only_where_an_account_matters(waiting: Workspace) -> None:
    found = of(waiting, "gap")
    assert set(found) == {"A1", "A3"}, "A2 was called within 30 days, A4 is nothing to us, A6 had a meeting"
    one = found["A1"]
    assert one.reason == "No touch for 20 days; it should be at most 14 days for tier A."
    assert (one.urgency, one.due, one.owner, one.at_stake) == (2, datetime(2026, 6, 24, 12), "One", 12 * 100 + 500)
    assert found["A3"].urgency == 1, "more than twice as long as it should be"
    assert set(of(waiting, "gap", gap_days={"A": 30, "B": 5})) == {"A2", "A3"}


def test_renewals_within_ninety_days_are_one_thing_an_account(waiting: Workspace) -> None:
    found = of(waiting, "renewal")
    assert set(found) == {"A1"}, "K3 is decided, K4 and K6 end later"
    one = found["A1"]
    assert one.reason.startswith("2 contracts worth 1,500 EUR ends in 20 days; health ")
    assert (one.due, one.numbers["value"], one.at_stake, tuple(one.ids)) == (
        datetime(2026, 7, 21),
        1500,
        1500,
        ("K1", "K2"),
    )
    assert "Open a renewal deal" not in one.next_step, "D1 is one"


def test_qualified_accounts_nobody_turned_to_wait(waiting: Workspace) -> None:
    found = of(waiting, "mqa")
    assert set(found) == {"A5"}
    assert found["A5"].reason.startswith("Marketing-qualified for ")
    spans = waiting.opened().session
    spans.ensure_fact("mqa_spans")
    ((entered,),) = spans.fetch("SELECT entered_at FROM mqa_spans WHERE account_id = 'A5'").fetchall()
    assert found["A5"].numbers["days"] == (datetime(2026, 7, 1) - entered).days + 1


def test_deals_wait_that_are_past_their_date_or_of_which_nothing_is_heard(waiting: Workspace) -> None:
    found = of(waiting, "deal")
    assert set(found) == {"A3", "A6"}, "D1 is a month old, but there was a meeting"
    assert found["A3"].reason == "Deal Stale worth 700 EUR: nothing happened for 150 days."
    assert found["A6"].reason == "Deal Late worth 90 EUR: past the close date by 6 days."
    assert (found["A6"].at_stake, found["A6"].due, found["A6"].urgency) == (90, datetime(2026, 6, 25), 1)


def test_a_champion_of_whom_nothing_is_heard_is_told(waiting: Workspace) -> None:
    found = of(waiting, "champion")
    assert set(found) == {"A1"}, "Bo of A2 was on the phone ten days ago"
    assert found["A1"].reason == "No sign of a champion for 91 days; Gil was the last to be heard."
    assert found["A1"].due == datetime(2026, 5, 16, 12)


def test_tickets_wait_by_priority_and_are_one_thing_an_account(waiting: Workspace) -> None:
    found = of(waiting, "ticket")
    assert set(found) == {"A2"}, "T3 is twelve hours old and low"
    one = found["A2"]
    assert one.reason == "2 tickets overdue, 1 without an answer; the oldest is 11 days old."
    assert (one.urgency, one.due, tuple(one.ids)) == (1, datetime(2026, 6, 27), ("T2", "T1"))


def test_who_would_not_recommend_us_waits_until_somebody_turns_to_the_account(waiting: Workspace) -> None:
    found = of(waiting, "detractor")
    assert set(found) == {"A1"}, "A2 was called since"
    assert found["A1"].reason == "Ada gave 3 of 10; nobody turned to the account for 16 days since."
    assert found["A1"].due == datetime(2026, 6, 22)


def test_where_nothing_is_recorded_of_what_we_do_nobody_is_said_to_have_done_nothing(tmp_path: Path) -> None:
    known = {name: FILES[name] for name in ("accountlens.yaml", "data/accounts.csv", "data/survey_responses.csv")}
    found = todo(refreshed(tmp_path, known, datetime(2026, 7, 1)), kinds=["detractor"])
    told = {one.account_id: one.reason for one in found.items}
    assert told["A1"] == "Somebody gave 3 of 10, 16 days ago; whether anybody turned to the account since is not known."
    assert [need.lacks for need in found.needs] == ["activities"]


def test_things_come_by_urgency_then_by_what_is_at_stake_and_never_twice(company: Company) -> None:
    found = todo(company.workspace, limit=1000)
    assert found.now == NOW
    assert len(found.items) == sum(found.counts.values()) > 10
    pairs = [(one.account_id, one.kind) for one in found.items]
    assert len(pairs) == len(set(pairs))
    order = [(one.urgency, -(one.at_stake or 0)) for one in found.items]
    assert order == sorted(order)
    again = todo(company.workspace, limit=1000)
    assert [(one.account_id, one.kind, one.reason) for one in again.items] == [
        (one.account_id, one.kind, one.reason) for one in found.items
    ]
    few = todo(company.workspace, limit=3)
    assert [(one.account_id, one.kind) for one in few.items] == pairs[:3]
    assert few.counts == found.counts


def test_accounts_at_risk_are_those_whose_health_the_kpi_says_fell(company: Company) -> None:
    found = of(company.workspace, "at_risk", limit=1000)
    rows = company.workspace.ask(
        "health_score", by="account_id", period="last-90-days", compare="previous", totals="none"
    ).rows()
    fell = {
        row["by"]["account_id"]
        for row in rows
        if (row["compare"]["previous"]["change"] or 0) <= -10 and row["value"] is not None and row["value"] < 60
    }
    customers = {id for (id,) in company.raw("SELECT DISTINCT account_id FROM {subscriptions} WHERE ended_on IS NULL")}
    foreseen = {one.account_id for one in company.workspace.outlook("leave")[0].prospects if one.probability >= 0.1}
    assert fell & customers <= set(found) <= (fell | foreseen)
    for one in found.values():
        assert (
            one.numbers["health_change"] is None
            or f"{one.numbers['health']:.0f}" in one.reason
            or one.numbers["probability"]
        )


def test_things_are_those_of_the_accounts_somebody_sees_and_of_an_owner(company: Company, waiting: Workspace) -> None:
    everything = todo(company.workspace, limit=1000).items
    some = {one.account_id for one in everything[:6]}
    narrowed = todo(company.seen_by(sorted(some)), limit=1000).items
    assert [(one.account_id, one.kind, one.reason) for one in narrowed] == [
        (one.account_id, one.kind, one.reason) for one in everything if one.account_id in some
    ]
    assert {one.account_id for one in todo(waiting, owner="E2").items} == {"A3", "A5"}
    one = everything[0].account_id
    assert todo(company.workspace, account=one).items == [item for item in everything if item.account_id == one]
    assert todo(company.seen_by(sorted(some - {one})), account=one).items == []


def test_what_cannot_be_told_is_named(bare: Workspace) -> None:
    found = todo(bare)
    assert found.items == []
    assert {"activities", "contracts", "tickets", "survey_responses", "opportunities", "contacts", "subscriptions"} == {
        need.lacks for need in found.needs
    }
    with pytest.raises(AccountlensError, match="Did you mean 'renewal'"):
        todo(bare, kinds=["renewals"])
    with pytest.raises(AccountlensError, match="0 things cannot be told"):
        todo(bare, limit=0)
    assert set(found.counts) == set(KINDS)
