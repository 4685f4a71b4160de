"""What becomes of alerts where their mail does not go as it should, and in channels that are for all."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.delivery.conftest import ME, House, minutes
from tests.delivery.mail import Mailbox
from tests.delivery.test_sending import MAIL

from accountlens.alerts import kept
from accountlens.alerts.check import check
from accountlens.alerts.rules import Rule
from accountlens.delivery import log, sending
from accountlens.delivery.log import Status
from accountlens.delivery.plans import Draft, add
from accountlens.delivery.recipients import recipients_of
from accountlens.errors import AccountlensError

RULE = {"label": "Sales are low", "when": {"kind": "threshold", "kpi": "sales_revenue", "below": 2000}}
NOON = datetime(2026, 6, 1, 12)


@pytest.fixture
def alerting(house: House, post: Mailbox) -> House:
    """Every account sold less than 2,000 in May; Ann owns two of them, Ben one."""
    house.channels(f"{MAIL.format(port=post.port)}\narchive: {{type: folder, path: sent}}")
    kept.save(house.workspace.store, ME, {"low": Rule.model_validate(RULE)}, {"low": True})
    assert not check(house.workspace).faults
    return house


def digest(house: House, name: str, channel: str, *to: str, audience: str | None = None) -> None:
    store = house.workspace.store
    who = recipients_of(store, list(to), audience, addressed=bool(to))
    id_ = add(store, ME, Draft(name, "alerts", {}, "every 15 minutes", channel, True, False, who))
    house.begin(id_, NOON)


def test_what_did_not_arrive_is_told_by_the_next_try_and_what_may_have_is_not_told_again(
    alerting: House, post: Mailbox
) -> None:
    digest(alerting, "Alerts", "mail", "ben@acme.example")
    post.refuse["RCPT"] = "451 later"
    alerting.run(NOON + minutes(15))
    post.refuse.clear()
    post.breaks = "after"
    alerting.run(NOON + minutes(16))
    assert [one.status for one in alerting.log()] == [Status.UNKNOWN]
    post.breaks = ""
    alerting.run(NOON + minutes(30))
    assert post.to.count("ben@acme.example") == 1


def test_each_delivery_tells_them_by_itself_and_a_channel_for_all_tells_all(alerting: House, post: Mailbox) -> None:
    digest(alerting, "Mails", "mail", "ann@acme.example", "eve@else.example", audience="ann@acme.example")
    digest(alerting, "Kept", "archive", audience="all")
    alerting.run(NOON + minutes(15))
    assert sorted(post.to) == ["ann@acme.example", "eve@else.example"]
    (place,) = (alerting.folder / "sent").iterdir()
    text = (place / "text.txt").read_text(encoding="utf-8")
    assert all(name in text for name in ("Alder", "Birch", "Cedar", "Of all accounts."))
    assert "<h1" in (place / "index.html").read_text(encoding="utf-8")


def test_a_mail_that_went_out_is_not_sent_again_where_noting_it_fails(
    alerting: House, post: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest(alerting, "Alerts", "mail", "ben@acme.example")
    taken = log.step

    def full(store: object, id_: str, before: object, after: Status, **more: object) -> bool:
        if after is Status.SENT:
            raise AccountlensError("Cannot note a sending: the disk is full.")
        return taken(store, id_, before, after, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "step", full)
    alerting.run(NOON + minutes(15))
    monkeypatch.undo()
    assert [one.status for one in alerting.log()] == [Status.UNKNOWN]
    alerting.run(NOON + minutes(20))
    assert len(post.mails) == 1
