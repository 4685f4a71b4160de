"""What the header lines of a mail say: who wrote to whom and when, as rows of activities. Never a subject or a body.

One row for each person outside, sent (`email_sent`), answered (`email_replied`) or received (`message`). The account is
found by the column `email`. Copies of one mail have the same ids, so that several mailboxes give it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

import pyarrow as pa

from accountlens.sources.people import is_own, once_each, part_id

TABLE = "activities"
HEADERS = (
    "From", "To", "Cc", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted", "Precedence", "List-Id",
    "List-Unsubscribe",
)  # fmt: skip
TEXTS = ("activity_id", "kind", "direction", "channel", "email", "employee_email", "message_id")
SCHEMA = pa.schema(
    [*((name, pa.string()) for name in TEXTS), ("is_automated", pa.bool_()), ("occurred_at", pa.timestamp("us", "UTC"))]
)
Row = dict[str, object]


@dataclass(frozen=True)
class Mail:
    """Rows of people outside; none where it went between our own. `lacks` names what can't be read."""

    id: str
    rows: tuple[Row, ...] = ()
    lacks: str = ""


def read_mail(header: bytes, own: Sequence[str], arrived: datetime | None = None) -> Mail:
    """The rows of one mail; `arrived` is when a server took it in, and stands where it has no date of its own."""
    message = message_from_bytes(header, policy=policy.compat32)
    name = str(message.get("Message-ID", "")).strip("<> \t\r\n") or hashlib.sha256(header).hexdigest()[:32]
    senders, at = _people(message, "From"), _instant(message) or arrived
    if at is None or not senders:
        return Mail(name, lacks="date" if at is None else "sender")
    sender, others = senders[0], _people(message, "To", "Cc")
    sent = is_own(sender, own)
    outside = [person for person in others if not is_own(person, own)] if sent else [sender]
    inside = sender if sent else next((person for person in others if is_own(person, own)), None)
    common = {
        "occurred_at": at,
        "kind": "email_sent" if sent else "email_replied" if message.get("In-Reply-To") else "message",
        "direction": "outbound" if sent else "inbound",
        "channel": "email",
        "employee_email": inside,
        "message_id": name,
        "is_automated": _is_automated(message),
    }
    return Mail(name, tuple({"activity_id": part_id(name, person), "email": person, **common} for person in outside))


def _people(message: Message, *headers: str) -> list[str]:
    found = getaddresses([str(value) for header in headers for value in message.get_all(header, [])])
    return once_each(address for _, address in found)


def _instant(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _is_automated(message: Message) -> bool:
    """RFC 3834, and what lists and bulk mail say of themselves."""
    told = str(message.get("Auto-Submitted", "no")).lower().strip()
    bulk = str(message.get("Precedence", "")).lower().strip() in ("bulk", "list", "junk")
    return told != "no" or bulk or "List-Unsubscribe" in message or "List-Id" in message
