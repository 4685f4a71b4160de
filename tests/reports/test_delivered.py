"""A review as it is sent: of the recipient's own accounts, with pictures that mail programs show."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from accountlens.delivery.making import Occasion, kinds, maker, options_of
from accountlens.delivery.pictures import add_page, taken_out
from accountlens.errors import AccountlensError
from accountlens.workspace import Workspace


def test_a_review_is_sent_of_the_recipients_own_accounts(known: Workspace) -> None:
    assert "review" in kinds()
    options = options_of("review", {"cadence": "monthly", "files": "xlsx, md"})
    mine = known.seen_by(frozenset({"A1"}))
    maker("review").check(mine, options)
    parcel = maker("review").make(Occasion(mine, None, "Ann's accounts", "Monday", datetime(2026, 10, 1, 6)), options)
    assert parcel is not None
    assert parcel.subject == "Monthly review, September 2026: the whole company"
    assert "Made of the 1 account that its reader sees" in parcel.text
    assert "Bolt" not in parcel.text + parcel.html
    assert [one.name.rpartition(".")[2] for one in parcel.attachments] == ["xlsx", "md"]
    mail = EmailMessage()
    mail.set_content(parcel.text)
    add_page(mail, parcel.html)
    for one in parcel.attachments:
        mail.add_attachment(one.content, maintype="application", subtype="octet-stream", filename=one.name)
    read = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(read, EmailMessage)
    page = read.get_body(("html",))
    assert page is not None
    addresses = re.findall(r'src="cid:([^"]+)"', page.get_content())
    ids = {part["Content-ID"]: part for part in read.walk() if part["Content-ID"]}
    assert addresses
    assert {f"<{one}>" for one in addresses} == set(ids)
    assert all(part.get_payload(decode=True).startswith(b"\x89PNG") for part in ids.values())
    assert "data:" not in page.get_content()
    assert len(list(read.iter_attachments())) == 2


def test_a_page_without_pictures_stays_as_it_is() -> None:
    assert taken_out("<p>Nothing</p>") == ("<p>Nothing</p>", [])


@pytest.mark.parametrize(
    ("given", "told"),
    [({"cadence": "daily"}, "cadence"), ({"cadence": "weekly", "files": "doc"}, "not made as 'doc'"), ({}, "missing")],
)
def test_options_that_no_review_has_are_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(AccountlensError, match=told):
        options_of("review", given)


def test_whom_it_is_for_is_looked_at_before_anything_is_sent(known: Workspace) -> None:
    with pytest.raises(AccountlensError, match="belongs to the owner 'Zed'"):
        maker("review").check(known, options_of("review", {"cadence": "monthly", "audience": "owner:Zed"}))
