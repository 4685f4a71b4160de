"""From an API's key to a number: init, refresh, ask; what the system does then, and what is said of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Answer, running
from tests.test_api_salesforce import crm
from tests.test_api_stripe import item, shop
from tests.workspaces import Say, saying

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace to be."""
    return tmp_path / "company"


def values(say: Say, kpi: str, by: str, period: str) -> dict[str, Any]:
    code, out, err = say("ask", kpi, "--by", by, "--period", period, "--format", "json")
    assert code == 0, err
    return {row["by"][by]: row["value"] for row in json.loads(out)["rows"] if row["by"][by]}


def test_open_pipeline_by_account_from_salesforce(
    small: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = crm()
    accounts = there.objects["Account"]
    accounts[1] |= {"IsDeleted": True, "MasterRecordId": accounts[0]["Id"]}
    say = saying(small, capsys)
    with running(there) as api:
        monkeypatch.setenv("SALESFORCE_URL", api.url)
        monkeypatch.setenv("SALESFORCE_CLIENT_ID", "hush-id")
        monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", "hush-secret")
        api.faults[9] = FAULTS["500"]
        assert say("init", "--from", "salesforce")[0] == 0
        asked = len(api.asked)
        code, _, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 0, err
        again = [request.query["q"] for request in api.asked[asked:] if "q" in request.query]
        assert all("SystemModstamp >=" in query or "count()" in query for query in again), "init has fetched all"
        pipeline = values(say, "pipeline_value_open", "account_id", "2026-Q2")
        assert pipeline == {accounts[0]["Id"]: 300.75, accounts[2]["Id"]: 300.75}
        there.hidden = {"Region__c"}
        code, _, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 1
        assert "entities/accounts.sql" in err
        assert "salesforce.account gives Region__c no longer" in " ".join(err.split())
        assert values(say, "pipeline_value_open", "account_id", "2026-Q2") == pipeline
    written = [path.read_bytes() for path in small.rglob("*") if path.is_file()]
    assert not [one for one in written if b"hush-" in one or b"token-1" in one]


def test_recurring_revenue_by_account_from_stripe(
    small: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shop()
    say = saying(small, capsys)
    with running(there) as api:
        monkeypatch.setenv("STRIPE_API_KEY", "hush-key")
        api.faults[4] = Answer({"error": {"message": "not now"}}, 403)
        code, _, err = say("init", "--from", f"stripe:{api.url}")
        assert code == 1
        assert "Stripe answered 403: not now" in err
        api.faults.clear()
        asked = len(api.asked)
        assert say("init", "--from", f"stripe:{api.url}")[0] == 0
        assert "created[lte]" in api.asked[asked].query, "it goes on where it died"
        assert say("refresh")[0] == 0
        there.change("sub_3", items={"object": "list", "data": [item(4, 1000)], "has_more": False})
        assert say("refresh")[0] == 0
        month = f"{datetime.now(UTC):%Y-%m}"
        assert values(say, "mrr", "account_id", month) == {"cus_1": 30.0, "cus_2": 29.8, "cus_3": 20.0}
