"""What pages tell of single rows, of a company whose rows are here, and of its twin whose rows stay in a warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from accountlens.pages.account import header
from accountlens.pages.people_map import Contact, people_map
from accountlens.pages.timeline import KINDS, Entry, timeline
from accountlens.pages.todo import Todo, todo
from accountlens.workspace.asking import Asking

PLAIN = [kind for kind in KINDS if kind != "health"]  # of which the test's figures are kept for too short a time


def told_before_a_call(asked: Asking, account: str) -> Mapping[str, Any]:
    """What an account's page and the terminal tell of single rows, but for the timeline."""
    head, people = header(asked, account, period="2026-09"), people_map(asked, account)
    listings = {one.title: list(one.rows) for one in asked.account(account, period="2026-09").sections}
    return {
        "last_touch": head.last_touch,
        "latest": listings.get("Latest touches"),
        "people": sorted(map(_uncounted, people.contacts), key=lambda one: one.contact_id),
        "silent": [gap.what for gap in people.gaps if not gap.kind.startswith("role_")],
    }


def _uncounted(one: Contact) -> Contact:
    """Without what is counted of activities by person: nowhere kept."""
    return replace(one, points=None, inbound=None, outbound=None)


def happened(asked: Asking, account: str) -> Sequence[Entry]:
    return timeline(asked, account, kinds=PLAIN, limit=500).entries


def waiting(asked: Asking) -> Iterator[Todo]:
    """What is to be done, without figures that differ in their last digits by the order in which they were added."""
    for one in todo(asked).items:
        yield replace(one, numbers={name: value and round(value, 6) for name, value in one.numbers.items()})
