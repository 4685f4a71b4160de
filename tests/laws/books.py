"""The books of a random messy company: deals, subscriptions, contracts, orders, costs and quotas as plain rows."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from tests.engine.messy import Dice, Rows, catalog, open_session

from accountlens.catalog.catalog import Catalog
from accountlens.engine.run import Backdrop, ask
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.query import Query
from accountlens.workspace import Workspace

FIRST = datetime(2023, 1, 1)
DAYS = 500  # the books end a little before the present of the session, 2024-06-01
DAY = timedelta(days=1)
Values = dict[tuple[str, str, str | None], float | None]
STAGES = ["Discovery", "Proposal", "Contract"]
TOUCHES = ["call", "meeting", "message", "chat", "email_replied", "email_sent", "page_view"]


def books(seed: int, accounts: int = 10) -> dict[str, Rows]:
    dice = Dice(seed)
    ids = [f"a{number}" for number in range(accounts)]
    tables: dict[str, Rows] = {
        "accounts": [
            {"account_id": id_, "name": id_.upper(), "tier": dice.maybe(dice.choice("ABC")), "owner_id": dice.choice(["e1", "e2"]),
             "ultimate_parent_id": id_}
            for id_ in ids
        ],
        "account_attributes": [
            row
            for id_ in dice.sample(ids, accounts // 3)
            for turn in [moment(dice)]
            for row in (
                {"account_id": id_, "attribute": "tier", "value": "A", "valid_from": None, "valid_to": turn},
                {"account_id": id_, "attribute": "tier", "value": "B", "valid_from": turn, "valid_to": None},
            )
        ],
        "employees": [{"employee_id": id_, "name": id_.upper(), "team": "north"} for id_ in ("e1", "e2", "e3")],
        "contacts": [
            {"contact_id": f"c{number}", "account_id": dice.choice(ids), "is_internal": dice.maybe(dice.random() < 0.1, 0.5)}
            for number in range(accounts * 2)
        ],
        "campaigns": [
            {"campaign_id": "k1", "name": "Fair", "channel": "event", "program": "spring"},
            {"campaign_id": "k2", "name": "Mail", "channel": "mail", "program": None},
        ],
    }  # fmt: skip
    tables["opportunities"] = [deal(dice, number, ids) for number in range(70)]
    tables["opportunity_history"] = [
        row for opportunity in tables["opportunities"] for row in changes(dice, opportunity)
    ]
    tables["activities"] = [activity(dice, number, ids, tables["contacts"]) for number in range(250)]
    tables["usage_events"] = [
        {
            "account_id": dice.choice(ids),
            "occurred_at": moment(dice),
            "contact_id": None,
            "feature": "core",
            "count": 1.0,
        }
        for _ in range(15)
    ]
    tables["subscriptions"] = [row for number in range(25) for row in subscriptions(dice, number, ids)]
    tables["contracts"] = [contract(dice, number, ids) for number in range(40)]
    tables["orders"] = [order(dice, number, ids) for number in range(60)]
    tables["costs"] = [
        {"cost_id": f"x{number}", "spent_on": midnight(moment(dice)), "amount": float(dice.randint(-20, 400)),
         "function": dice.choice(["sales", "marketing", "success", None]), "campaign_id": dice.maybe("k1", 0.4),
         "program": dice.maybe("spring", 0.2)}
        for number in range(60)
    ]  # fmt: skip
    tables["quotas"] = [
        {"employee_id": employee, "period_start": start, "period_end": end, "amount": float(dice.randint(0, 30) * 100)}
        for employee in ("e1", "e2", "e3")
        for start, end in [
            (datetime(2024, 1, 1), datetime(2024, 3, 31)), (datetime(2024, 4, 1), datetime(2024, 7, 1)),
            (datetime(2023, 10, 1), datetime(2024, 1, 1)), (datetime(2024, 1, 1), datetime(2024, 12, 31)),
            (datetime(2024, 5, 1), datetime(2024, 5, 31)),
        ]
    ]  # fmt: skip
    return tables


def moment(dice: Dice) -> datetime:
    """Any second, but every third a midnight, and often the first of a month."""
    if dice.random() < 0.2:
        return datetime(2024, dice.choice([1, 2, 3, 4]), 1)
    found = FIRST + timedelta(seconds=dice.randrange(DAYS * 86400))
    return midnight(found) if dice.random() < 0.35 else found


def midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0)


def deal(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    created = moment(dice)
    status = dice.choice(["open", "open", "won", "won", "lost", "disqualified"])
    closed = (
        created + timedelta(hours=dice.randrange(-48, 120 * 24)) if status != "open" or dice.random() < 0.2 else None
    )
    if closed is not None and dice.random() < 0.3:
        closed = midnight(closed)
    return {
        "opportunity_id": f"o{number}", "status": status, "created_at": dice.maybe(created, 0.95), "closed_at": closed,
        "account_id": dice.maybe(dice.choice(ids), 0.93), "amount": dice.maybe(dice.randint(0, 90000) / 100), "owner_id": dice.choice(["e1", "e2", None]),
        "probability": dice.maybe(dice.choice([0.0, 0.1, 0.35, 1.0]), 0.7), "stage": dice.maybe(dice.choice(STAGES)),
        "qualified_at": dice.maybe(created + DAY, 0.5), "type": dice.choice(["new_business", "upsell", "cross_sell", None]),
        "campaign_id": dice.maybe(dice.choice(["k1", "k2"]), 0.5),
    }  # fmt: skip


def changes(dice: Dice, opportunity: dict[str, Any]) -> Rows:
    """Stages forth and back, changes of amount alone, and entries made after the close."""
    start = opportunity["created_at"] or moment(dice)
    instants = sorted({start + timedelta(hours=dice.randrange(-24, 100 * 24)) for _ in range(dice.randrange(5))})
    return [
        {"opportunity_id": opportunity["opportunity_id"], "changed_at": instant, "stage": dice.maybe(dice.choice(STAGES)),
         "amount": dice.maybe(dice.randint(0, 90000) / 100, 0.6), "probability": dice.maybe(dice.choice([0.2, 0.9]), 0.5),
         "owner_id": dice.maybe("e3", 0.2)}
        for instant in instants
    ]  # fmt: skip


def activity(dice: Dice, number: int, ids: list[str], contacts: Rows) -> dict[str, Any]:
    contact = dice.maybe(dice.choice(contacts), 0.7)
    return {
        "activity_id": f"v{number}", "occurred_at": moment(dice), "kind": dice.choice(TOUCHES),
        "account_id": contact["account_id"] if contact else dice.maybe(dice.choice(ids), 0.9),
        "contact_id": contact and contact["contact_id"], "direction": dice.choice(["inbound", "outbound", "outbound", None]),
        "opportunity_id": dice.maybe(f"o{dice.randrange(70)}", 0.5), "status": dice.choice(["completed", "missed", None]),
        "is_bot": dice.maybe(dice.random() < 0.1, 0.5), "is_automated": dice.maybe(dice.random() < 0.5),
    }  # fmt: skip


def subscriptions(dice: Dice, number: int, ids: list[str]) -> Rows:
    """A few plans in a row, with gaps, with overlaps, or changed on one day; some of an account nobody knows."""
    account = dice.maybe(dice.choice(ids), 0.92)
    start, rows = moment(dice), []
    for step in range(dice.randrange(1, 4)):
        end = dice.maybe(start + timedelta(hours=dice.randrange(0, 120 * 24)), 0.8)
        if end is not None and dice.random() < 0.5:
            end = midnight(end) if midnight(end) >= start else end
        priced = {
            "price": dice.randint(1, 900) / 7,
            "quantity": float(dice.randint(1, 3)),
            "discount": dice.maybe(0.1),
            "billing_months": dice.choice([1.0, 12.0, None]),
        }
        rows.append(
            {"subscription_id": f"u{number}-{step}", "account_id": account, "account_id_given": account or "nobody",
             "started_on": start, "ended_on": end, "product_id": dice.choice(["p1", "p2"]),
             "cancelled_at": dice.maybe(end and end - 10 * DAY, 0.3),
             **(priced if dice.random() < 0.4 else {"mrr": dice.choice([0.0, 100.0, 250.5, 33.1])})}
        )  # fmt: skip
        if end is None:
            break
        start = dice.choice([end, end, end + timedelta(hours=5), end + 20 * DAY, end - 3 * DAY])
    return rows


def contract(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    start = midnight(moment(dice))
    end = start + timedelta(days=dice.randrange(20, 200))
    decision = dice.choice(["renewed", "renewed", "lost", "pending", None])
    decided = end + timedelta(hours=dice.randrange(-60 * 24, 60 * 24)) if decision in ("renewed", "lost") else None
    return {
        "contract_id": f"n{number}", "account_id": dice.maybe(dice.choice(ids), 0.95), "started_on": start, "ends_on": end,
        "value": dice.maybe(float(dice.randint(0, 900))), "decision": decision, "decided_at": dice.maybe(decided),
        "renewed_value": dice.maybe(float(dice.randint(0, 1200)), 0.8) if decision == "renewed" else None,
    }  # fmt: skip


def order(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    account = dice.maybe(dice.choice(ids), 0.93)
    kind = dice.choice(["sale", "sale", "sale", "return", None])
    return {
        "order_id": f"d{number // 2 if dice.random() < 0.3 else number}", "line_id": str(number), "account_id": account,
        "account_id_given": account or "nobody", "ordered_at": moment(dice), "kind": kind,
        "amount": dice.randint(1, 9000) / 100 * (-1 if kind == "return" and dice.random() < 0.5 else 1),
        "source": dice.choice(["referral", "Reference", "web", "", None]), "product_id": dice.choice(["p1", "p2"]),
    }  # fmt: skip


@lru_cache
def definitions() -> Catalog:
    return catalog()


class Books:
    """A company's books that can be asked."""

    def __init__(self, tables: dict[str, Rows], folder: Path, zone: str = "UTC") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.tables, self.zone = tables, zone
        self.session, self.ground = open_session(definitions(), tables, folder, zone)

    def ask(self, *kpis: str, **question: Any) -> Rows:
        query = Query(tuple(map(parse_asked, kpis)), **question)
        return ask(query, self.ground, self.session, Backdrop("s", "EUR")).rows()

    def values(self, *kpis: str, by: str | None = None, **question: Any) -> Values:
        """(KPI as asked, period, group) → value; the group of a total is None."""
        rows = self.ask(*kpis, by=(by,) if by else (), **question)
        return {(asked(row), row["period"], row["by"].get(by)): row["value"] for row in rows}


