"""One random company that has everything: books and relations of the same accounts, messy on purpose.

Times are drawn as times on the wall and made UTC, so that boundaries are met exactly in every zone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine.messy import Dice, Rows
from tests.laws.books import books, definitions
from tests.laws.relations import moment, relations
from tests.oracle.more_rows import acceptances, journeys, newcomers, on_edges

UTC = ZoneInfo("UTC")
OURS = ("contact_id", "opportunity_id", "activity_id", "subscription_id")  # ids both halves give out
EDGES = [
    datetime(2023, 11, 5, 1, 30), datetime(2024, 3, 10, 3), datetime(2024, 2, 29), datetime(2024, 3, 1),
    datetime(2024, 1, 1), datetime(2024, 4, 1), datetime(2024, 3, 31, 23, 59, 59), datetime(2024, 5, 31, 12),
]  # fmt: skip
EVENTS = {"activities": "occurred_at", "orders": "ordered_at", "usage_events": "occurred_at", "tickets": "created_at"}
PRODUCTS = ("p1", "p2", "p3")


def company(seed: int, zone: str = "UTC", accounts: int = 10) -> dict[str, Rows]:
    dice = Dice(seed + 5000)
    ids = [f"a{number}" for number in range(accounts)]
    tables = _joined(books(seed, accounts), relations(seed + 1000, accounts))
    tables["account_attributes"] = _tiers(dice, ids)
    tables["products"] = [{"product_id": id_, "name": id_.upper()} for id_ in PRODUCTS]
    tables["product_eligibility"] = _eligible(dice, ids)
    tables["goals"] = [_goal(dice, number, ids) for number in range(40)]
    tables["goal_progress"] = [row for goal in tables["goals"] for row in _progress(dice, goal)]
    tables["opportunity_contacts"] = _people_of_deals(dice, tables)
    for row in tables["accounts"]:
        row["segment"] = dice.maybe(dice.choice(["small", "large"]))
    for row in tables["opportunities"]:
        row["product_id"] = dice.maybe(dice.choice(PRODUCTS), 0.4)
        row["source"] = dice.choice(["account_manager", "web", None])
    for entity, column in EVENTS.items():
        for row in tables[entity]:
            if dice.random() < 0.05:
                row[column] = dice.choice(EDGES)
    newcomers(dice, tables, ids)
    tables["subscriptions"] += _late_swaps(Dice(seed + 9000), ids)
    found = {name: [_columns(name) | _in_utc(row, ZoneInfo(zone)) for row in rows] for name, rows in tables.items()}
    on_edges(dice, found, ZoneInfo(zone))
    journeys(dice, found)
    acceptances(dice, found, zone)
    return found


@cache
def _columns(entity: str) -> dict[str, Any]:
    """Every column of an entity, unknown."""
    return dict.fromkeys(definitions().facts[entity].columns) if entity in definitions().facts else {}


def _joined(one: dict[str, Rows], other: dict[str, Rows]) -> dict[str, Rows]:
    """The rows of both; of people, deals and the like the books' get ids of their own, of accounts and staff they are the same."""
    named = {
        name: [
            {key: f"b-{value}" if key in OURS and value is not None else value for key, value in row.items()}
            for row in rows
        ]
        for name, rows in one.items()
    }
    keys = {"accounts": "account_id", "employees": "employee_id", "campaigns": "campaign_id"}
    joined = {name: [*named.get(name, []), *other.get(name, [])] for name in {**named, **other}}
    for name, key in keys.items():
        merged: dict[str, dict[str, Any]] = {}
        for row in joined[name]:
            merged.setdefault(row[key], {}).update(row)
        joined[name] = list(merged.values())
    return joined


def _tiers(dice: Dice, ids: list[str]) -> Rows:
    """Most accounts had other tiers before, some changed on the first of a month."""
    rows: Rows = []
    for id_ in dice.sample(ids, len(ids) * 2 // 3):
        turns = sorted({moment(dice) for _ in range(dice.choice([1, 1, 2]))})
        rows += [
            {"account_id": id_, "attribute": "tier", "value": dice.choice("ABC"), "valid_from": start, "valid_to": end}
            for start, end in zip([None, *turns], [*turns, None], strict=True)
        ]
    return rows


def _eligible(dice: Dice, ids: list[str]) -> Rows:
    rows = [
        {"product_id": p, "account_id": id_, "segment": None} for p in PRODUCTS for id_ in ids if dice.random() < 0.3
    ]
    rows += [{"product_id": p, "account_id": None, "segment": s} for p in PRODUCTS[:2] for s in ("small", "large")]
    return [{**row, "potential": dice.maybe(float(dice.randint(1, 90)), 0.5)} for row in rows]


def _goal(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    start = _day(moment(dice))
    baseline, target = dice.maybe(float(dice.randint(0, 50))), float(dice.randint(0, 100))
    due = dice.maybe(start + timedelta(days=dice.randrange(0, 150)))
    return {
        "goal_id": f"g{number}", "account_id": dice.maybe(dice.choice(ids), 0.95), "name": f"G{number}", "baseline": baseline,
        "target": target, "set_on": dice.maybe(start), "due_on": due, "actual": dice.maybe(float(dice.randint(0, 120))),
        "achieved_on": dice.maybe(_day(start + timedelta(days=dice.randrange(0, 200))), 0.5),
    }  # fmt: skip


def _progress(dice: Dice, goal: dict[str, Any]) -> Rows:
    start = goal["set_on"] or datetime(2023, 12, 1)
    days = sorted({dice.randrange(-5, 160) for _ in range(dice.randrange(4))})
    return [
        {
            "goal_id": goal["goal_id"],
            "measured_on": start + timedelta(days=n),
            "actual": float(dice.randint(0, 110)),
        }
        for n in days
    ]


def _late_swaps(dice: Dice, ids: list[str]) -> Rows:
    """Plans that follow each other on one evening, or over midnight: by the clock of another zone it is the other way round."""
    rows: Rows = []
    for number, (account, gap) in enumerate(zip(dice.sample(ids, 6), (2, 7) * 3, strict=True)):
        turn = _day(moment(dice)) + timedelta(hours=dice.choice([17, 20, 21]))
        spans = [(turn - timedelta(days=dice.randrange(20, 90)), turn), (turn + timedelta(hours=gap), None)]
        rows += [
            {"subscription_id": f"x{number}-{step}", "account_id": account, "account_id_given": account, "started_on": start,
             "ended_on": end, "mrr": float(dice.randint(10, 90))}
            for step, (start, end) in enumerate(spans)
        ]  # fmt: skip
    return rows


def _people_of_deals(dice: Dice, tables: dict[str, Rows]) -> Rows:
    pairs = {
        (dice.choice(tables["opportunities"])["opportunity_id"], dice.choice(tables["contacts"])["contact_id"])
        for _ in range(60)
    }
    return [
        {"opportunity_id": deal, "contact_id": contact, "role": dice.choice(["champion", "user", None])}
        for deal, contact in sorted(pairs)
    ]


def _day(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0)


def _in_utc(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {
        key: value.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for key, value in row.items()
    }
