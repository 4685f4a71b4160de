"""The head of an account's page, and its people: hand-made workspaces with known answers, and the generated company."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.pages.conftest import Company, refreshed

from accountlens.errors import AccountlensError
from accountlens.pages.account import header
from accountlens.pages.people_map import people_map
from accountlens.pages.timeline import timeline
from accountlens.workspace import Workspace

SETTINGS = """\
name: Small
currency: EUR
kpi_options:
  buying_group_coverage: {buying_roles: [champion, economic_buyer, legal]}
sources:
  files: {type: files, path: data}
"""
CONTACTS = """\
contact_id,account_id,name,title,buying_role,email,reports_to,left_at
C1,A1,Ada,Head of IT,champion,ada@acme.test,C2,
C2,A1,Bo,CFO,economic_buyer,bo@acme.test,,
C3,A1,Cy,Clerk,user,cy@acme.test,C9,
C4,A1,Di,Lead,champion,di@acme.test,,2026-06-10
C5,A1,Ed,Lead,champion,ed@acme.test,,
C6,A2,Flo,CEO,champion,flo@bolt.test,,
"""
ACTIVITIES = """\
activity_id,occurred_at,kind,account_id,contact_id,employee_id,direction,status,message_id,is_automated
X1,2026-06-25T09:00:00,meeting,A1,C1,E1,outbound,completed,,
X2,2026-06-28T09:00:00,email_sent,A1,C2,E1,outbound,,M1,false
X3,2026-03-01T09:00:00,email_replied,A1,C2,E1,inbound,,M0,
X4,2026-05-01T09:00:00,email_sent,A1,C5,E1,outbound,,M2,false
X5,2026-05-01T10:00:00,email_bounced,A1,C5,E1,inbound,hard,M2,
X6,2026-07-02T10:00:00,call,A1,C1,E1,outbound,completed,,
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    files = {
        "accountlens.yaml": SETTINGS,
        "data/accounts.csv": "account_id,name,owner_id,parent_account_id,created_at\n"
        "A1,Acme,E1,A2,2025-01-01\nA2,Bolt,E2,,2025-01-01\n",
        "data/employees.csv": "employee_id,name\nE1,Owner One\nE2,Owner Two\n",
        "data/contacts.csv": CONTACTS,
        "data/activities.csv": ACTIVITIES,
        "data/tickets.csv": "ticket_id,created_at,account_id,contact_id\nT1,2026-06-20T00:00:00,A1,C3\n",
        "data/contracts.csv": "contract_id,account_id,started_on,ends_on,value,decision\n"
        "K1,A1,2025-01-01,2026-08-30,1200,\nK2,A1,2025-01-01,2026-07-15,900,renewed\nK3,A1,2024-01-01,2025-01-01,5,\n",
        "data/opportunities.csv": "opportunity_id,status,created_at,account_id,name,amount\nD1,open,2026-06-01,A1,Big,500\n",
        "data/opportunity_contacts.csv": "opportunity_id,contact_id,role\nD1,C3,signer\n",
    }
    return refreshed(tmp_path_factory.mktemp("small"), files, datetime(2026, 7, 1))


def test_a_head_tells_owner_parent_stage_renewal_and_last_touch(small: Workspace) -> None:
    found = header(small, "acme")
    assert (found.account["account_id"], found.owner, found.parent) == ("A1", "Owner One", "Bolt")
    assert found.stage is not None
    assert (found.stage.stage, found.stage.since) == ("customer", datetime(2024, 1, 1))
    assert found.renewal is not None
    assert (found.renewal.id, found.renewal.days, found.renewal.value) == ("K1", 60, 1200)
    assert found.last_touch is not None
    assert (found.last_touch.activity_id, found.last_touch.contact, found.last_touch.employee) == (
        "X2",
        "Bo",
        "Owner One",
    )
    (pipeline,) = [row for row in found.figures if row["kpi"] == "pipeline_value_open"]
    assert pipeline["value"] == 500


