"""How accounts are won: each number counted once more, row by row, in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.engine.messy import Rows
from tests.laws.books import Books, same
from tests.laws.winning import PRESENT, TOUCHES, first_wins, rows_of, winning


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(winning(seed), tmp_path_factory.mktemp("winning"), zone)
    yield opened
    opened.session.close()


def deeds(company: Books) -> Rows:
    """Activities by people: no bots, nobody of ours."""
    ours = {row["contact_id"] for row in company.tables["contacts"] if row["is_internal"]}
    return [row for row in company.tables["activities"] if not row.get("is_bot") and row["contact_id"] not in ours]


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
    whole = rows_of(company, "touch_saturation(min_at_risk=3)")
    for row, _, end in [
        *whole,
        *rows_of(company, "touch_saturation(min_at_risk=3, show=marginal)", by=("touch_number",)),
    ]:
        histories = Counter(touch["account_id"] for touch in outreach(company) if touch["occurred_at"] < end)
        at_risk = {k: sum(touches >= k for touches in histories.values()) for k in range(1, 60)}
        wins = Counter(touches for account, touches in histories.items() if won.get(account, datetime.max) < end)
        judged = {k: wins[k] / n for k, n in at_risk.items() if n >= 3}
        if "touch_number" not in row["by"]:
            fine = [k for k in judged if all(judged[j] < 0.01 for j in judged if j >= k)]
            assert row["value"] == (min(fine) if fine else None), row
            assert (row["parts"]["accounts"], row["parts"]["wins"]) == (len(histories), sum(wins.values()))
        elif row["by"]["touch_number"] is None:
            assert same(row["value"], sum(judged.values()) / len(judged) if judged else None)
        else:
            k = int(row["by"]["touch_number"])
            assert (row["parts"]["at_risk"], row["parts"]["wins"]) == (at_risk[k], wins[k])
            assert same(row["value"], judged.get(k))


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
