"""Salesforce: whatever goes wrong on the way, what lands is what a faultless fetch lands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.servers.api import FAULTS, Answer, Api, running
from tests.servers.salesforce import Salesforce

from accountlens.errors import AccountlensError
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import salesforce

Tables = dict[str, list[dict[str, Any]]]  # rows by table
LIMIT = Answer([{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}], 403)


def account(number: int, at: str = "2026-01-0{}T10:00:00.000+0000", **more: Any) -> dict[str, Any]:
    return {
        "Id": f"001{number:015d}", "IsDeleted": False, "MasterRecordId": None, "Name": f"Account {number}",
        "AnnualRevenue": 1000.5 * number, "SystemModstamp": at.format(number % 9 + 1), "ParentId": None,
        "BillingAddress": {"city": "Bonn"}, "BillingCity": "Bonn", "Region__c": "EMEA", **more,
    }  # fmt: skip


def opportunity(number: int, account_number: int, **more: Any) -> dict[str, Any]:
    return {
        "Id": f"006{number:015d}", "AccountId": f"001{account_number:015d}", "IsDeleted": False, "Name": f"Deal {number}",
        "StageName": "Proposal", "Amount": 100.25 * number, "IsWon": False, "IsClosed": False, "Probability": 50,
        "CreatedDate": "2026-01-01T08:00:00.000+0000", "CloseDate": "2026-12-31", "Type": "New Business",
        "SystemModstamp": f"2026-02-{number:02d}T10:00:00.000+0000", **more,
    }  # fmt: skip


def crm(**settings: Any) -> Salesforce:
    objects = {"Account": [account(n) for n in range(1, 6)], "Opportunity": [opportunity(n, n) for n in range(1, 4)]}
    return Salesforce(objects, **settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets.env").write_text("SALESFORCE_CLIENT_ID=hush-id\nSALESFORCE_CLIENT_SECRET=hush-secret\n")
    return tmp_path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What lands where nothing goes wrong."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "secrets.env").write_text("SALESFORCE_CLIENT_ID=hush-id\nSALESFORCE_CLIENT_SECRET=hush-secret\n")
    with running(crm()) as api:
        fetch(api, folder)
    return landed(folder)


def fetch(api: Api, folder: Path, name: str = "crm", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    source = salesforce.Settings.model_validate({"url": api.url, **patience, **keys})
    return salesforce.fetch(name, source, folder, folder / f"{name}.duckdb")


def landed(folder: Path, name: str = "crm") -> Tables:
    """Every table that lands, its rows by their ids, without what is for the loader alone."""
    with duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        tables = [
            row[0]
            for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'landed'").fetchall()
        ]
        found = {}
        for table in (table for table in tables if not table.startswith("_dlt")):
            rows = con.execute(f'SELECT * FROM landed."{table}"')
            names = [column[0] for column in rows.description or ()]
            kept = [{n: v for n, v in zip(names, row, strict=True) if not n.startswith("_")} for row in rows.fetchall()]
            found[table] = sorted(kept, key=lambda row: str(list(row.values())))
        return found


def test_all_fields_come_as_they_are(folder: Path) -> None:
    with running(crm()) as api:
        assert fetch(api, folder).rows == 8
    first = landed(folder)["account"][0]
    assert first["Region__c"] == "EMEA"
    assert str(first["SystemModstamp"]) == "2026-01-02 10:00:00"
    assert first["AnnualRevenue"] == 1000.5
    assert "BillingAddress" not in first


@pytest.mark.parametrize("fault", [*FAULTS, "limit"])
def test_a_fault_on_the_way_changes_nothing(folder: Path, plain: Tables, fault: str) -> None:
    with running(crm()) as api:
        for number in (1, 5, 8):  # the token, a page, a page after it
            api.faults[number] = LIMIT if fault == "limit" else FAULTS[fault]
        fetch(api, folder)
        assert not api.faults
    assert landed(folder) == plain


@pytest.mark.parametrize("trouble", [{"expires_after": 4}, {"again": True}])
def test_tokens_that_expire_and_pages_that_come_twice_change_nothing(
    folder: Path, plain: Tables, trouble: dict[str, Any]
) -> None:
    restless = crm(**trouble)
    with running(restless) as api:
        fetch(api, folder)
        assert fetch(api, folder).rows == 0
    assert restless.tokens > 2 or restless.again
    assert landed(folder) == plain


def test_a_fetch_that_dies_goes_on_after_its_last_page(folder: Path, plain: Tables) -> None:
    with running(crm()) as api:
        for pages in (1, 2, 3):
            file = f"crm{pages}"
            with pytest.raises(KeyboardInterrupt):
                die_after(api, folder, file, pages)
            assert landed(folder, file) == {}, "what has not come whole does not land"
            before = len(api.asked)
            assert fetch(api, folder, file).rows == 8
            again = [asked.query["q"] for asked in api.asked[before:] if "ORDER BY" in asked.query.get("q", "")]
            assert " WHERE SystemModstamp >= " in again[0], "not from the beginning"
            assert landed(folder, file) == plain


def die_after(api: Api, folder: Path, name: str, pages: int) -> None:
    """A fetch that ends, as if killed, once so many pages were taken in."""
    told = list[str]()

    def progress(what: str, done: int, total: int) -> None:
        told.extend([what] * ("records" in what))
        if len(told) == pages:
            raise KeyboardInterrupt

    source = salesforce.Settings.model_validate({"url": api.url})
    salesforce.fetch(name, source, folder, folder / f"{name}.duckdb", progress)


def test_the_last_whole_state_stays_until_all_has_come(folder: Path) -> None:
    there = crm()
    with running(there) as api:
        fetch(api, folder)
        before = landed(folder)
        there.objects["Account"][0] |= {"Name": "Renamed", "SystemModstamp": "2026-03-01T00:00:00.000+0000"}
        there.objects["Opportunity"][0] |= {"Amount": 7, "SystemModstamp": "2026-03-01T00:00:00.000+0000"}
        for number in range(len(api.asked) + 6, len(api.asked) + 30):
            api.faults[number] = FAULTS["500"]
        with pytest.raises(AccountlensError, match="answered 500: oops") as failed:
            fetch(api, folder)
        assert "3 attempts were made" in str(failed.value)
        assert "the last snapshot is served" in str(failed.value)
        assert landed(folder) == before
        api.faults.clear()
        assert fetch(api, folder).rows == 2
        fetch(api, folder, "plain")
    assert landed(folder) == landed(folder, "plain")
    assert landed(folder) != before


def test_what_was_deleted_merged_or_erased_is_known_to_be(folder: Path) -> None:
    there = crm()
    accounts = there.objects["Account"]
    later = {"SystemModstamp": "2026-03-01T00:00:00.000+0000"}
    with running(there) as api:
        fetch(api, folder)
        accounts[0] |= {"IsDeleted": True, **later}
        accounts[1] |= {"IsDeleted": True, "MasterRecordId": accounts[2]["Id"], **later}
        del accounts[4]  # out of the recycle bin: Salesforce says nothing of it any more
        assert fetch(api, folder).rows == 3
    rows = {row["Name"]: row for row in landed(folder)["account"]}
    assert [name for name, row in rows.items() if row["IsDeleted"]] == ["Account 1", "Account 2", "Account 5"]
    assert rows["Account 2"]["MasterRecordId"] == rows["Account 3"]["Id"]
    assert rows["Account 5"]["AnnualRevenue"] == 5002.5


def test_columns_that_come_go_and_change_are_told_and_nothing_is_lost(folder: Path) -> None:
    there = crm()
    with running(there) as api:
        assert fetch(api, folder).notes == ()
        for record in there.objects["Account"]:  # as when a field is added: no record is dated anew
            record["Segment__c"] = f"S{record['Name'][-1]}"
        there.hidden = {"Region__c"}
        told = fetch(api, folder)
        assert [note.partition(":")[2].partition(":")[0].strip() for note in told.notes] == [
            "the new column Segment__c is kept.",
            "the column Region__c is no longer given",
        ]
        rows = landed(folder)["account"]
        assert {row["Segment__c"] for row in rows} == {"S1", "S2", "S3", "S4", "S5"}
        assert "Region__c" not in rows[0]
        changed = {"AnnualRevenue": "about 5", "SystemModstamp": "2026-03-01T00:00:00.000+0000"}
        there.objects["Account"][0] |= changed
        there.hidden = set()
        told = fetch(api, folder)
    assert any(
        "AnnualRevenue held numbers and now holds text too, for example 'about 5'" in note for note in told.notes
    )
    assert any("Region__c is given again" in note for note in told.notes)
    revenues = {row["Name"]: row["AnnualRevenue"] for row in landed(folder)["account"]}
    assert revenues["Account 1"] == "about 5"
    assert revenues["Account 2"] == "2001.0"


def test_an_object_that_may_no_longer_be_read_lands_no_longer(folder: Path) -> None:
    there = crm()
    with running(there) as api:
        fetch(api, folder)
        hidden = there.objects.pop("Opportunity")
        assert (
            fetch(api, folder).notes[0].startswith("opportunity is no longer given: it was deleted, or may no longer")
        )
        assert set(landed(folder)) == {"account"}
        there.objects["Opportunity"] = hidden
        assert fetch(api, folder).rows == 3
    assert len(landed(folder)["opportunity"]) == 3


def test_an_object_of_many_fields_is_read_in_parts(
    folder: Path, plain: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(crm()) as api:
        monkeypatch.setattr(salesforce, "LONGEST", 60)
        fetch(api, folder)
        assert any(" WHERE Id IN (" in asked.query.get("q", "") for asked in api.asked)
    assert landed(folder) == plain


@pytest.mark.parametrize(
    ("faults", "secret", "said"),
    [
        (dict.fromkeys(range(1, 99), LIMIT), "hush-secret", "REQUEST_LIMIT_EXCEEDED: TotalRequests.*last 24 hours are used up"),
        ({}, "wrong-secret", "invalid client credentials.*client_id and client_secret"),
        (dict.fromkeys(range(1, 99), FAULTS["timeout"]), "hush-secret", "said nothing for 0.3 seconds, 3 times"),
    ],
)  # fmt: skip
def test_what_does_not_pass_is_said_with_what_to_do(
    folder: Path, faults: dict[int, Answer], secret: str, said: str
) -> None:
    (folder / "secrets.env").write_text(f"SALESFORCE_CLIENT_ID=hush-id\nSALESFORCE_CLIENT_SECRET={secret}\n")
    with running(crm()) as api:
        api.faults |= faults
        with pytest.raises(AccountlensError, match=f"source 'crm': .*{said}") as failed:
            fetch(api, folder)
    assert secret not in str(failed.value)


def test_a_link_to_another_host_is_not_followed_with_our_token(folder: Path) -> None:
    def elsewhere(answer: Answer) -> Answer:
        if isinstance(answer.body, dict) and "nextRecordsUrl" in answer.body:
            return Answer({**answer.body, "nextRecordsUrl": "http://localhost:9/steal"})
        return answer

    there = crm()
    with (
        running(lambda asked: elsewhere(there(asked))) as api,
        pytest.raises(AccountlensError, match="another host than 127"),
    ):
        fetch(api, folder)
