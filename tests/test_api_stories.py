"""From an API's key to a number: init, refresh, ask; what the system does then, and what is said of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Answer, running
from tests.test_api_salesforce import crm
from tests.test_api_stripe import BEGAN, item, shop, subscription
from tests.workspaces import Say, saying

from accountlens.catalog.settings import load_settings
from accountlens.refresh import land_sources, workbench
from accountlens.sources.adopt import adopt, write_adopted
from accountlens.sources.origin import find_origin

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
        there.objects["Opportunity"][0] |= {"Amount": "about five", "SystemModstamp": "2026-03-01T00:00:00.000+0000"}
        code, out, err = say("refresh", "--as-of", "2026-06-30")
        assert code == 0
        assert "Amount held numbers and now holds text too, for example 'about five'" in " ".join((out + err).split())
        assert "amount 'about five' is no number" in say("quarantine")[1]
        pipeline[accounts[0]["Id"]] = 200.5
        assert values(say, "pipeline_value_open", "account_id", "2026-Q2") == pipeline
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
        asked = len(api.asked)
        assert "stands here already" in say("init", "--from", f"stripe:{api.url}")[2]
        assert len(api.asked) == asked, "nothing is fetched for nothing"
        assert say("refresh")[0] == 0
        there.change("sub_3", items={"object": "list", "data": [item(4, 1000)], "has_more": False})
        assert say("refresh")[0] == 0
        month = f"{datetime.now(UTC):%Y-%m}"
        assert values(say, "mrr", "account_id", month) == {"cus_1": 30.0, "cus_2": 29.8, "cus_3": 20.0}


def test_what_accounts_were_from_salesforces_own_history(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(number: int, day: int, field: str, old: str | None, new: str | None) -> dict[str, Any]:
        at = f"2026-02-{day:02d}T00:00:00.000+0000"
        about = {"AccountId": f"001{1:015d}", "Field": field, "OldValue": old, "NewValue": new, "CreatedDate": at}
        return {"Id": f"017{number:015d}", "IsDeleted": False, **about}

    there = crm()
    for one in there.objects["Account"]:
        one["CreatedDate"] = "2026-01-01T00:00:00.000+0000"
    there.objects["AccountHistory"] = [
        change(1, 3, "Owner", "Ann", "Bob"), change(2, 3, "Owner", "005A", "005B"), change(3, 9, "Owner", "005B", "005C"),
        change(4, 5, "Industry", None, "Energy"), change(5, 7, "Industry", "Energy", None), change(6, 8, "Phone", "1", "2"),
    ]  # fmt: skip
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"SALESFORCE_{name}", f"hush-{name.rpartition('_')[2].lower()}")
    with running(there) as api:
        write_adopted(adopt(find_origin(f"salesforce:{api.url}"), "api/salesforce", None, small), small)
    with workbench() as con:
        land_sources(con, load_settings(small), small, lambda *_: None, kept_in=small / "store/landed")
        mapping = (small / "entities/account_history.sql").read_text(encoding="utf-8")
        days = "strftime(valid_from, '%m-%d'), strftime(valid_to, '%m-%d')"
        found = con.execute(f"SELECT attribute, value, {days} FROM ({mapping}) ORDER BY 1, 3").fetchall()
    assert found == [
        ("industry", "Energy", "02-05", "02-07"),
        ("owner_id", "005A", "01-01", "02-03"),
        ("owner_id", "005B", "02-03", "02-09"),
        ("owner_id", "005C", "02-09", None),
    ]


def test_what_stripe_sells_in_other_ways(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years, yen, discounts for ever and for once, metered prices, trials that ended without a bill."""

    def off(coupon: str) -> dict[str, Any]:
        return {"discounts": [{"id": f"di_{coupon}", "source": {"coupon": coupon}, "start": BEGAN, "end": None}]}

    def coupon(key: str, **more: Any) -> dict[str, Any]:
        return {
            "id": key,
            "object": "coupon",
            "created": BEGAN,
            "percent_off": None,
            "amount_off": None,
            "duration": "forever",
            **more,
        }

    year, metered = ({"recurring": {"interval": "year"}}, {"recurring": {"interval": "month", "usage_type": "metered"}})
    ended = {"trial_end": BEGAN + 86_400, "ended_at": BEGAN + 3_600}
    there = shop()
    there.objects["coupon"] = [
        coupon("TENTH", percent_off=10),
        coupon("ONCE", percent_off=50, duration="once"),
        coupon("FIVE", amount_off=500),
    ]
    there.objects["subscription"] = [
        subscription(1, item(1, 2500), item(2, 120_000, **year), item(3, 9, **metered), **off("TENTH")),
        subscription(2, item(4, 9000, currency="jpy"), **off("ONCE")),
        subscription(3, item(5, 1000), **off("FIVE")),
        subscription(4, item(6, 1), **ended),
        subscription(5, item(7, 1), status="incomplete"),
    ]  # fmt: skip
    monkeypatch.setenv("STRIPE_API_KEY", "hush-key")
    with running(there) as api:
        write_adopted(adopt(find_origin(f"stripe:{api.url}"), "api/stripe", None, small), small)
    with workbench() as con:
        land_sources(con, load_settings(small), small, lambda *_: None, kept_in=small / "store/landed")
        monthly = "round(price * quantity * (1 - coalesce(discount, 0)) / billing_months, 6)"
        mapping = (small / "entities/subscriptions.sql").read_text(encoding="utf-8")
        found = con.execute(f"SELECT subscription_id, {monthly}, currency FROM ({mapping}) ORDER BY 1").fetchall()
    assert found == [("si_1", 45.0, "USD"), ("si_2", 180.0, "USD"), ("si_4", 18000.0, "JPY"), ("si_5", 15.0, "USD")]