def asked(row: dict[str, Any]) -> str:
    """The KPI of an answer's row as it was asked: `grr(method=movements)`."""
    return str(Asked(row["kpi"], row.get("options", {})))


def same(one: float | None, other: float | None) -> bool:
    """Equal but for the rounding of sums; unknown equals unknown only."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-7 * max(1.0, abs(one), abs(other))


def alike(one: Any, other: Any) -> bool:
    """Rows, lists of rows, parts: equal but for the rounding of sums."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return same(one, other)
    return bool(one == other)


def shuffled(tables: dict[str, Rows], twice: float = 0.0) -> dict[str, Rows]:
    """The same rows in another order, and that share of them once more."""
    dice = Random(3)
    found = {}
    for name, rows in tables.items():
        more = [row for row in rows if dice.random() < twice]
        found[name] = dice.sample([*rows, *more], len(rows) + len(more))
    return found


def as_workspace(tables: dict[str, Rows], folder: Path) -> Workspace:
    """The books as CSV files, read the way a company's own are."""
    (folder / "data").mkdir(parents=True)
    (folder / "accountlens.yaml").write_text("currency: EUR\nsources:\n  books: {path: data}\n", encoding="utf-8")
    for name, rows in tables.items():
        made = {"ultimate_parent_id", "account_id_given"}  # by the refresh
        columns = [name for name in dict.fromkeys(key for row in rows for key in row) if name not in made]
        with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    workspace = Workspace(folder)
    workspace.refresh(as_of=datetime(2024, 6, 1))
    return workspace


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
