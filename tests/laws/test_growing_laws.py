"""How accounts grow, reach their goals and could buy more: each number counted once more, row by row, in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from statistics import median
from typing import Any

import pytest
from tests.engine.messy import Rows
from tests.laws.books import Books, same
from tests.laws.winning import PRESENT, first_wins, instant, local_day, rows_of, winning


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(winning(seed), tmp_path_factory.mktemp("winning"), zone)
    yield opened
    opened.session.close()


@pytest.mark.parametrize("shift", ["previous", "previous_year"])
def test_growth_of_existing_accounts_leaves_new_ones_out(company: Books, shift: str) -> None:
    won, known = first_wins(company), 0
    deals = [
        row
        for row in company.tables["opportunities"]
        if row["status"] == "won" and row["account_id"] and row["closed_at"]
    ]
    for row, start, end in rows_of(company, f"existing_account_growth(comparison={shift})"):
        if end == PRESENT:
            continue
        before, until = _earlier(company, row, shift)
        old = [deal for deal in deals if won[deal["account_id"]] < before]
        now = sum(deal["amount"] or 0 for deal in old if start <= deal["closed_at"] < end)
        prior = sum(deal["amount"] or 0 for deal in old if before <= deal["closed_at"] < until)
        assert same(row["parts"]["current"], now), row
        assert same(row["parts"]["prior"], prior), row
        assert same(row["value"], (now - prior) / prior if prior > 0 else None), row
        known += row["value"] is not None
    assert known or shift == "previous_year"


def _earlier(company: Books, row: dict[str, Any], shift: str) -> tuple[datetime, datetime]:
    """The instants of the period before: whole months earlier, as many days, or a year."""
    start, end = (datetime.fromisoformat(str(row[name])) for name in ("period_start", "period_end"))
    if shift == "previous_year":
        return instant(company, start.replace(year=start.year - 1)), instant(company, end.replace(year=end.year - 1))
    months = (end.year - start.year) * 12 + end.month - start.month if start.day == end.day == 1 else 0
    first = start - (end - start)
    if months:
        index = start.year * 12 + start.month - 1 - months
        first = datetime(index // 12, index % 12 + 1, 1)
    return instant(company, first), instant(company, start)


def test_goals_are_reached_by_their_day_and_on_track_by_their_time(company: Books) -> None:
    goals = {row["goal_id"]: row for row in company.tables["goals"]}
    measured: dict[str, list[tuple[datetime, float]]] = {id_: [] for id_ in goals}
    for row in company.tables["goal_progress"]:
        measured[row["goal_id"]].append((row["measured_on"], row["actual"]))
    for row, start, end in rows_of(company, "customer_outcomes(partial_credit=true)"):
        due = [goal for goal in goals.values() if goal["due_on"] and start <= goal["due_on"] < end]
        credited = [_credit(company, goal, measured[goal["goal_id"]]) for goal in due]
        known = [credit for credit in credited if credit is not None]
        assert row["parts"]["due"] == len(due)
        assert same(row["value"], sum(known) / len(known) if known else None), row
        assert row["parts"]["achieved"] <= row["parts"]["credit"] + 1e-9
    for row, _, end in rows_of(company, "outcomes_on_track"):
        shares = [_on_track(company, goal, measured[goal["goal_id"]], end) for goal in goals.values()]
        assert row["parts"]["open"] == sum(share is not None for share in shares), row
        assert row["parts"]["measured"] == sum(share in (True, False) for share in shares), row
        assert row["parts"]["on_track"] == sum(share is True for share in shares), row


def _way(goal: dict[str, Any], actual: float | None) -> float | None:
    baseline = goal["baseline"] or 0.0
    return None if actual is None or goal["target"] == baseline else (actual - baseline) / (goal["target"] - baseline)


def _credit(company: Books, goal: dict[str, Any], measured: list[tuple[datetime, float]]) -> float | None:
    last = [actual for day, actual in measured if local_day(company, day) <= local_day(company, goal["due_on"])]
    way = _way(goal, last[-1] if last else None if measured else goal["actual"])
    if goal["achieved_on"]:
        if local_day(company, goal["achieved_on"]) <= local_day(company, goal["due_on"]):
            return 1.0
    elif way is not None and way >= 1:
        return 1.0
    return None if goal["target"] == (goal["baseline"] or 0.0) else max(0.0, min(1.0, way or 0.0))


def _on_track(company: Books, goal: dict[str, Any], measured: list[tuple[datetime, float]], end: datetime) -> object:
    """None: not open at the end; "unknown": open, but nobody can say."""
    if goal["set_on"] is None or goal["due_on"] is None:
        return None
    shut = min(goal["due_on"], goal["achieved_on"] or goal["due_on"])
    if not goal["set_on"] < end <= shut:
        return None
    last = [actual for day, actual in measured if day < end]
    way = _way(goal, last[-1] if last else None if measured else goal["actual"])
    gone, whole = (local_day(company, day) - local_day(company, goal["set_on"]) for day in (end, goal["due_on"]))
    return "unknown" if way is None or not whole else way >= gone / whole - 1e-12


def test_whitespace_is_what_could_be_bought_and_is_not_owned(company: Books) -> None:
    accounts = {row["account_id"]: row for row in company.tables["accounts"]}
    pairs = {
        (account, row["product_id"])
        for row in company.tables["product_eligibility"]
        for account, known in accounts.items()
        if row.get("account_id") == account or (not row.get("account_id_given") and row["segment"] == known["segment"])
    }
    for row, _, end in rows_of(company, "whitespace"):
        there = {(a, p) for a, p in pairs if accounts[a]["created_at"] is None or accounts[a]["created_at"] < end}
        open_pairs = {pair for pair in there if not _owned(company, pair, end)}
        assert (row["parts"]["eligible"], row["value"]) == (len(there), len(open_pairs)), row
        worth = sum(_potential(company, pair) or 0 for pair in open_pairs)
        assert same(row["parts"]["potential"] - row["parts"]["owned_potential"], worth), row
    for row, _, _ in rows_of(company, "whitespace(basis=share)", by=("product_id",)):
        assert row["value"] is None or 0 <= row["value"] <= 1


def _potential(company: Books, pair: tuple[str, str]) -> float | None:
    """As the matrix says, the account's own row first; else the median of what was spent in its segment."""
    account, product = pair
    segments = {row["account_id"]: row["segment"] for row in company.tables["accounts"]}
    named = [
        row for row in company.tables["product_eligibility"] if row["product_id"] == product and row.get("potential")
    ]
    own = [row["potential"] for row in named if row.get("account_id") == account]
    shared = [
        row["potential"] for row in named if not row.get("account_id_given") and row["segment"] == segments[account]
    ]
    if own or shared:
        return float(max(own or shared))
    spent = dict.fromkeys((id_ for id_, segment in segments.items() if segment and segment == segments[account]), 0.0)
    for row in company.tables["orders"]:
        if row["product_id"] == product and row["account_id"] in spent:
            spent[row["account_id"]] += -abs(row["amount"]) if row["kind"] == "return" else row["amount"]
    for row in company.tables["subscriptions"]:
        if row["product_id"] == product and row["account_id"] in spent and row["ended_on"] is None:
            monthly = row.get("mrr")
            if monthly is None:
                monthly = row["price"] * row["quantity"] * (1 - (row["discount"] or 0)) / (row["billing_months"] or 1)
            spent[row["account_id"]] += 12 * monthly
    positive = [amount for amount in spent.values() if amount > 0]
    return median(positive) if positive else None


