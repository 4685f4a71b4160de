"""Cohorts of customers by when they first paid: how many of them, and how much of their revenue, is there later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from accountlens.errors import AccountlensError, suggest
from accountlens.language.calendar import Slice
from accountlens.language.periods import cut, floor_to, parse_range, step
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, stand
from accountlens.warehouses.expand import literal
from accountlens.workspace.asking import Asking

GRAINS = ("month", "quarter", "year")
Basis = Literal["subscriptions", "orders"]


@dataclass(frozen=True)
class RetentionCohort:
    """Customers whose first payment lies in the period. Lists go by age, 0 is the first period itself.

    With subscriptions `customers` and `revenue` are who pays, and what a month, at the end of each period; `began` and
    `began_revenue` are all of them, at what they began with. With orders they are who ordered in each period, and for
    how much; the first period is the beginning, and orders of no account are left out.
    """

    label: str
    began: int
    began_revenue: float
    customers: Sequence[int]
    revenue: Sequence[float]
    customer_share: Sequence[float]
    revenue_share: Sequence[float | None]


@dataclass(frozen=True)
class Retention:
    """`basis`: subscriptions, else orders; None where there are neither. Periods that are not over are not told."""

    basis: Basis | None
    grain: str
    currency: str
    cohorts: Sequence[RetentionCohort]
    needs: Sequence[Need]


def retention(
    workspace: Asking, *, period: str = "last-24-months", grain: str = "quarter", snapshot: str | None = None
) -> Retention:
    """Those whose first payment lies in a period of the asked time, the earliest first, followed up to now.

    The asked time is widened to whole periods at its beginning; one that it ends within is left out.
    """
    if grain not in GRAINS:
        raise AccountlensError(f"'{grain}' is no grain of cohorts ({', '.join(GRAINS)}).", mend=suggest(grain, GRAINS))
    here = stand(workspace, snapshot)
    here.span(period)
    currency = here.opened.house.currency
    basis: Basis | None = "subscriptions" if here.has("subscriptions") else "orders" if here.has("orders") else None
    if basis is None:
        return Retention(None, grain, currency, [], here.lacking("who stays and what they pay", "subscriptions"))
    asked = parse_range(period, here.ground.clock.today, here.ground.fiscal_starts)
    starts = here.ground.fiscal_starts if asked.fiscal else 1
    whole = replace(asked, start=floor_to(asked.start, grain, starts))
    pieces = [here.ground.clock.slice(one) for one in cut(whole, grain, starts)]
    pieces = [one for one in pieces if one.end <= here.now and one.period.end == step(one.period.start, grain)]
    found = _cohorts(here, basis, pieces) if pieces else []
    return Retention(basis, grain, currency, found, [])


# began: cohort, customers and what they began with; later: cohort, period, customers, revenue
BEGAN = {
    "subscriptions": """SELECT c.number, COUNT(DISTINCT s.payer_id),
            SUM(s.mrr) FILTER (WHERE s.started_at = s.first_started_at)
        FROM subscription_spans s JOIN spans c ON s.first_started_at >= c.begins AND s.first_started_at < c.ends
        GROUP BY c.number""",
    "orders": """SELECT c.number, COUNT(DISTINCT o.customer_id), 0e0 FROM orders_of o
        JOIN spans c ON o.first_at >= c.begins AND o.first_at < c.ends GROUP BY c.number""",
}
LATER = {
    "subscriptions": """SELECT c.number, p.number, COUNT(DISTINCT s.payer_id), SUM(s.mrr)
        FROM subscription_spans s
        JOIN spans c ON s.first_started_at >= c.begins AND s.first_started_at < c.ends
        JOIN spans p ON p.number >= c.number AND s.started_at < p.ends AND (s.ended_at IS NULL OR s.ended_at >= p.ends)
        GROUP BY c.number, p.number""",
    "orders": """SELECT c.number, p.number, COUNT(DISTINCT o.customer_id) FILTER (WHERE NOT o.is_return), SUM(o.amount)
        FROM orders_of o
        JOIN spans c ON o.first_at >= c.begins AND o.first_at < c.ends
        JOIN spans p ON o.ordered_at >= p.begins AND o.ordered_at < p.ends AND p.number >= c.number
        GROUP BY c.number, p.number""",
}


def _cohorts(here: Stand, basis: Basis, pieces: Sequence[Slice]) -> list[RetentionCohort]:
    spans = ", ".join(
        f"({number}, {literal(piece.start)}, {literal(piece.end)})" for number, piece in enumerate(pieces)
    )
    shared = f"""WITH spans(number, begins, ends) AS (VALUES {spans}), orders_of AS (
        SELECT *, MIN(ordered_at) FILTER (WHERE NOT is_return) OVER (PARTITION BY customer_id) AS first_at
        FROM order_ranks WHERE ordered_at < {literal(here.now)} AND account_id IS NOT NULL)"""
    facts = ("subscription_spans", "order_ranks")
    began = {number: (size, revenue or 0.0) for number, size, revenue in _fetch(here, shared + BEGAN[basis], facts)}
    later = {(one, other): rest for one, other, *rest in _fetch(here, shared + LATER[basis], facts)}
    found = []
    for number, piece in enumerate(pieces):
        size, start = began.get(number, (0, 0.0))
        cells = [later.get((number, place), (0, 0.0)) for place in range(number, len(pieces))]
        customers, revenue = [cell[0] for cell in cells], [cell[1] or 0.0 for cell in cells]
        start = start if basis == "subscriptions" else revenue[0]
        shares = [count / size for count in customers] if size else []
        worth = [amount / start if start else None for amount in revenue] if size else []
        found.append(RetentionCohort(piece.period.label, size, start, customers, revenue, shares, worth))
    return found


def _fetch(here: Stand, sql: str, facts: Sequence[str]) -> list[tuple[int, ...]]:
    for fact in facts:
        here.session.ensure_fact(fact)
    return list(here.session.fetch(sql).fetchall())
