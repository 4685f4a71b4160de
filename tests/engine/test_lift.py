"""The lift at target accounts, with its interval, against the model's own function over rows of accounts and periods."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from tests.engine.messy import Rows
from tests.engine.test_questions import Company

from accountlens.language.calendar import Clock
from accountlens.language.periods import cut, parse_range
from accountlens.models.lift import Lift, difference_in_differences

Span = tuple[datetime, datetime]
Outcome = Callable[[str, Span], float]
HALF_LIFE, WINDOW = 30, timedelta(days=90)


def experiment(seed: int, targets: int, controls: int) -> dict[str, Rows]:
    """Two groups of accounts with deals, subscriptions and activities over 18 months; some come late or leave the list."""
    dice = random.Random(seed)

    def moment(days: int = 540) -> datetime:
        return datetime(2023, 1, 1) + timedelta(seconds=dice.randrange(days * 86400))

    ids = [f"a{number}" for number in range(targets + controls + 3)]
    groups = ["target"] * targets + ["control"] * controls
    members = [
        {"list": "target", "account_id": id_, "group": group, "joined_at": datetime(2022, 6, 1), "left_at": None}
        for id_, group in zip(ids, groups, strict=False)
    ]
    members.append({**members[0], "joined_at": datetime(2023, 9, 1), "group": None})
    members.append({**members[-1], "account_id": ids[-1], "left_at": datetime(2023, 10, 1)})
    deals, subscriptions, activities = [], [], []
    for number in range(40 * len(ids)):
        account, created = dice.choice(ids), moment()
        deals.append({
            "opportunity_id": f"o{number}", "account_id": account, "status": dice.choice(["won", "lost"]), "created_at": created,
            "closed_at": created + timedelta(days=dice.randrange(30)), "amount": dice.choice([None, dice.lognormvariate(6, 1)]),
        })  # fmt: skip
        start = moment()
        subscriptions.append({"subscription_id": f"s{number}", "account_id": account, "mrr": float(dice.randrange(1, 9)),
                              "started_on": start, "ended_on": dice.choice([None, start + timedelta(days=dice.randrange(1, 99))])})  # fmt: skip
        activities.append({"activity_id": f"v{number}", "account_id": account, "kind": dice.choice(["call", "page_view"]),
                           "occurred_at": moment(), "contact_id": "c1", "status": "completed"})  # fmt: skip
    return {
        "accounts": [{"account_id": id_} for id_ in ids], "account_list_members": members, "opportunities": deals,
        "subscriptions": subscriptions, "activities": activities, "contacts": [{"contact_id": "c1", "account_id": "a0"}],
    }  # fmt: skip


def outcomes(tables: dict[str, Rows]) -> dict[str, Outcome]:
    def rows(name: str, account: str) -> Rows:
        return [row for row in tables[name] if row["account_id"] == account]

    def inside(moment: datetime, span: Span) -> bool:
        return span[0] <= moment < span[1]

    def score(account: str, span: Span) -> float:
        ages = [(span[1] - row["occurred_at"], row["kind"]) for row in rows("activities", account)]
        return sum(
            {"call": 8, "page_view": 1}[kind] * 2 ** (-(age / timedelta(days=1)) / HALF_LIFE)
            for age, kind in ages if timedelta() < age <= WINDOW
        )  # fmt: skip

    return {
        "sales_revenue": lambda account, span: sum(
            row["amount"] or 0 for row in rows("opportunities", account) if row["status"] == "won" and inside(row["closed_at"], span)
        ),
        "opportunities_created": lambda account, span: sum(inside(row["created_at"], span) for row in rows("opportunities", account)),
        "mrr": lambda account, span: sum(
            row["mrr"] for row in rows("subscriptions", account)
            if row["started_on"] < span[1] and (row["ended_on"] is None or row["ended_on"] >= span[1])
        ),
        "conversations": lambda account, span: sum(
            row["kind"] == "call" and inside(row["occurred_at"], span) for row in rows("activities", account)
        ),
        "engagement_score": score,
    }  # fmt: skip


def group_of(tables: dict[str, Rows], account: str, end: datetime) -> bool | None:
    """Whether the account is a target just before the end, or a control; target where both, none where neither."""
    stands = {
        row["group"] != "control" for row in tables["account_list_members"]
        if row["account_id"] == account and row["joined_at"] < end and (row["left_at"] is None or row["left_at"] >= end)
    }  # fmt: skip
    return max(stands) if stands else None


def by_hand(
    tables: dict[str, Rows], outcome: Outcome, before: Span, pre: Span, post: Span, se: Any, level: float
) -> Lift:
    rows = [
        (row["account_id"], number, target, float(outcome(row["account_id"], span)))
        for row in tables["accounts"]
        if (target := group_of(tables, row["account_id"], post[1])) is not None
        for number, span in enumerate([before, pre, post])
    ]
    account, period, targets, values = zip(*rows, strict=True)
    return difference_in_differences(account, period, targets, values, pre=1, post=2, se=se, level=level)


def spans(clock: Clock, *periods: str) -> list[Span]:
    found = [clock.slice(cut(parse_range(text, clock.today), "total")[0]) for text in periods]
    return [(piece.start, piece.as_of) for piece in found]


QUESTIONS = {
    "target_lift_did": ("2024-Q1", ["2023-Q3", "2023-Q4"]),
    "target_lift_did(outcome=mrr)": ("2024-01", ["2023-11", "2023-12"]),
    "target_lift_did(outcome=opportunities_created, se=classical)": ("2024-Q1", ["2023-Q3", "2023-Q4"]),
    "target_lift_did(outcome=conversations, pre=previous_year)": ("2024-03", ["2022-03", "2023-03"]),
    "target_lift_did(outcome=engagement_score, level=0.8)": ("2024-02", ["2023-12", "2024-01"]),
    "target_lift_did(pre=2023-Q2)": ("2024-Q1", ["2023-Q1", "2023-Q2"]),
    "target_lift_did(se=classical, level=0.99)": ("2024-02", ["2023-12", "2024-01"]),
}


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize(("targets", "controls"), [(9, 14), (2, 2), (40, 30)])
def test_the_lift_and_its_interval_are_those_of_the_regression(
    asked: str, targets: int, controls: int, tmp_path: Path
) -> None:
    tables = experiment(targets, targets, controls)
    company = Company(tables, tmp_path)
    post, earlier = QUESTIONS[asked]
    (row,) = company.ask(asked, period=post, grain="total")
    options = row.get("options", {})
    outcome = outcomes(tables)[options.get("outcome", "sales_revenue")]
    before, pre, now = spans(company.ground.clock, *earlier, post)
    found = by_hand(tables, outcome, before, pre, now, options.get("se", "clustered"), options.get("level", 0.95))
    assert found.estimate is not None
    assert found.pre_trend is not None
    assert found.estimate.lower is not None
    close = {"rel": 1e-9, "abs": 1e-9 * (found.estimate.value - found.estimate.lower)}  # of half the interval
    assert row["value"] == pytest.approx(found.estimate.value, **close)
    assert [row["lower"], row["upper"]] == pytest.approx([found.estimate.lower, found.estimate.upper], **close)
    assert row["parts"]["target_pre_trend"] - row["parts"]["control_pre_trend"] == pytest.approx(
        found.pre_trend.slope.value, **close
    )
    assert row["n"] == found.target_accounts + found.control_accounts
    assert ("few_accounts" in row["flags"]) == (min(targets, controls) < 20)


def lift(folder: Path, sales: dict[str, tuple[float, float, float]], targets: int) -> dict[str, Any]:
    """Accounts with what they bought in November, December and January; the first so many are targets."""
    months = [datetime(2023, 11, 9), datetime(2023, 12, 9), datetime(2024, 1, 9)]
    deals = [{"opportunity_id": f"{id_}{month}", "account_id": id_, "status": "won", "created_at": month, "closed_at": month,
              "amount": amount} for id_, amounts in sales.items() for month, amount in zip(months, amounts, strict=True)]  # fmt: skip
    members = [{"list": "target", "account_id": id_, "group": "target" if number < targets else "control",
                "joined_at": datetime(2023, 1, 1)} for number, id_ in enumerate(sales)]  # fmt: skip
    accounts = [{"account_id": id_} for id_ in sales]
    tables = {"accounts": accounts, "opportunities": deals, "account_list_members": members}
    return Company(tables, folder).ask("target_lift_did", period="2024-01")[0]


def test_groups_that_moved_apart_before_are_marked(tmp_path: Path) -> None:
    sales = {f"t{n}": (10.0 + n, 30.0 + n, 31.0 + n * n) for n in range(4)} | {
        f"c{n}": (10.0, 10.0 + n, 11.0) for n in range(4)
    }
    row = lift(tmp_path, sales, 4)
    assert "uneven_before" in row["flags"]
    assert row["parts"]["target_pre_trend"] == 20
    assert row["parts"]["control_pre_trend"] == mean(range(4))


def test_one_account_in_a_group_gives_a_lift_and_no_interval(tmp_path: Path) -> None:
    row = lift(tmp_path, {"t": (1.0, 1.0, 9.0), "c1": (1.0, 1.0, 2.0), "c2": (1.0, 1.0, 4.0)}, 1)
    assert (row["value"], row["lower"], row["upper"]) == (8 - 2, None, None)


@pytest.mark.parametrize("pre", ["2024-01", "2024-02", "2023-Q4", "2023-11..2024-01"])
def test_a_named_period_that_is_not_before_or_not_as_long_leaves_the_lift_unknown(pre: str, tmp_path: Path) -> None:
    company = Company(experiment(1, 4, 4), tmp_path)
    (row,) = company.ask(f'target_lift_did(pre="{pre}")', period="2024-01", grain="total")
    assert (row["value"], row["lower"]) == (None, None)
    assert row["parts"]["target_post"] is not None


def test_without_deals_there_is_nothing_to_compare(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in experiment(1, 4, 4).items() if name != "opportunities"}
    (row,) = Company(tables, tmp_path).ask("target_lift_did", period="2024-01")
    assert row["value"] is None
