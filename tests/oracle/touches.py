"""Touches: what counts as one, and the first of an account."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.ground import Ground, Row

TOUCHES = ("call", "meeting", "message", "chat", "email_replied")
SENT = ("email_sent", "email_delivered", "email_bounced", "ad_impression")  # what we do, not people of an account


def touches(g: Ground) -> list[Row]:
    """Calls, meetings, messages, chats, replies, and mails sent by hand; not of bots nor of our own people."""
    return [
        {"direction": None, **row}
        for row in g.rows("activities")
        if (row["kind"] in TOUCHES or (row["kind"] == "email_sent" and not row.get("is_automated")))
        and not row.get("is_bot")
        and not g.is_internal(row["contact_id"])
    ]


def first_touches(g: Ground) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for row in g.once(touches):
        if row["account_id"]:
            found[row["account_id"]] = min(row["occurred_at"], found.get(row["account_id"], row["occurred_at"]))
    return found
