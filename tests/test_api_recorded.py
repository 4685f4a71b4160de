"""Recorded records of Salesforce and Stripe, given by an API: every value lands as it was.

Accounts, assets and a lead's history were recorded at Salesforce (airbyte_records); contacts and reservations of the
Easy Spaces app have ids, stamps and flags of our own, since their export has none. Stripe's are its published examples.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, running
from tests.servers.salesforce import Salesforce
from tests.servers.stripe import Stripe
from tests.test_api_salesforce import fetch as fetch_salesforce
from tests.test_api_salesforce import landed
from tests.test_api_stripe import fetch as fetch_stripe

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
OBJECTS = {"Account": 10, "Asset": 10, "LeadHistory": 1, "Contact": 8, "Reservation__c": 6}
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the public sets are not beside this checkout (../shared)")


def recorded() -> dict[str, list[dict[str, Any]]]:
    text = (SHARED / "airbyte_records/salesforce.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    objects = {name: [dict(one["data"]) for one in lines if one["stream"] == name] for name in list(OBJECTS)[:3]}
    spaces = {"Contact": "Contacts", "Reservation__c": "Reservation__cs"}
    return objects | {
        name: list(of_tree(SHARED / f"salesforce_easy_spaces/{file}.json")) for name, file in spaces.items()
    }


def of_tree(path: Path) -> Iterator[dict[str, Any]]:
    """Records as the Salesforce CLI exports them; `@AccountRef1` stands for an id."""
    for number, record in enumerate(json.loads(path.read_text(encoding="utf-8"))["records"]):
        own = {"Id": "@" + record.pop("attributes")["referenceId"], "IsDeleted": False}
        yield own | {"SystemModstamp": f"2022-01-{number + 1:02d}T00:00:00.000+0000"} | record


@pytest.mark.parametrize("fault", [None, "cut"])
def test_every_value_that_salesforce_gave_lands_as_it_was(tmp_path: Path, fault: str | None) -> None:
    (tmp_path / "secrets.env").write_text("SALESFORCE_CLIENT_ID=hush-id\nSALESFORCE_CLIENT_SECRET=hush-secret\n")
    objects = recorded()
    with running(Salesforce(objects, page=4)) as api:
        api.faults |= {number: FAULTS[fault] for number in (5, 9, 14) if fault}
        assert fetch_salesforce(api, tmp_path, tables=list(OBJECTS)).rows == sum(map(len, objects.values()))
    found = landed(tmp_path)
    assert {name: len(rows) for name, rows in found.items()} == {
        "account": 10, "asset": 10, "lead_history": 1, "contact": len(objects["Contact"]), "reservation_c": len(objects["Reservation__c"]),
    }  # fmt: skip
    for name, records in objects.items():
        rows = {row["Id"]: row for row in found[name.lower().replace("__c", "_c").replace("leadh", "lead_h")]}
        for record in records:
            for field, value in record.items():
                if field != "attributes" and not isinstance(value, dict):
                    assert same(rows[record["Id"]].get(field), value), (name, field, value)


def same(landed: Any, given: Any) -> bool:
    """A number or a text as it was; an instant as the same in UTC."""
    if isinstance(landed, datetime):
        return landed.replace(tzinfo=UTC) == datetime.fromisoformat(given)
    return bool(landed == given)


def test_every_object_that_stripe_shows_lands_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("STRIPE_API_KEY=hush-key\n")
    shown = json.loads((SHARED / "stripe_fixtures/fixtures3.json").read_text(encoding="utf-8"))["resources"]
    names = ("customer", "subscription", "product", "coupon", "invoice", "price")
    with running(Stripe({name: [shown[name]] for name in names})) as api:
        assert fetch_stripe(api, tmp_path, tables=list(names)).rows == 6
    found = landed(tmp_path, "pay")
    (subscription,), (item,), (line,) = found["subscription"], found["subscription_item"], found["invoice_line_item"]
    assert subscription["customer"] == shown["customer"]["id"]
    assert str(subscription["start_date"]) == str(datetime.fromtimestamp(shown["subscription"]["start_date"], UTC))[:19]
    assert json.loads(subscription["automatic_tax"]) == shown["subscription"]["automatic_tax"]
    assert (item["subscription"], item["price_unit_amount"]) == (subscription["id"], 2000)
    assert item["price_unit_amount_decimal"] == "2000"
    assert item["price_recurring_interval"] == "month"
    assert (line["invoice"], line["amount"]) == (found["invoice"][0]["id"], 1000)
    assert found["coupon"][0]["percent_off"] == shown["coupon"]["percent_off"]
