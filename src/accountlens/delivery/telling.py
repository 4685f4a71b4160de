"""A delivery and a sending in plain data, as every surface tells them: no address of a channel, no secret."""

from __future__ import annotations

from typing import Any

from accountlens.delivery import log
from accountlens.delivery.due import calendar_of
from accountlens.delivery.log import Sending, Status
from accountlens.delivery.plans import Delivery
from accountlens.delivery.recipients import reader_of
from accountlens.language.recurrence import in_words
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

COMING = 3  # times that are told ahead
SHOWN = ("id", "delivery_id", "name", "channel", "recipient", "due_at", "tries", "next_try_at", "tried_at", "detail")


def told_delivery(workspace: Workspace, one: Delivery) -> dict[str, Any]:
    """With when it is due next, whom it goes to with whose accounts, and what became of the last one."""
    calendar = calendar_of(workspace)
    last = next(iter(log.sendings(workspace.store, limit=1, delivery_id=one.id)), None)
    told = {name: getattr(one, name) for name in ("id", "name", "kind", "options", "schedule", "channel")}
    readers = [(each, reader_of(workspace, each)) for each in one.recipients]
    return told | {
        "open": one.open,
        "paused": one.paused,
        "when": in_words(one.schedule),
        "time_zone": calendar.zone_of(one.recurrence),
        "next": None if one.paused else calendar.next_of(one),
        "coming": [] if one.paused else calendar.coming(one.recurrence, COMING, utc_now()),
        "to": [
            {
                "recipient": each.key,
                "who": reader.who,
                "audience": reader.audience,
                "seen_as": each.audience,
                "why": reader.why,
            }
            for each, reader in readers
        ],
        "last": told_sending(workspace, last) if last else None,
    }


def told_sending(workspace: Workspace, one: Sending) -> dict[str, Any]:
    who = "" if one.status is Status.SKIPPED else reader_of(workspace, one.to).who
    told = {name: getattr(one, name) for name in SHOWN}
    return told | {"who": who or "everybody", "status": one.status.value}
