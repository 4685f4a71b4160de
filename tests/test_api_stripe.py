"""Stripe: listed once, then followed by its events; whatever goes wrong on the way, the same lands."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.servers.api import FAULTS, Api, running
from tests.servers.stripe import Stripe
from tests.test_api_salesforce import Tables, landed

from accountlens.errors import AccountlensError
from accountlens.sources.kept import Fetched
from accountlens.sources.kinds import stripe

BEGAN = int(time.time()) - 1_000_000


def customer(number: int) -> dict[str, Any]:
    return {
        "id": f"cus_{number}", "object": "customer", "created": BEGAN + number, "name": f"Customer {number}",
        "email": f"bill@c{number}.example", "description": None, "currency": "usd", "metadata": {"tier": "gold"},
        "address": {"country": "DE", "state": None},
    }  # fmt: skip


def item(number: int, cents: int, **price: Any) -> dict[str, Any]:
    recurring = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    told = {
        "id": f"price_{number}",
        "product": "prod_1",
        "currency": "usd",
        "unit_amount": cents,
        "recurring": recurring,
    }
    decimal = {"unit_amount_decimal": str(cents)}
    return {
        "id": f"si_{number}",
        "object": "subscription_item",
        "created": BEGAN + number,
        "quantity": 2,
        "price": told | decimal | price,
    }


def subscription(number: int, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"sub_{number}", "object": "subscription", "created": BEGAN + number, "customer": f"cus_{number}",
        "status": "active", "start_date": BEGAN, "trial_end": None, "ended_at": None, "canceled_at": None,
        "items": {"object": "list", "data": list(items), "has_more": False}, "discounts": [], **more,
    }  # fmt: skip


def shop(**settings: Any) -> Stripe:
    quarter_off = {
        "id": "di_1",
        "object": "discount",
        "source": {"type": "coupon", "coupon": "QUARTER"},
        "start": BEGAN,
        "end": None,
    }
    objects = {
        "customer": [customer(n) for n in range(1, 6)],
        "subscription": [subscription(1, item(1, 1000), item(2, 500)), subscription(2, item(3, 2000), discounts=[quarter_off]), subscription(3, item(4, 99))],
        "product": [{"id": "prod_1", "object": "product", "created": BEGAN, "name": "Seats", "type": "service", "active": True}],
        "coupon": [{"id": "QUARTER", "object": "coupon", "created": BEGAN, "percent_off": 25.5, "amount_off": None, "currency": None, "duration": "forever"}],
    }  # fmt: skip
    there = Stripe(objects, now=BEGAN + 900_000, **settings)
    there.happens("updated", objects["customer"][0])
    return there


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secrets.env").write_text("STRIPE_API_KEY=hush-key\n")
    return tmp_path


def fetch(api: Api, folder: Path, name: str = "pay", **keys: Any) -> Fetched:
    patience = {"backoff_seconds": 0.01, "timeout_seconds": 0.3, "attempts": 3}
    source = stripe.Settings.model_validate({"url": api.url, **patience, **keys})
    return stripe.fetch(name, source, folder, folder / f"{name}.duckdb")


def changed(there: Stripe) -> None:
    """A day at the shop."""
    there.change("sub_1", items={"object": "list", "data": [item(1, 3000)], "has_more": False})
    there.change("sub_3", status="canceled", ended_at=there.now)
    there.add({**customer(6), "created": there.now})
    there.delete("cus_5")
    there.change("prod_1", name="Chairs")


def test_a_listing_then_what_events_tell(folder: Path) -> None:
    there = shop()
    with running(there) as api:
        assert fetch(api, folder).rows == 10
        first = landed(folder, "pay")
        assert fetch(api, folder).rows == 0
        changed(there)
        before = len(api.asked)
        assert fetch(api, folder).rows == 5
        assert not [asked for asked in api.asked[before:] if asked.path == "/v1/customers"], "nothing is listed again"
        fetch(api, folder, "plain")
    assert [row["price_unit_amount"] for row in first["subscription_item"]] == [1000, 500, 2000, 99]
    assert first["subscription_discount"][0]["source_coupon"] == "QUARTER"
    assert first["coupon"][0]["percent_off"] == 25.5
    assert str(first["subscription"][0]["start_date"]).startswith("20")
    assert first["customer"][0]["address_country"] == "DE"
    now, plain = landed(folder, "pay"), landed(folder, "plain")
    gone = {row["id"]: row["is_deleted"] for row in now["customer"]}
    assert gone.pop("cus_5") is True
    assert set(gone.values()) == {None}
    assert [row for row in now.pop("customer") if row["id"] != "cus_5"] == plain.pop("customer")
    assert now == plain


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What lands where nothing goes wrong."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "secrets.env").write_text("STRIPE_API_KEY=hush-key\n")
    there = shop()
    with running(there) as api:
        fetch(api, folder)
        changed(there)
        fetch(api, folder)
    return landed(folder, "pay")


@pytest.mark.parametrize("fault", [*FAULTS, "again"])
def test_a_fault_on_the_way_changes_nothing(folder: Path, plain: Tables, fault: str) -> None:
    there = shop(again=fault == "again")
    with running(there) as api:
        for turn in range(2):
            if fault != "again":
                api.faults |= {len(api.asked) + number: FAULTS[fault] for number in (1, 3)}
            fetch(api, folder)
            assert not api.faults
            if turn == 0:
                changed(there)
    assert landed(folder, "pay") == plain


def test_events_in_any_order_give_what_is_there_now(folder: Path) -> None:
    there = shop()
    with running(there) as api:
        fetch(api, folder)
        there.change("sub_3", status="past_due")
        there.change("sub_3", status="active", quantity=1)
        there.events[-2:] = [
            {**there.events[-2], "created": there.now},
            {**there.events[-1], "created": there.now - 60},
        ]
        fetch(api, folder)
    (third,) = [row for row in landed(folder, "pay")["subscription"] if row["id"] == "sub_3"]
    assert third["status"] == "active"


def test_a_listing_that_dies_goes_on(folder: Path) -> None:
    there = shop()
    with running(there) as api:
        fetch(api, folder, "plain")
        for number in (3, 6, 9):
            name, start = f"pay{number}", len(api.asked)
            api.faults |= {start + number + again: FAULTS["500"] for again in range(3)}
            with pytest.raises(AccountlensError, match="3 attempts"):
                fetch(api, folder, name)
            assert landed(folder, name) == {}
            fetch(api, folder, name)
            assert landed(folder, name) == landed(folder, "plain")


def test_after_a_pause_longer_than_stripe_remembers_all_is_listed_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = shop()
    with running(there) as api:
        fetch(api, folder)
        changed(there)
        there.events.clear()
        monkeypatch.setattr(stripe, "REMEMBERED_SECONDS", 1)
        assert fetch(api, folder).rows == 5
        fetch(api, folder, "plain")
    rows = {row["id"]: row["is_deleted"] for row in landed(folder, "pay")["customer"]}
    assert rows["cus_5"] is True
    assert landed(folder, "pay")["subscription_item"] == landed(folder, "plain")["subscription_item"]


def test_a_wrong_key_is_said_and_not_shown(folder: Path) -> None:
    (folder / "secrets.env").write_text("STRIPE_API_KEY=hush-wrong\n")
    with (
        running(shop()) as api,
        pytest.raises(AccountlensError, match=r"401: Invalid API Key.*Is the key whole") as failed,
    ):
        fetch(api, folder)
    assert "hush-wrong" not in str(failed.value)
