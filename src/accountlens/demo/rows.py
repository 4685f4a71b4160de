"""Activity rows before they become a table: plain numbers by column, one set of columns per stream."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from accountlens.demo.draw import labels, times, words
from accountlens.demo.moment import Stage
from accountlens.demo.opportunities import deal_ids
from accountlens.demo.scale import Array
from accountlens.demo.vocabulary import CHANNELS

KINDS = ("page_view", "email_sent", "email_delivered", "email_bounced", "email_opened", "email_clicked",
         "email_replied", "unsubscribed", "content_downloaded", "form_submitted", "event_registered",
         "event_attended", "social_interaction", "ad_impression", "ad_clicked", "call", "meeting", "message",
         "chat")  # fmt: skip
WEIGHTS = np.array([1, 0, 0, 0, 0.5, 2, 5, 0, 5, 5, 2, 10, 1, 0, 1, 8, 15, 2, 3])
KIND = {name: index for index, name in enumerate(KINDS)}
STATUSES = (
    "completed",
    "no_answer",
    "voicemail",
    "cancelled",
    "no_show",
    "hard",
    "soft",
    "registered",
    "attended",
)
STATUS = {name: index for index, name in enumerate(STATUSES)}
CHANNEL = {name: index for index, name in enumerate(CHANNELS)}
INBOUND, OUTBOUND = 0, 1
NUMBERS_PER_MONTH = 1 << 24  # room for the sessions and the messages of one month

NUMBERS = ("kind", "account", "contact", "employee", "direction", "channel", "campaign", "deal", "session",
           "message", "minutes", "status")  # fmt: skip
FLAGS = ("automated", "bot")

Rows = dict[str, Array]


def rows(at: Array, **given: Array | int | bool) -> Rows:
    """Rows of one stream; what is not given is empty."""
    n = len(at)
    made: Rows = {"at": at}
    for name in NUMBERS:
        made[name] = np.broadcast_to(np.asarray(given.get(name, -1), dtype=np.int64), n)
    for name in FLAGS:
        made[name] = np.broadcast_to(np.asarray(given.get(name, False), dtype=bool), n)
    return made


def joined(parts: Sequence[Rows]) -> Rows:
    return {name: np.concatenate([part[name] for part in parts]) for name in ("at", *NUMBERS, *FLAGS)}


def taken(source: Rows, which: Array) -> Rows:
    """The rows at the given places."""
    return {name: column[which] for name, column in source.items()}


def points(source: Rows) -> Array:
    """Undecayed engagement points; machines earn none."""
    return np.where(source["bot"], 0.0, WEIGHTS[source["kind"]])


def table(stage: Stage, source: Rows, first_id: int) -> pa.Table:
    """The entity `activities`."""
    n = len(source["at"])
    return pa.table(
        {
            "activity_id": labels("H", np.arange(first_id, first_id + n), 8),
            "occurred_at": times(source["at"]),
            "kind": words(KINDS, source["kind"]),
            "account_id": words(stage.accounts.ids, source["account"]),
            "contact_id": words(stage.people.ids, source["contact"]),
            "employee_id": words(stage.team.ids, source["employee"]),
            "direction": words(("inbound", "outbound"), source["direction"]),
            "channel": words(CHANNELS, source["channel"]),
            "campaign_id": words(stage.campaigns.ids, source["campaign"]),
            "opportunity_id": deal_ids(source["deal"]),
            "session_id": labels("W", source["session"], 8),
            "message_id": labels("N", source["message"], 8),
            "minutes": pa.array(source["minutes"], mask=source["minutes"] < 0),
            "status": words(STATUSES, source["status"]),
            "is_automated": pa.array(source["automated"]),
            "is_bot": pa.array(source["bot"]),
        }
    )
