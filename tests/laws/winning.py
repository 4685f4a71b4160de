"""A random company that wins accounts and helps them: deals of every type, orders, goals, an eligibility matrix; and its books read by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine.messy import Dice, Rows
from tests.laws.books import Books, order, subscriptions
from tests.laws.relations import moment, relations

UTC, PRESENT = ZoneInfo("UTC"), datetime(2024, 6, 1)
QUESTIONS = (
    {"period": "2023-10..2024-05", "grain": "month"},
    {"period": "2024-02-05..2024-04-14", "grain": "week"},
    {"period": "2024-01-10..2024-03-20", "grain": "total"},
    {"period": "2023-Q4..2024-Q1", "grain": "quarter"},
)
TOUCHES = ("call", "meeting", "message", "chat", "email_replied")
PRODUCTS = ("p1", "p2", "p3")


def winning(seed: int) -> dict[str, Rows]:
    """The relations with deals of every type, orders, goals and an eligibility matrix."""
    dice, tables = Dice(seed + 100), relations(seed, accounts=14)
    ids = [row["account_id"] for row in tables["accounts"]]
    for number, account in enumerate(tables["accounts"]):
        account["segment"] = dice.maybe(("small", "large")[number % 2])
    for deal in tables["opportunities"]:
        deal |= {"type": dice.choice(["upsell", "cross_sell", "renewal", None]), "product_id": dice.maybe("p3", 0.3)}
    tables["subscriptions"] = [row for number in range(25) for row in subscriptions(dice, number, ids)]
    tables["orders"] = [{**order(dice, number, ids), "ordered_at": moment(dice)} for number in range(70)]
    tables["goals"] = [_goal(dice, number, ids) for number in range(60)]
    tables["goal_progress"] = [
        {"goal_id": f"g{number}", "measured_on": day, "actual": float(dice.randint(0, 25))}
        for number in range(50)
        for day in sorted({_midnight(moment(dice)) for _ in range(dice.randrange(5))})
    ]
    tables["product_eligibility"] = [
        {"product_id": product, "account_id": dice.choice(ids), "account_id_given": "x", "segment": None, "potential": dice.maybe(10.0)}
        for product in PRODUCTS for _ in range(5)
    ] + [{"product_id": "p2", "segment": "large", "potential": 7.0}, {"product_id": "p3", "account_id_given": "nobody", "segment": "small"}]  # fmt: skip
    return tables


def _goal(dice: Dice, number: int, ids: list[str]) -> dict[str, Any]:
    start = _midnight(moment(dice))
    due = start + timedelta(days=dice.randrange(1, 150))
    return {
        "goal_id": f"g{number}", "account_id": dice.maybe(dice.choice(ids)), "name": "Goal", "set_on": dice.maybe(start), "due_on": dice.maybe(due),
        "baseline": dice.choice([0.0, 20.0, None]), "target": dice.choice([0.0, 10.0, 20.0]),
        "achieved_on": dice.maybe(start + timedelta(days=dice.randrange(180)), 0.4), "actual": dice.maybe(12.0, 0.2),
    }  # fmt: skip


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0)


def instant(company: Books, day: datetime) -> datetime:
    """Local midnight of a day, in UTC."""
    local = datetime.combine(day.date(), time(), ZoneInfo(company.zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def rows_of(company: Books, kpi: str, **more: Any) -> Iterator[tuple[dict[str, Any], datetime, datetime]]:
    """Every row of a KPI over several ways to cut time, with the instants of its period's start and end."""
    for question in QUESTIONS:
        for row in company.ask(kpi, **{**question, **more}):
            start, end = (datetime.fromisoformat(str(row[name])) for name in ("period_start", "period_end"))
            yield row, instant(company, start), min(instant(company, end), PRESENT)


def first_wins(company: Books) -> dict[str, datetime]:
    won: dict[str, datetime] = {}
    for row in company.tables["opportunities"]:
        if row["status"] == "won" and row["account_id"] and row["closed_at"]:
            won[row["account_id"]] = min(row["closed_at"], won.get(row["account_id"], row["closed_at"]))
    return won


def local_day(company: Books, moment: datetime) -> Any:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(company.zone)).date()