def test_health_of_a_head_is_that_of_the_kpi_and_its_components_add_up(company: Company) -> None:
    rows = company.workspace.ask("health_score", by="account_id", period="last-3-months", totals="none").rows()
    known = [row for row in rows if row["value"] is not None]
    assert known
    for row in known[:5]:
        health = header(company.workspace, row["by"]["account_id"]).health
        assert health is not None
        assert health.value == pytest.approx(row["value"])
        assert sum(line.now for line in health.lines) == pytest.approx(health.value)
        assert health.band == ("green" if health.value >= 80 else "amber" if health.value >= 60 else "red")
        if health.change is not None:
            assert sum(line.change for line in health.lines) == pytest.approx(health.change)


def test_people_are_told_with_role_boss_last_contact_and_signs(small: Workspace) -> None:
    found = people_map(small, "A1")
    people = {one.contact_id: one for one in found.contacts}
    assert set(people) == {"C1", "C2", "C3", "C4", "C5"}
    assert found.contacts[0].contact_id == "C1", "who did most stands first"
    ada, bo, cy = people["C1"], people["C2"], people["C3"]
    assert (ada.last_at, ada.last_kind, ada.last_by) == (datetime(2026, 6, 25, 9), "meeting", "Owner One")
    assert (ada.outbound, ada.inbound, ada.silent_days, ada.reports_to) == (1, 0, 6, "C2")
    assert (bo.last_direction, bo.silent_days) == ("outbound", 122), "our mail is no sign of theirs"
    assert cy.reports_to is None, "C9 is nobody of this account"
    assert (cy.last_at, cy.silent_days) == (None, 11), "a ticket is a sign, and no touch"
    assert [(deal.opportunity_id, deal.role) for deal in cy.deals] == [("D1", "signer")]
    assert people["C4"].left == "left on 2026-06-10"
    assert people["C5"].left == "mail came back for good on 2026-05-01"


def test_gaps_of_the_buying_group_are_told_by_role_and_person(small: Workspace) -> None:
    found = people_map(small, "A1")
    assert {role.role: role.engaged for role in found.roles} == {
        "champion": True,
        "economic_buyer": False,
        "legal": False,
    }
    assert found.coverage is not None
    assert found.coverage["value"] == pytest.approx(1 / 3)
    gaps = [(gap.kind, tuple(gap.contacts)) for gap in found.gaps]
    assert gaps == [
        ("role_unknown", ()),
        ("role_not_engaged", ("C2",)),
        ("champion_left", ("C5",)),
        ("champion_left", ("C4",)),
        ("silent", ("C2",)),
    ]
    assert "silent" not in {gap.kind for gap in people_map(small, "A1", silent_days=123).gaps}


def test_a_head_and_people_of_a_workspace_without_activities_say_so(bare: Workspace) -> None:
    head, people = header(bare, "A1"), people_map(bare, "A1")
    assert (head.last_touch, head.renewal, head.owner) == (None, None, None)
    assert {need.lacks for need in head.needs} == {"activities", "contracts", "opportunities"}
    assert {need.lacks for need in people.needs} == {"activities", "contacts"}
    assert people.contacts == []
    assert people.coverage is None


def test_an_account_that_may_not_be_seen_has_no_head(company: Company) -> None:
    (one,), (other,) = company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 2")
    narrowed = company.seen_by([one])
    assert header(narrowed, one).account["account_id"] == one
    for part in (header, people_map, timeline):
        with pytest.raises(AccountlensError, match="No account is called"):
            part(narrowed, other)


def test_mistakes_about_a_head_and_people_are_told(small: Workspace, tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match="No account is called 'nobody'"):
        header(small, "nobody")
    with pytest.raises(AccountlensError, match="2031 has not begun"):
        header(small, "A1", period="2031")
    with pytest.raises(AccountlensError, match="0 days are no silence"):
        people_map(small, "A1", silent_days=0)
    with pytest.raises(AccountlensError, match="this is no workspace"):
        header(Workspace(tmp_path), "A1")
