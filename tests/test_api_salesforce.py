"""Salesforce: whatever goes wrong on the way, what lands is what a faultless fetch lands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.servers.api import FAULTS, Answer, Api, running
from tests.servers.salesforce import Salesforce

from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import salesforce

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


def fetch(api: Api, folder: Path, name: str = "crm", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    source = salesforce.Settings.model_validate({"url": api.url, **patience, **keys})
    return salesforce.fetch(name, source, folder, folder / f"{name}.duckdb")


def landed(folder: Path, name: str = "crm") -> dict[str, list[dict[str, Any]]]:
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
            kept = [
                {n: v for n, v in zip(names, row, strict=True) if not n.startswith("_dlt")} for row in rows.fetchall()
            ]
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
def test_a_fault_on_the_way_changes_nothing(folder: Path, fault: str) -> None:
    with running(crm()) as api:
        fetch(api, folder, "plain")
        asked = len(api.asked)
        for number in (1, 5, 8):  # the token, a page, a page after it
            api.faults[asked + number] = LIMIT if fault == "limit" else FAULTS[fault]
        fetch(api, folder)
        assert not api.faults
    assert landed(folder) == landed(folder, "plain")
