"""One account's deals beside what is usual, and what it holds and could still buy."""

from __future__ import annotations

import statistics
from datetime import datetime

import pytest
from tests.pages.conftest import Company

from accountlens.errors import AccountlensError
from accountlens.pages.deals import deals
from accountlens.pages.holdings import holdings
from accountlens.workspace import Workspace


def test_deals_are_those_of_the_files_with_their_age_beside_what_is_usual(company: Company) -> None:
    ((account, _),) = company.raw(
        "SELECT account_id, COUNT(*) FROM {opportunities} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    )
    found = deals(company.workspace, account)
    raw = company.raw(f"SELECT opportunity_id, status FROM {{opportunities}} WHERE account_id = '{account}'")
    assert {one.opportunity_id: one.status for one in found.deals} == dict(raw)
    states = [one.status == "open" for one in found.deals]
    assert states == sorted(states, reverse=True)
    won = company.raw(
        """SELECT type, created_at, closed_at FROM {opportunities}
        WHERE status = 'won' AND closed_at >= created_at AND closed_at >= TIMESTAMP '2024-09-30 22:00:00'"""
    )
    for one in found.deals:
        days = [(closed - created).total_seconds() / 86400 for kind, created, closed in won if kind == one.type]
        if len(days) >= 5:
            assert one.usual_days == pytest.approx(statistics.median(days))
        assert one.pace == (
            pytest.approx(one.age_days / one.usual_days) if one.age_days and one.usual_days else one.pace
        )
        assert [stay.entered_at for stay in one.stages] == sorted(stay.entered_at for stay in one.stages)
        if one.status == "open":
            assert all(stay.left_at is not None for stay in one.stages[:-1])
            assert one.stages[-1].days >= 0
    stages = company.workspace.ask(
        "time_in_stage_days", by="stage", where="opportunities.status = 'won'", period="last-24-months", totals="none"
    ).rows()
    assert found.usual_stage_days == {
        row["by"]["stage"]: pytest.approx(row["value"]) for row in stages if row["n"] >= 5
    }


def test_what_an_account_holds_is_its_recurring_revenue_and_orders(company: Company) -> None:
    rows = company.workspace.ask("mrr", by="account_id", period="2026-09", totals="none").rows()
    for row in sorted(rows, key=lambda one: -one["value"])[:4]:
        found = holdings(company.workspace, row["by"]["account_id"])
        assert sum(one.mrr for one in found.subscriptions if one.live) == pytest.approx(row["value"])
        assert found.course.mrr[-1] == pytest.approx(row["value"])
        assert len(found.course.months) == 24
        ordered = company.raw(
            f"SELECT DISTINCT order_id FROM {{orders}} WHERE account_id = '{found.account_id}' AND COALESCE(kind, 'sale') = 'sale'"
        )
        assert {one.order_id for one in found.orders if not one.is_return} == {id for (id,) in ordered}
        assert sum(amount or 0 for amount in found.course.orders) <= sum(one.amount for one in found.orders) + 0.01


def test_whitespace_is_what_the_kpi_counts(company: Company) -> None:
    accounts = company.workspace.ask("whitespace", by="account_id", period="last-90-days", totals="none").rows()
    checked = 0
    for row in accounts[:10]:
        found = holdings(company.workspace, row["by"]["account_id"])
        assert found.whitespace is not None
        assert len(found.whitespace) == found.could_have == row["value"]
        told = [one.potential for one in found.whitespace if one.potential is not None]
        assert sum(told) == pytest.approx(found.could_bring or 0)
        assert told == sorted(told, reverse=True)
        checked += len(told)
    assert checked


def test_what_lacks_is_named_and_orders_alone_are_told(bare: Workspace, company: Company) -> None:
    found = holdings(bare, "A1")
    assert [(one.order_id, one.amount) for one in found.orders] == [("O2", 250.0), ("O1", 100.0)]
    assert found.course.months[-4:] == ["2026-03", "2026-04", "2026-05", "2026-06"]
    assert (list(found.course.orders[-4:]), found.course.mrr[-1]) == ([100.0, 0.0, 250.0, 0.0], None)
    assert (found.whitespace, found.could_have) == (None, None)
    assert {need.lacks for need in found.needs} == {"subscriptions", "contracts", "product_eligibility"}
    assert (deals(bare, "A1").deals, deals(bare, "A1").usual_stage_days) == ([], {})
    assert {need.lacks for need in deals(bare, "A1").needs} == {"opportunities", "opportunity_history"}
    assert found.orders[0].ordered_at == datetime(2026, 5, 20, 10)
    (one,), (other,) = company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 2")
    for part in (deals, holdings):
        with pytest.raises(AccountlensError, match="No account is called"):
            part(company.seen_by([one]), other)
