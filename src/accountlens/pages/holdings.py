"""What an account pays and could still buy: subscriptions, contracts, orders, and products it does not have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, only, stand
from accountlens.workspace.asking import Asking

ORDERS = 100


@dataclass(frozen=True)
class Subscription:
    """`mrr` a month; `live` just before now."""

    subscription_id: str
    product_id: str | None
    product: str | None
    mrr: float
    seats: float | None
    started_at: datetime
    ended_at: datetime | None
    live: bool


@dataclass(frozen=True)
class Contract:
    """`decision`: renewed, lost or pending, as far as it is known."""

    contract_id: str
    started_at: datetime
    due_at: datetime
    value: float | None
    decision: str
    renewed_value: float | None


@dataclass(frozen=True)
class Order:
    order_id: str
    ordered_at: datetime
    is_return: bool
    amount: float


@dataclass(frozen=True)
class Course:
    """Recurring revenue at the end of each month, and what was bought in it; None: unknown."""

    months: Sequence[str]
    mrr: Sequence[float | None]
    orders: Sequence[float | None]


@dataclass(frozen=True)
class OpenProduct:
    """A product the account could have and has not. `potential`: what it could bring, None where nothing tells."""

    product_id: str
    product: str | None
    potential: float | None


@dataclass(frozen=True)
class Holdings:
    """`whitespace` is None without an eligibility matrix; `could_have` and `could_bring` are the KPI's figures."""

    account_id: str
    currency: str
    subscriptions: Sequence[Subscription]
    contracts: Sequence[Contract]
    orders: Sequence[Order]
    course: Course
    whitespace: Sequence[OpenProduct] | None
    could_have: float | None
    could_bring: float | None
    needs: Sequence[Need]


def holdings(workspace: Asking, account: str, *, snapshot: str | None = None) -> Holdings:
    """Everything an account has and had, the newest first (of orders the last hundred), and its whitespace."""
    here = stand(workspace, snapshot)
    id = here.account(account)["account_id"]
    could_have, could_bring, whitespace = _whitespace(here, id)
    needs = here.lacking("recurring revenue", "subscriptions") + here.lacking("terms and renewals", "contracts")
    needs += here.lacking("what it bought", "orders")
    needs += here.lacking("products it could have", "product_eligibility")
    return Holdings(
        id, here.opened.house.currency, _subscriptions(here, id), _contracts(here, id), _orders(here, id),
        _course(here, id), whitespace, could_have, could_bring, needs,
    )  # fmt: skip


def _subscriptions(here: Stand, account: str) -> list[Subscription]:
    rows = here.rows(
        """SELECT s.subscription_id, s.product_id, p.name AS product, s.mrr, s.seats, s.started_at, s.ended_at,
            s.ended_at IS NULL OR s.ended_at >= $now AS live
        FROM subscription_spans s LEFT JOIN products p ON p.product_id = s.product_id
        WHERE s.account_id = $account AND s.started_at < $now
        ORDER BY live DESC, s.started_at DESC, s.subscription_id""",
        "subscription_spans", "products", account=account, now=here.now,
    )  # fmt: skip
    return [Subscription(**row) for row in rows]


def _contracts(here: Stand, account: str) -> list[Contract]:
    rows = here.rows(
        """SELECT contract_id, started_at, due_at, value, decision, renewed_value FROM contract_outcomes
        WHERE account_id = $account AND started_at < $now ORDER BY due_at DESC, contract_id""",
        "contract_outcomes", account=account, now=here.now,
    )  # fmt: skip
    return [Contract(**row) for row in rows]


def _orders(here: Stand, account: str) -> list[Order]:
    rows = here.rows(
        """SELECT order_id, ordered_at, is_return, amount FROM order_ranks
        WHERE account_id = $account AND ordered_at < $now ORDER BY ordered_at DESC, order_id LIMIT $limit""",
        "order_ranks", account=account, now=here.now, limit=ORDERS,
    )  # fmt: skip
    return [Order(**row) for row in rows]


def _course(here: Stand, account: str) -> Course:
    """The last twenty-four months."""
    clock, month = here.ground.clock, "DATE_TRUNC('month', KPI_LOCAL(ordered_at))"
    rows = here.ask(["mrr"], where=only(account), period="last-24-months", grain="month").rows()
    months = [row["period"] for row in rows]
    bought = here.rows(
        f"""SELECT STRFTIME({month}, '%Y-%m') AS month, SUM(amount) AS amount FROM order_ranks
        WHERE account_id = $account AND ordered_at < $now GROUP BY 1""",
        "order_ranks", account=account, now=clock.as_of,
    )  # fmt: skip
    amounts = {row["month"]: row["amount"] for row in bought}
    orders = [amounts.get(month, 0.0) if here.has("orders") else None for month in months]
    return Course(months, [row["value"] if here.has("subscriptions") else None for row in rows], orders)


def _whitespace(here: Stand, account: str) -> tuple[float | None, float | None, list[OpenProduct] | None]:
    """How many products it could have, what they could bring, and which these are; the greatest potential first."""
    if not here.can("whitespace"):
        return None, None, None
    kpis = ["whitespace", "whitespace(basis=value)"]
    could, bring = (row["value"] for row in here.ask(kpis, where=only(account), period="last-90-days").rows())
    rows = here.rows(
        """SELECT e.product_id, p.name AS product, e.potential FROM eligible_pairs e
        LEFT JOIN products p ON p.product_id = e.product_id
        WHERE e.account_id = $account AND (e.known_at IS NULL OR e.known_at < $now)
            AND (e.gone_at IS NULL OR e.gone_at >= $now)
            AND NOT EXISTS (SELECT 1 FROM owned_pairs o
                WHERE o.account_id = e.account_id AND o.product_id = e.product_id AND o.from_at < $now
                AND (o.to_at IS NULL OR o.to_at >= $now))
        ORDER BY e.potential DESC NULLS LAST, e.product_id""",
        "eligible_pairs", "owned_pairs", "products", account=account, now=here.now,
    )  # fmt: skip
    return could, bring, [OpenProduct(**row) for row in rows]
