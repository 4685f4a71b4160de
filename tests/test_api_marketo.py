"""Marketo: whatever goes wrong on the way, what lands is what a faultless fetch lands."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Answer, Api, running
from tests.servers.marketo import Marketo, failed
from tests.test_api_salesforce import landed
from tests.workspaces import saying

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.catalog.settings import load_settings
from accountlens.errors import AccountlensError
from accountlens.refresh import land_sources, prepare, workbench
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import marketo

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data" / "airbyte_records" / "marketo.jsonl"
TYPES = {"id": "integer", "email": "email", "firstName": "string", "company": "string", "leadScore": "integer", "createdAt": "datetime",
         "updatedAt": "datetime", "unsubscribed": "boolean", "region__c": "string"}  # fmt: skip

ENTITIES, _ = load_entities([BUILT_IN])


def lead(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "email": f"p{number}@acme.example", "firstName": f"P{number}", "company": "Acme", "leadScore": 10 * number,
            "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-02T00:00:00Z", "unsubscribed": False, "region__c": "EMEA", **more}  # fmt: skip


def activity(number: int, kind: int, of: int, at: str = "2026-05-04T10:00:00Z", **attributes: Any) -> dict[str, Any]:
    more = [{"name": name.replace("_", " "), "value": value} for name, value in attributes.items()]
    return {"id": number, "marketoGUID": f"g{number}", "leadId": of, "activityDate": at, "activityTypeId": kind, "campaignId": 3,
            "primaryAttributeValueId": 77, "primaryAttributeValue": "Spring", "attributes": more}  # fmt: skip


def people(**settings: Any) -> Marketo:
    activities = [activity(n, 12, n, "2026-01-01T00:00:00Z") for n in (1, 2, 3, 5, 8)]
    activities += [activity(20 + n, 6, n, Campaign_Run_ID=1) for n in (1, 2, 3)]
    activities += [
        activity(31, 7, 1, "2026-05-04T10:01:00Z", Campaign_Run_ID=1),
        activity(32, 10, 1, "2026-05-04T11:00:00Z", Campaign_Run_ID=1),
    ]
    programs = [
        {"id": 1003, "name": "Spring", "type": "Email", "channel": "Email Blast", "createdAt": "2026-01-01T00:00:00Z"}
    ]
    leads = {n: lead(n) for n in (1, 2, 3, 5, 8)}
    return Marketo(leads, TYPES, activities, [], programs, [{"id": 3, "name": "Send", "programId": 1003}], **settings)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(marketo, "AT_ONCE", 3)
    (tmp_path / "secrets.env").write_text("MARKETO_CLIENT_ID=hush-id\nMARKETO_CLIENT_SECRET=hush-secret\n")
    return tmp_path


def fetch(api: Api, folder: Path, name: str = "crm", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    few = {
        "tables": ["lead", "program", "campaign", "activity_send_email", "activity_open_email", "activity_merge_leads"]
    }
    source = marketo.Settings.model_validate({"url": api.url, **patience, **few, **keys})
    return marketo.fetch(name, source, folder, folder / f"{name}.duckdb")


def test_people_and_their_mails_come_as_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(people()) as api:
        assert fetch(api, folder).rows == 5 + 1 + 1 + 3 + 1
        assert fetch(api, folder).rows == 0
        monkeypatch.setattr(marketo, "LONGEST", 20)  # fields of a request
        fetch(api, folder, "parts")
    found = landed(folder)
    assert found == landed(folder, "parts")
    assert next((row["id"], row["firstName"], row["leadScore"], row["region__c"], str(row["updatedAt"])[:10]) for row in found["lead"]) == (
        1, "P1", 10, "EMEA", "2026-01-02",
    )  # fmt: skip
    sent = found["activity_send_email"][0]
    assert (sent["id"], sent["lead_id"], sent["campaign_run_id"], sent["email_template_id"], str(sent["activity_date"])) == (
        "g21", "1", "1", "77", "2026-05-04 10:00:00",
    )  # fmt: skip
    assert found["campaign"][0]["program_id"] == found["program"][0]["id"] == "1003"


MARKETO_FAULTS = {
    "606": failed(606, "Max rate limit '100' exceeded with in '20' secs"),
    "615": failed(615, "Concurrent access limit reached"),
    "602": failed(602, "Access token expired"),
}


def test_faults_on_the_way_change_nothing(folder: Path) -> None:
    with running(people()) as api:
        fetch(api, folder, "plain")
        asked = len(api.asked)
        api.faults |= {
            asked + 1 + 3 * place: fault for place, fault in enumerate([*FAULTS.values(), *MARKETO_FAULTS.values()])
        }
        fetch(api, folder)
        assert not api.faults
    assert landed(folder) == landed(folder, "plain")


@pytest.mark.parametrize("trouble", [{"expires_after": 3}, {"again": True}])
def test_tokens_that_expire_and_pages_that_come_twice_change_nothing(folder: Path, trouble: dict[str, Any]) -> None:
    with running(people()) as api:
        fetch(api, folder, "plain")
    restless = people(**trouble)
    with running(restless) as api:
        fetch(api, folder)
        assert fetch(api, folder).rows == 0
    assert restless.tokens > 5 or restless.again
    assert landed(folder) == landed(folder, "plain")


def test_a_fetch_that_dies_goes_on_after_its_last_page(folder: Path) -> None:
    with running(people()) as api:
        fetch(api, folder, "plain")
        whole = len(api.asked)
        for number in (9, 18):
            for place in range(len(api.asked) + number, len(api.asked) + 99):
                api.faults[place] = FAULTS["500"]
            with pytest.raises(AccountlensError, match="Marketo answered 500"):
                fetch(api, folder, f"crm{number}")
            api.faults.clear()
            before = len(api.asked)
            assert fetch(api, folder, f"crm{number}").rows == 11
            assert len(api.asked) - before < whole
            assert "1,2,3" not in [request.query.get("filterValues") for request in api.asked[before:]], (
                "read before it died"
            )
            assert landed(folder, f"crm{number}") == landed(folder, "plain")


def test_who_changed_came_went_or_was_merged_comes_with_the_next_fetch(folder: Path) -> None:
    there = people()
    later = "2999-01-01T00:00:00Z"
    with running(there) as api:
        fetch(api, folder)
        there.leads[2] |= {"leadScore": 99, "updatedAt": later}
        there.leads[9] = lead(9)
        del there.leads[3], there.leads[5]
        there.activities += [
            activity(41, 22, 2, later),
            activity(42, 12, 9, later),
            activity(43, 32, 1, later, Merge_IDs="[5]"),
        ]
        there.deleted = [activity(44, 37, 3, later)]
        asked = len(api.asked)
        assert fetch(api, folder).rows == 5
        read = [
            request.query["filterValues"] for request in api.asked[asked:] if request.path.endswith("/v1/leads.json")
        ]
        assert read == ["2,9", "1"], "who changed, and nobody else"
    rows = {row["id"]: row for row in landed(folder)["lead"]}
    assert (rows[2]["leadScore"], rows[9]["firstName"]) == (99, "P9")
    assert {key for key, row in rows.items() if row["is_deleted"]} == {3, 5}
    assert str(rows[5]["merged_into_id"]) == "1"
    assert [row["merge_ids"] for row in landed(folder)["activity_merge_leads"]] == ["5"]


def test_own_fields_that_come_and_go_are_told(folder: Path) -> None:
    there = people()
    there.types = dict(TYPES)
    with running(there) as api:
        fetch(api, folder)
        there.types["segment__c"] = "string"
        del there.types["region__c"]
        there.leads[1] |= {"segment__c": "S", "updatedAt": "2999-01-01T00:00:00Z"}
        there.activities.append(activity(51, 13, 1, "2999-01-01T00:00:00Z"))
        notes = fetch(api, folder).notes
    assert any("the new column segment__c is kept" in note for note in notes)
    assert any("the column region__c is no longer given" in note for note in notes)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failed(607, "Daily quota '50000' reached"), "607: Daily quota.*API calls of this day are used up"),
        (failed(603, "Access denied"), "603: Access denied.*read access to people"),
        (failed(606, "Max rate limit exceeded"), "606: Max rate limit.*3 attempts were made"),
    ],
)
def test_what_does_not_pass_is_said_with_what_to_do(folder: Path, answer: Answer, said: str) -> None:
    with running(people()) as api:
        api.faults |= dict.fromkeys(range(2, 99), answer)
        with pytest.raises(AccountlensError, match=f"source 'crm': Marketo.*{said}") as failed_as:
            fetch(api, folder)
    assert "hush" not in str(failed_as.value)


def test_a_wrong_secret_is_said(folder: Path) -> None:
    (folder / "secrets.env").write_text("MARKETO_CLIENT_ID=hush-id\nMARKETO_CLIENT_SECRET=wrong-secret\n")
    with (
        running(people()) as api,
        pytest.raises(AccountlensError, match="Are client_id and client_secret those") as caught,
    ):
        fetch(api, folder)
    assert "wrong-secret" not in str(caught.value)


@pytest.mark.skipif(not RECORDED.is_file(), reason="../shared/data, with the recorded records, is not there")
def test_recorded_people_and_programs_land_as_they_were(folder: Path) -> None:
    recorded: dict[str, list[dict[str, Any]]] = {}
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        recorded.setdefault(told["stream"], []).append(told["data"])
    kinds = {bool: "boolean", int: "integer", float: "float"}
    leads = {one["id"]: one for one in recorded["leads"]}
    types = {name: next((kinds.get(type(one[name]), "string") for one in leads.values() if one.get(name) is not None), "string")
             for one in leads.values() for name in one}  # fmt: skip
    types |= {"createdAt": "datetime", "updatedAt": "datetime"}
    newest = [activity(1, 12, max(leads))]
    with running(Marketo(leads, types, newest, programs=recorded["programs"])) as api:
        assert fetch(api, folder, tables=["lead", "program"]).rows == len(leads) + len(recorded["programs"])
    found = landed(folder)
    for row in found["lead"]:
        given = leads[row["id"]]
        assert (row["email"], row["company"], row["isLead"]) == (given["email"], given["company"], given["isLead"])
        assert set(given) <= set(row)


@pytest.mark.long
def test_marketing_mails_by_account_from_marketo(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marketo, "AT_ONCE", 300)
    say = saying(folder / "company", capsys)
    with running(people()) as api:
        monkeypatch.setenv("MARKETO_CLIENT_ID", "hush-id")
        monkeypatch.setenv("MARKETO_CLIENT_SECRET", "hush-secret")
        assert say("init", "--from", f"marketo:{api.url}")[0] == 0
        code, _, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 0, err
    assert "No entity takes rows" not in err
    code, out, err = say("ask", "email_open_rate", "--period", "2026-Q2", "--format", "json")
    assert code == 0, err
    assert json.loads(out)["rows"][0]["value"] == pytest.approx(1 / 3), "three sent, one opened"


def test_init_makes_a_mapping_that_takes_all_in(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marketo, "AT_ONCE", 300)
    workspace = folder / "company"
    with running(people()) as api:
        monkeypatch.setenv("MARKETO_CLIENT_ID", "hush-id")
        monkeypatch.setenv("MARKETO_CLIENT_SECRET", "hush-secret")
        assert saying(workspace, capsys)("init", "--from", f"marketo:{api.url}")[0] == 0
        with workbench() as con:
            told = load_settings(workspace)
            landed_tables = land_sources(con, told, workspace, lambda *_: None)
            done = prepare(con, workspace, told, ENTITIES, landed_tables, datetime(2026, 6, 30))
            mails = con.execute("SELECT kind, contact_id, campaign_id FROM activities ORDER BY kind, 2").fetchall()
    assert mails == [
        ("email_delivered", "1", "1003"), ("email_opened", "1", "1003"),
        *(("email_sent", str(number), "1003") for number in (1, 2, 3)),
    ]  # fmt: skip
    assert all(balance.whole and not balance.quarantined for balance in done.balance.values())
    assert set(done.present) == {"activities", "campaigns", "contacts", "leads"}
