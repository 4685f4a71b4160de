"""Orders: first and later ones, where they came from, and what could still be bought (sheet 5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio
from tests.oracle.paying import monthly, runs


@dataclass
class Order:
    """All lines of one order of an account; it was placed when its first line was."""

    account: str | None
    order_id: str
    lines: list[Row]

    @property
    def at(self) -> datetime:
        return min(line["ordered_at"] for line in self.lines)

    @property
    def source(self) -> str | None:
        """Of lines that differ, the first by the alphabet."""
        return min((line["source"] for line in self.lines if line["source"]), default=None)

    @property
    def amount(self) -> float:
        return sum(line["amount"] for line in self.lines)


def orders(g: Ground) -> dict[str, list[Order]]:
    """Account → its orders, the earliest first; returns are none."""
    found: dict[str, dict[str, Order]] = defaultdict(dict)
    for row in g.rows("orders"):
        account = row["account_id"]
        if account and row["kind"] != "return":
            found[account].setdefault(row["order_id"], Order(account, row["order_id"], [])).lines.append(row)
    return {account: sorted(of.values(), key=lambda order: (order.at, order.order_id)) for account, of in found.items()}


@oracle("new_to_repeat_ratio")
def new_to_repeat_ratio(g: Ground, period: Period, group: Group) -> float | None:
    first, later = split(g, period, group)
    return ratio(sum(order.amount for order in first), sum(order.amount for order in later))


@oracle("new_to_repeat_ratio(basis=count)")
def new_to_repeat_orders(g: Ground, period: Period, group: Group) -> float | None:
    first, later = split(g, period, group)
    return ratio(len(first), len(later))


def split(g: Ground, period: Period, group: Group) -> tuple[list[Order], list[Order]]:
    """The first-ever orders of accounts in the period, and the later ones."""
    first, later = [], []
    for of_account in g.once(orders).values():
        for number, order in enumerate(of_account):
            if period.has(order.at) and group.event(order.account, order.at):
                (later if number else first).append(order)
    return first, later


@oracle("repeat_customer_share")
def repeat_customer_share(g: Ground, period: Period, group: Group) -> float | None:
    ordering = repeating = 0
    for account, of_account in g.once(orders).items():
        if any(period.has(order.at) and group.event(account, order.at) for order in of_account):
            ordering += 1
            repeating += sum(order.at < period.as_of for order in of_account) >= 2
    return ratio(repeating, ordering)


@oracle("repeat_customer_share(basis=period)")
def repeating_in_the_period(g: Ground, period: Period, group: Group) -> float | None:
    counts = [
        sum(period.has(order.at) and group.event(account, order.at) for order in of_account)
        for account, of_account in g.once(orders).items()
    ]
    return ratio(sum(count >= 2 for count in counts), sum(count >= 1 for count in counts))


@oracle("reference_sales_share")
def reference_sales_share(g: Ground, period: Period, group: Group) -> float | None:
    by_reference = total = 0.0
    for order in g.once(sales_and_returns):
        if period.has(order.at) and group.event(order.account, order.at):
            first = g.once(orders).get(order.account or "", [])
            source = order.source or (first[0].source if first else None)
            by_reference += order.amount if (source or "").lower() in ("reference", "referral") else 0.0
            total += order.amount
    return ratio(by_reference, total)


def sales_and_returns(g: Ground) -> list[Order]:
    """Every order, also of no account; what was returned of it stands apart, with a negative amount."""
    found: dict[Any, Order] = {}
    for row in g.rows("orders"):
        returned = row["kind"] == "return"
        key = (row["account_id"] or row["account_id_given"], row["order_id"], returned)
        line = {**row, "amount": -abs(row["amount"])} if returned else row
        found.setdefault(key, Order(row["account_id"], row["order_id"], [])).lines.append(line)
    return list(found.values())


def eligible(g: Ground) -> dict[tuple[str, str], list[Row]]:
    """(account, product) → the rows of the matrix that allow it, those of the account itself first."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in g.rows("product_eligibility"):
        for id_, account in g.accounts.items():
            if row["account_id"] == id_:
                found[id_, row["product_id"]].insert(0, row)
            elif row["account_id"] is None and row["segment"] and row["segment"] == account["segment"]:
                found[id_, row["product_id"]].append(row)
    return found


def owns(g: Ground, account: str, product: str, instant: datetime) -> bool:
    """A subscription of it runs; or it was once ordered, or named by a won deal."""
    return (
        any(
            row["account_id"] == account
            and row.get("product_id") == product
            and monthly(row) > 0
            and runs(row, instant)
            for row in g.rows("subscriptions")
        )
        or any(
            row["account_id"] == account
            and row["product_id"] == product
            and row["kind"] != "return"
            and row["ordered_at"] < instant
            for row in g.rows("orders")
        )
        or any(
            row["account_id"] == account
            and row["product_id"] == product
            and row["status"] == "won"
            and row["closed_at"] < instant
            for row in g.rows("opportunities")
        )
    )


def pairs(g: Ground, period: Period, group: Group) -> list[tuple[str, str]]:
    """Eligible pairs of the accounts there are at the end of the period."""
    return [
        (id_, product)
        for id_, product in g.once(eligible)
        if (g.accounts[id_]["created_at"] or datetime.min) < period.as_of and group.state(id_, period.as_of)
    ]


@oracle("whitespace")
def whitespace(g: Ground, period: Period, group: Group) -> float | None:
    return sum(not owns(g, *pair, period.as_of) for pair in pairs(g, period, group))


@oracle("whitespace(basis=share)")
def whitespace_share(g: Ground, period: Period, group: Group) -> float | None:
    found = pairs(g, period, group)
    return ratio(sum(not owns(g, *pair, period.as_of) for pair in found), len(found))
