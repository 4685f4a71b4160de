"""How accounts are won, kept growing and helped: each number counted once more, row by row, in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.engine.messy import Dice, Rows
from tests.laws.books import Books, order, same, subscriptions
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


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(winning(seed), tmp_path_factory.mktemp("winning"), zone)
    yield opened
    opened.session.close()


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


def deeds(company: Books) -> Rows:
    """Activities by people: no bots, nobody of ours."""
    ours = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    return [row for row in company.tables["activities"] if not row.get("is_bot") and row["contact_id"] not in ours]


def first_wins(company: Books) -> dict[str, datetime]:
    won: dict[str, datetime] = {}
    for row in company.tables["opportunities"]:
        if row["status"] == "won" and row["account_id"] and row["closed_at"]:
            won[row["account_id"]] = min(row["closed_at"], won.get(row["account_id"], row["closed_at"]))
    return won


def outreach(company: Books) -> Rows:
    """Outbound touches of accounts that had not bought yet, in their sequence."""
    won = first_wins(company)
    found = [
        row
        for row in deeds(company)
        if row["account_id"]
        and row.get("direction") == "outbound"
        and (row["kind"] in TOUCHES or (row["kind"] == "email_sent" and not row.get("is_automated")))
        and row["occurred_at"] < min(won.get(row["account_id"], datetime.max), PRESENT)
    ]
    return sorted(found, key=lambda row: (row["occurred_at"], row["activity_id"]))


def test_accounts_are_contacted_once_a_period_and_by_one_method(company: Books) -> None:
    won, seen = first_wins(company), 0
    for row, start, end in rows_of(company, "client_acquisition_rate", by=("method",)):
        first: dict[str, str] = {}
        for touch in outreach(company):
            if start <= touch["occurred_at"] < end:
                first.setdefault(touch["account_id"], touch["kind"])
        those = [account for account, kind in first.items() if row["by"]["method"] in (None, kind)]
        winners = [account for account in those if won.get(account, datetime.max) < end]
        assert (row["parts"]["accounts_contacted"], row["parts"]["won"]) == (len(those), len(winners)), row
        seen += len(winners)
    assert seen > 5
    for row, start, end in rows_of(company, "accounts_contacted"):
        touched = {touch["account_id"] for touch in outreach(company) if start <= touch["occurred_at"] < end}
        assert row["value"] == len(touched)


def test_the_curve_of_touches_counts_every_account_at_risk(company: Books) -> None:
    won = first_wins(company)
    for row, _, end in rows_of(company, "touch_saturation(min_at_risk=3)", by=("touch_number",)):
        histories = Counter(touch["account_id"] for touch in outreach(company) if touch["occurred_at"] < end)
        at_risk = {k: sum(touches >= k for touches in histories.values()) for k in range(1, 60)}
        wins = Counter(touches for account, touches in histories.items() if won.get(account, datetime.max) < end)
        judged = {k: wins[k] / n for k, n in at_risk.items() if n >= 3}
        number = row["by"]["touch_number"]
        if number is None:
            fine = [k for k in judged if all(judged[j] < 0.01 for j in judged if j >= k)]
            assert row["value"] == (min(fine) if fine else None), row
            assert (row["parts"]["accounts"], row["parts"]["wins"]) == (len(histories), sum(wins.values()))
        else:
            k = int(number)
            assert (row["parts"]["at_risk"], row["parts"]["wins"]) == (at_risk[k], wins[k])
            assert same(row["parts"]["marginal"], judged.get(k))


@pytest.mark.parametrize("window", [None, 20])
@pytest.mark.parametrize("conversion", ["orders", "opportunities", "meeting"])
def test_a_conversion_is_credited_to_the_latest_base_event(company: Books, conversion: str, window: int | None) -> None:
    views = [row for row in deeds(company) if row["kind"] == "page_view"]
    made = {(row["account_id"], key): when for row, key, when in _conversions(company, conversion)}
    credited = Counter[str]()
    for (account, _), when in made.items():
        before = [row for row in views if row["account_id"] == account and row["occurred_at"] <= when]
        if account and before and when < PRESENT:
            base = max(before, key=lambda row: (row["occurred_at"], row["activity_id"]))
            inside = window is None or when < base["occurred_at"] + timedelta(days=window)
            credited[base["activity_id"]] += inside
    limit = f", window_days={window}" if window else ""
    for row, start, end in rows_of(company, f"event_conversion_rate(conversion={conversion}{limit})", by=("channel",)):
        channel = row["by"]["channel"]
        bases = [
            view
            for view in views
            if start <= view["occurred_at"] < end and channel in (None, view.get("channel") or "(unknown)")
        ]
        assert row["parts"]["base_events"] == len(bases), row
        assert row["parts"]["credited_conversions"] == sum(credited[view["activity_id"]] for view in bases), row
    assert sum(credited.values()) > 2


def _conversions(company: Books, kind: str) -> Iterator[tuple[dict[str, Any], str, datetime]]:
    if kind == "orders":
        for row in sorted(company.tables["orders"], key=lambda row: row["ordered_at"], reverse=True):
            if row["kind"] != "return":
                yield row, row["order_id"], row["ordered_at"]  # of several lines the first stays
    elif kind == "opportunities":
        yield from (
            (row, row["opportunity_id"], row["created_at"])
            for row in company.tables["opportunities"]
            if row["created_at"]
        )
    else:
        yield from ((row, row["activity_id"], row["occurred_at"]) for row in deeds(company) if row["kind"] == kind)


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


@pytest.mark.parametrize("goal", ["opportunity", "customer"])
def test_target_accounts_convert_once(company: Books, goal: str) -> None:
    reached: dict[str, datetime] = {}
    for row in company.tables["opportunities"]:
        when = row["created_at"] if goal == "opportunity" else row["closed_at"] if row["status"] == "won" else None
        if when and row["account_id"]:
            reached[row["account_id"]] = min(when, reached.get(row["account_id"], when))
    listed = [
        row for row in company.tables["account_list_members"] if row["list"] == "target" and row["group"] != "control"
    ]
    for row, start, end in rows_of(company, f"account_conversion_rate(goal={goal})"):
        on = {
            m["account_id"]
            for m in listed
            if m["joined_at"] < start and (m["left_at"] is None or m["left_at"] >= start)
        }
        cohort = {account for account in on if reached.get(account, start) >= start}
        assert row["parts"]["cohort"] == len(cohort), row
        assert row["parts"]["converted"] == sum(start <= reached.get(account, end) < end for account in cohort), row


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


def local_day(company: Books, moment: datetime) -> Any:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(company.zone)).date()


def _credit(company: Books, goal: dict[str, Any], measured: list[tuple[datetime, float]]) -> float | None:
    last = [actual for day, actual in measured if local_day(company, day) <= local_day(company, goal["due_on"])]
    way = _way(goal, last[-1] if last else goal["actual"])
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
