"""HubSpot: whatever goes wrong on the way, what lands is what a faultless fetch lands. Records are synthesised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Answer, Api, running
from tests.servers.hubspot import HubSpot, refused
from tests.test_api_salesforce import landed
from tests.workspaces import saying

from accountlens.errors import AccountlensError
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import hubspot

COMMON = {"hs_object_id": "number", "hs_lastmodifieddate": "datetime", "hubspot_owner_id": "enumeration"}
PROPERTIES = {
    "companies": {**COMMON, "name": "string", "domain": "string", "annualrevenue": "number", "createdate": "datetime",
                  "hs_merged_object_ids": "string", "region__c": "enumeration", "hs_is_target_account": "bool", "hs_parent_company_id": "number"},
    "contacts": {"hs_object_id": "number", "lastmodifieddate": "datetime", "email": "string", "firstname": "string",
                 "associatedcompanyid": "number", "createdate": "datetime"},
    "deals": {**COMMON, "dealname": "string", "amount": "number", "dealstage": "enumeration", "pipeline": "enumeration",
              "closedate": "datetime", "createdate": "datetime", "dealtype": "enumeration"},
    "tickets": {**COMMON, "subject": "string", "createdate": "datetime", "hs_pipeline_stage": "enumeration"},
    "meetings": {**COMMON, "hs_meeting_start_time": "datetime", "hs_meeting_end_time": "datetime", "hs_meeting_outcome": "enumeration"},
    "calls": {**COMMON, "hs_timestamp": "datetime"},
    "emails": {**COMMON, "hs_timestamp": "datetime"},
}  # fmt: skip
STAGES = [
    {"id": "new", "label": "New", "metadata": {"probability": "0.2", "isClosed": "false"}},
    {"id": "won", "label": "Won", "metadata": {"probability": "1.0", "isClosed": "true"}},
]


def record(number: int, at: str = "2026-01-0{}T10:00:00Z", **properties: Any) -> dict[str, Any]:
    dated = {"hs_lastmodifieddate": at.format(number % 9 + 1), "createdate": "2026-01-01T08:00:00Z"}
    return {"id": str(number), "properties": {"hs_object_id": str(number), **dated, **properties}}


def company(number: int, **more: Any) -> dict[str, Any]:
    told = {
        "name": f"Company {number}",
        "domain": f"c{number}.example",
        "annualrevenue": f"{number}000.5",
        "region__c": "EMEA",
        "hs_is_target_account": "true",
    }
    return record(number, **told, hs_parent_company_id="", **more)


def contact(number: int) -> dict[str, Any]:
    one = record(number, email=f"p{number}@c1.example", firstname="P", associatedcompanyid="1")
    one["properties"]["lastmodifieddate"] = one["properties"].pop("hs_lastmodifieddate")
    return one


def deal(number: int, stage: str = "new", **more: Any) -> dict[str, Any]:
    past = {"dealstage": [{"value": stage, "timestamp": "2026-02-01T00:00:00Z"}, {"value": "new", "timestamp": "2026-01-01T00:00:00Z"}],
            "amount": [{"value": f"{number}00.25", "timestamp": "2026-01-01T00:00:00Z"}]}  # fmt: skip
    told = {
        "dealname": f"Deal {number}",
        "amount": f"{number}00.25",
        "dealstage": stage,
        "pipeline": "default",
        "closedate": "2026-04-15T00:00:00Z" if stage == "won" else "2026-12-31T00:00:00Z",
    }
    return record(number, **told, hubspot_owner_id="9", **more) | {"history": past}


def crm(**settings: Any) -> HubSpot:
    objects: dict[str, list[dict[str, Any]]] = {path: [] for path in PROPERTIES}
    objects |= {"companies": [company(n) for n in range(1, 8)], "contacts": [contact(n) for n in range(21, 24)]}
    objects |= {"deals": [deal(31), deal(32, "won"), deal(33)]}
    objects["meetings"] = [
        record(
            41,
            hs_meeting_start_time="2026-05-04T10:00:00Z",
            hs_meeting_end_time="2026-05-04T10:45:00Z",
            hs_meeting_outcome="COMPLETED",
            hubspot_owner_id="9",
        )
    ]
    links = {("deals", "companies"): [("31", "2", 341), ("31", "1", 5), ("32", "1", 5), ("33", "3", 5)],
             ("meetings", "contacts"): [("41", "21", 200), ("41", "22", 200)], ("meetings", "companies"): [("41", "1", 188)]}  # fmt: skip
    owners = [{"id": "9", "email": "una@us.example", "firstName": "Una", "lastName": "U", "teams": [{"id": "1", "name": "North", "primary": True}]},
              {"id": "8", "email": "old@us.example", "firstName": "Old", "lastName": "O", "archived": True}]  # fmt: skip
    pipelines = {"deals": [{"id": "default", "label": "Sales", "stages": STAGES}]}
    return HubSpot(objects, PROPERTIES, links, owners, pipelines, **settings)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hubspot, "FOUND_AT_ONCE", 2)
    (tmp_path / "secrets.env").write_text("HUBSPOT_TOKEN=hush-token\nREFRESH=hush-refresh\nID=hush-id\n")
    return tmp_path


def fetch(api: Api, folder: Path, name: str = "crm", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    token = {} if "refresh_token" in keys else {"access_token": "${HUBSPOT_TOKEN}"}
    few = {"tables": ["company", "contact", "deal", "meetings", "owner", "deal_pipeline"]}
    source = hubspot.Settings.model_validate({"url": api.url, **patience, **token, **few, **keys})
    return hubspot.fetch(name, source, folder, folder / f"{name}.duckdb")


GRANT = {"client_id": "${ID}", "client_secret": "${ID}", "refresh_token": "${REFRESH}"}


def test_properties_links_and_history_come_as_they_are(folder: Path) -> None:
    with running(crm()) as api:
        assert fetch(api, folder).rows == 17
        limits = [len(asked.body) for asked in api.asked if asked.path.endswith("/search")]
        assert max(limits) < 1000, "a search takes no more than 3,000 characters"
    found = landed(folder)
    first = next(row for row in found["company"] if row["id"] == "1")
    assert (first["property_name"], first["property_annualrevenue"], first["property_region__c"]) == (
        "Company 1",
        1000.5,
        "EMEA",
    )
    assert (first["property_hs_is_target_account"], first["property_hs_parent_company_id"]) == (True, None)
    assert str(first["updated_at"]) == "2026-01-02 10:00:00"
    assert {(row["deal_id"], row["company_id"], row["type_id"]) for row in found["deal_company"]} == {
        ("31", "2", 341), ("31", "1", 5), ("32", "1", 5), ("33", "3", 5),
    }  # fmt: skip
    assert [(row["value"], str(row["date_entered"])[:10]) for row in found["deal_stage"] if row["deal_id"] == "32"] == [
        ("new", "2026-01-01"), ("won", "2026-02-01"),
    ]  # fmt: skip
    assert {(row["owner_id"], row["is_active"]) for row in found["owner"]} == {("9", True), ("8", False)}
    assert {(row["stage_id"], row["probability"], row["is_closed"]) for row in found["deal_pipeline_stage"]} == {
        ("new", 0.2, False), ("won", 1.0, True),
    }  # fmt: skip


def test_faults_on_the_way_change_nothing(folder: Path) -> None:
    with running(crm()) as api:
        fetch(api, folder, "plain")
        asked = len(api.asked)
        api.faults |= {asked + 1 + 3 * place: fault for place, fault in enumerate(FAULTS.values())}
        fetch(api, folder)
        assert not api.faults
    assert landed(folder) == landed(folder, "plain")


@pytest.mark.parametrize("trouble", [{"expires_after": 5}, {"again": True}])
def test_tokens_that_expire_and_pages_that_come_twice_change_nothing(folder: Path, trouble: dict[str, Any]) -> None:
    with running(crm()) as api:
        fetch(api, folder, "plain")
    restless = crm(**trouble)
    with running(restless) as api:
        grant = GRANT if "expires_after" in trouble else {}
        fetch(api, folder, **grant)
        assert fetch(api, folder, **grant).rows == 0
    assert restless.tokens > 4 or restless.again
    assert landed(folder) == landed(folder, "plain")


def test_a_fetch_that_dies_goes_on_after_its_last_page(folder: Path) -> None:
    with running(crm()) as api:
        fetch(api, folder, "plain")
        whole = len(api.asked)
        for number in (9, 25):
            name = f"crm{number}"
            for place in range(len(api.asked) + number, len(api.asked) + 200):
                api.faults[place] = FAULTS["500"]
            with pytest.raises(AccountlensError, match="answered 500"):
                fetch(api, folder, name)
            api.faults.clear()
            before = len(api.asked)
            assert fetch(api, folder, name).rows == 17
            assert len(api.asked) - before < whole, "what had come is not asked for again"
            assert landed(folder, name) == landed(folder, "plain")


def test_the_next_fetch_reads_what_changed_late_ones_too(folder: Path) -> None:
    there = crm()
    with running(there) as api:
        fetch(api, folder)
        asked = len(api.asked)
        assert fetch(api, folder).rows == 0
        read = [
            request
            for request in api.asked[asked:]
            if request.path.endswith("batch/read") and "objects" in request.path
        ]
        assert sum(len(request.json["inputs"]) for request in read) == 4, "the newest of each kind, and no more"
        there.objects["companies"][2]["properties"] |= {
            "name": "Renamed",
            "hs_lastmodifieddate": "2026-03-01T00:00:00Z",
        }
        there.objects["companies"].append(company(8))  # dated before the newest, found only now
        there.objects["companies"][-1]["properties"]["hs_lastmodifieddate"] = "2026-01-08T09:55:00Z"
        there.links["deals", "companies"].remove(("31", "2", 341))
        there.objects["deals"][0]["properties"] |= {"dealstage": "won", "hs_lastmodifieddate": "2026-03-01T00:00:00Z"}
        assert fetch(api, folder).rows == 3
        fetch(api, folder, "plain")
    assert landed(folder) == landed(folder, "plain")


def test_more_records_of_one_instant_than_a_search_gives_all_come(folder: Path) -> None:
    there = crm()
    there.objects["companies"] = [record(n, at="2026-01-01T00:00:00Z", name=f"C{n}") for n in range(1, 12)]
    with running(there) as api:
        fetch(api, folder, tables=["company"])
        assert len(landed(folder)["company"]) == 11
        assert there.results < 11


def test_what_was_deleted_merged_or_erased_is_known_to_be(folder: Path) -> None:
    there = crm()
    companies = there.objects["companies"]
    with running(there) as api:
        fetch(api, folder)
        companies[0]["archived"] = True
        companies[2]["properties"] |= {"hs_merged_object_ids": "2;777", "hs_lastmodifieddate": "2026-03-01T00:00:00Z"}
        del companies[1]
        erased = companies.pop()  # for good, under the law: nothing is said of it any more
        assert fetch(api, folder).rows == 5
        assert fetch(api, folder).rows == 0
    rows = {row["id"]: row for row in landed(folder)["company"]}
    assert {key for key, row in rows.items() if row["is_deleted"]} == {"1", "2", erased["id"], "777"}
    assert (rows["2"]["merged_into_id"], rows["777"]["merged_into_id"], rows["1"]["merged_into_id"]) == ("3", "3", None)


def test_an_archived_record_is_known_without_reading_all_ids(folder: Path) -> None:
    there = crm()
    with running(there) as api:
        fetch(api, folder)
        there.objects["companies"][3]["archived"] = True
        asked = len(api.asked)
        assert fetch(api, folder).rows == 1
        assert not [one for one in api.asked[asked:] if one.query.get("archived") == "false" and "objects" in one.path]
    assert [row["id"] for row in landed(folder)["company"] if row["is_deleted"]] == ["4"]


def test_properties_that_come_go_and_change_are_told(folder: Path) -> None:
    there = crm()
    there.properties = json.loads(json.dumps(PROPERTIES))
    with running(there) as api:
        assert fetch(api, folder).notes == ()
        there.properties["companies"]["segment"] = "enumeration"
        del there.properties["companies"]["region__c"]
        changed = {"segment": "S", "annualrevenue": "about 5", "hs_lastmodifieddate": "2026-03-01T00:00:00Z"}
        there.objects["companies"][0]["properties"] |= changed
        told = fetch(api, folder).notes
    assert [any(words in note for note in told) for words in (
        "the new column property_segment is kept", "the column property_region__c is no longer given",
        "property_annualrevenue held numbers and now holds text too, for example 'about 5'",
    )] == [True] * 3  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refused(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes"), "answered 403: .*Give the private app these scopes"),
        (Answer({"status": "error", "category": "RATE_LIMITS", "policyName": "DAILY", "message": "You have reached your daily limit."}, 429), "daily limit.*3 attempts were made.*used up"),
        (refused(401, "INVALID_AUTHENTICATION", "Authentication credentials not found."), "answered 401: .*Is the access token whole"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_said_with_what_to_do(folder: Path, answer: Answer, said: str) -> None:
    with running(crm()) as api:
        api.faults |= dict.fromkeys(range(1, 99), answer)
        with pytest.raises(AccountlensError, match=f"source 'crm': HubSpot.*{said}") as failed:
            fetch(api, folder)
    assert "hush" not in str(failed.value)


@pytest.mark.parametrize("keys", [{"access_token": None}, {"access_token": "pat-123"}, {"client_id": "${ID}"}])
def test_settings_that_make_no_sense_are_told(keys: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name an access_token, or client_id|write \$\{A_NAME\} here"):
        hubspot.Settings.model_validate({"access_token": "${HUBSPOT_TOKEN}", **keys})


def test_open_pipeline_and_conversations_from_hubspot(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = crm()
    there.objects["companies"][2]["properties"]["hs_merged_object_ids"] = "2"
    del there.objects["companies"][1]
    there.links["deals", "companies"] = [
        ("31", "2", 5),
        ("32", "1", 5),
        ("33", "3", 5),
    ]  # still points to the one merged
    monkeypatch.setenv("HUBSPOT_TOKEN", "hush-token")
    say = saying(folder / "company", capsys)
    with running(there) as api:
        assert say("init", "--from", f"hubspot:{api.url}")[0] == 0
        code, _, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 0, err
    found = {}
    for kpi in ("pipeline_value_open", "conversations"):
        code, out, err = say("ask", kpi, "--by", "account_id", "--period", "2026-Q2", "--format", "json")
        assert code == 0, err
        rows = json.loads(out)["rows"]
        found[kpi] = {row["by"]["account_id"]: row["value"] for row in rows if row["value"] and row["by"]["account_id"]}
    assert found["pipeline_value_open"] == {"3": 6400.5}
    assert found["conversations"] == {"1": 2.0}
