"""A random messy company as plain rows, the same every time for a seed, and a session over it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.engine.untold import Untold
from accountlens.language.calendar import Clock

Rows = list[dict[str, Any]]
KINDS = [
    "page_view",
    "email_opened",
    "email_clicked",
    "call",
    "meeting",
    "email_sent",
    "content_downloaded",
    "ad_impression",
]
TYPES = {
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
}
AS_OF = datetime(2024, 6, 1)


class Dice(random.Random):
    def instant(self, start: datetime = datetime(2023, 9, 1), days: int = 270) -> datetime:
        """Any second, but often a local midnight, a month boundary or a leap day."""
        if self.random() < 0.2:
            return self.choice(
                [datetime(2024, 1, 17), datetime(2024, 3, 5), datetime(2024, 2, 1), datetime(2024, 2, 29)]
            )
        instant = start + timedelta(seconds=self.randrange(days * 86400))
        return instant.replace(hour=0, minute=0, second=0) if self.random() < 0.2 else instant

    def maybe(self, value: Any, chance: float = 0.9) -> Any:
        return value if self.random() < chance else None


def company(seed: int, accounts: int = 12, scale: int = 1) -> dict[str, Rows]:
    dice = Dice(seed)
    ids = [f"a{number}" for number in range(accounts)]
    contacts = [f"c{number}" for number in range(accounts * 4)]
    home = {contact: dice.maybe(dice.choice(ids), 0.95) for contact in contacts}
    tables: dict[str, Rows] = {
        "accounts": [
            {"account_id": id_, "name": id_.upper(), "tier": dice.maybe(dice.choice("ABC")), "created_at": dice.maybe(dice.instant()),
             "fit_score": dice.maybe(dice.randint(30, 100)), "owner_id": dice.choice(["e1", "e2"]), "ultimate_parent_id": id_}
            for id_ in ids
        ],
        "contacts": [
            {"contact_id": contact, "account_id": home[contact], "is_internal": dice.maybe(dice.random() < 0.05, 0.5)}
            for contact in contacts
        ],
        "account_attributes": [],
    }  # fmt: skip
    for id_ in dice.sample(ids, accounts // 2):
        turn = dice.instant()
        tables["account_attributes"] += [
            {
                "account_id": id_,
                "attribute": "tier",
                "value": dice.choice("ABC"),
                "valid_from": None,
                "valid_to": turn,
            },
            {
                "account_id": id_,
                "attribute": "tier",
                "value": dice.choice("ABC"),
                "valid_from": turn,
                "valid_to": None,
            },
        ]
    tables["activities"] = [_activity(dice, number, contacts, home) for number in range(900 * scale)]
    tables["opportunities"] = [_opportunity(dice, number, ids) for number in range(150 * scale)]
    tables["opportunity_history"] = []
    tables["subscriptions"] = [_subscription(dice, number, ids) for number in range(60 * scale)]
    tables["survey_responses"] = [
        {"response_id": f"r{number}", "survey": dice.choice(["nps", "nps", "csat"]), "answered_at": dice.instant(),
         "score": dice.maybe(float(dice.randint(0, 10))), "account_id": home[contact], "contact_id": dice.maybe(contact)}
        for number in range(120 * scale) for contact in [dice.choice(contacts)]
    ]  # fmt: skip
    return tables


def _activity(dice: Dice, number: int, contacts: list[str], home: dict[str, Any]) -> dict[str, Any]:
    contact = dice.maybe(dice.choice(contacts))
    account = home[contact] if contact else dice.choice([*home.values(), None])
    return {
        "activity_id": f"v{number}", "occurred_at": dice.instant(), "kind": dice.choice(KINDS), "account_id": account,
        "contact_id": contact, "session_id": dice.maybe(f"s{dice.randrange(40)}", 0.3), "status": dice.maybe("completed", 0.7),
        "is_bot": dice.maybe(dice.random() < 0.1, 0.5), "is_automated": dice.maybe(dice.random() < 0.5),
        "channel": dice.maybe(dice.choice(["web", "mail"])),
    }  # fmt: skip


def _opportunity(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    created = dice.maybe(dice.instant(), 0.95)
    status = dice.choice(["open", "won", "won", "lost", "disqualified"])
    closed = dice.instant() if status != "open" else None
    return {
        "opportunity_id": f"o{number}", "status": status, "created_at": created, "closed_at": closed,
        "account_id": dice.maybe(dice.choice(ids)), "amount": dice.maybe(float(dice.randint(0, 900)) * 10),
        "owner_id": dice.choice(["e1", "e2"]), "qualified_at": dice.maybe(created, 0.5),
    }  # fmt: skip


def _subscription(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    start = dice.instant()
    end = dice.maybe(start + timedelta(days=dice.randrange(-3, 150)), 0.7)
    return {
        "subscription_id": f"u{number}", "account_id": dice.maybe(dice.choice(ids), 0.97), "started_on": start,
        "ended_on": end, "mrr": dice.choice([0.0, 100.0, 250.0, 99.5]), "account_id_given": None,
    }  # fmt: skip


@cache
def catalog() -> Catalog:
    """The built-in catalog, read once in a process."""
    return load_catalog(Settings())


def open_session(
    definitions: Catalog, tables: dict[str, Rows], folder: Path, zone: str = "UTC"
) -> tuple[Session, Ground]:
    """The rows as Parquet files with the catalog's columns, opened as a snapshot would be."""
    reads = {}
    for name, rows in tables.items():
        columns = definitions.facts[name].columns if name in definitions.facts else None
        if columns is None:
            columns = {
                "account_id": "VARCHAR",
                "attribute": "VARCHAR",
                "value": "VARCHAR",
                "valid_from": "TIMESTAMP",
                "valid_to": "TIMESTAMP",
            }
        table = pa.table({c: pa.array([row.get(c) for row in rows], TYPES[t]) for c, t in columns.items()})
        pq.write_table(table, folder / f"{name}.parquet")
        reads[name] = f"SELECT * FROM read_parquet('{folder / name}.parquet')"
    session = Session(definitions, reads, zone, AS_OF)
    ground = Ground(
        definitions, Clock(ZoneInfo(zone), AS_OF), 1, Untold(definitions, frozenset(tables)), session.history()
    )
    return session, ground