def _owned(company: Books, pair: tuple[str, str], end: datetime) -> bool:
    def mine(table: str) -> Rows:
        return [row for row in company.tables[table] if (row["account_id"], row.get("product_id")) == pair]

    runs = [
        row
        for row in mine("subscriptions")
        if row["started_on"] < end and (row["ended_on"] is None or row["ended_on"] >= end)
    ]
    paid = [row for row in runs if (row.get("mrr") or row.get("price")) and row["ended_on"] != row["started_on"]]
    ordered = [row for row in mine("orders") if row["kind"] != "return" and row["ordered_at"] < end]
    won = [
        row for row in mine("opportunities") if row["status"] == "won" and row["closed_at"] and row["closed_at"] < end
    ]
    return bool(paid or ordered or won)


@pytest.mark.parametrize("kind", ["upsell", "cross_sell"])
def test_customers_who_buy_more_are_customers_of_the_opening(company: Books, kind: str) -> None:
    spans = [
        row for row in company.tables["subscriptions"] if row["account_id"] and (row.get("mrr") or row.get("price"))
    ]
    bought = 0
    for row, start, end in rows_of(company, f"{kind}_rate"):
        paying = {
            s["account_id"]
            for s in spans
            if s["started_on"] < start
            and (s["ended_on"] is None or s["ended_on"] >= start)
            and s["ended_on"] != s["started_on"]
        }
        deals = [
            deal
            for deal in company.tables["opportunities"]
            if deal["status"] == "won"
            and deal["type"] == kind
            and deal["closed_at"]
            and start <= deal["closed_at"] < end
        ]
        assert row["parts"]["deals"] == len(deals)
        # a gap within one local day is no break, so that a customer may be one who paid nothing at the very instant
        assert len(paying) <= row["parts"]["base"] <= len(paying) + 2
        taken = {deal["account_id"] for deal in deals} & paying
        assert len(taken) <= row["parts"]["taken"] <= len(taken) + 1
        bought += len(taken)
    assert bought or kind == "cross_sell"
