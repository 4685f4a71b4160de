"""Movements of recurring revenue balance to the cent and agree with the KPIs; cohorts agree with the files."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.pages.conftest import Company

from accountlens.errors import AccountlensError
from accountlens.pages.movements import MOVEMENTS, movements
from accountlens.pages.retention import retention
from accountlens.workspace import Workspace


@pytest.mark.parametrize(("period", "grain"), [("2026-01..2026-09", "month"), ("2025-Q4..2026-12", "quarter")])
def test_every_step_balances_to_the_cent_and_closes_as_the_kpi(company: Company, period: str, grain: str) -> None:
    found = movements(company.workspace, period=period, grain=grain)
    rows = company.workspace.ask("mrr", period=period, grain=grain).rows()
    closing = {row["period"]: row["value"] for row in rows}
    assert found.steps
    for one in found.steps:
        moved = one.new + one.reactivation + one.expansion + one.contraction + one.churn + one.fx
        assert one.opening + moved == pytest.approx(one.closing, abs=0.005)
        assert one.regrouped == 0
        assert one.closing == pytest.approx(closing[one.label])
        assert one.contraction <= 0
        assert one.churn <= 0
    assert [one.opening for one in found.steps[1:]] == [one.closing for one in found.steps[:-1]]
    first = company.workspace.ask("mrr", period="2025-12-31" if grain == "month" else "2025-09-30").rows()[0]["value"]
    assert found.steps[0].opening == pytest.approx(first)


def test_accounts_behind_each_movement_add_up_to_the_steps(company: Company) -> None:
    found = movements(company.workspace, period="2026-01..2026-09", top=100)
    for one in found.movements:
        assert sum(account.amount for account in one.leading) == pytest.approx(one.amount, abs=0.005)
        assert one.amount == pytest.approx(sum(getattr(step, one.movement) for step in found.steps), abs=0.005)
        assert one.accounts == len(one.leading)
        sizes = [abs(account.amount) for account in one.leading]
        assert sizes == sorted(sizes, reverse=True)
    assert [one.movement for one in found.movements] == list(MOVEMENTS)
    assert any(account.name for one in found.movements for account in one.leading)


def test_revenue_that_changes_its_group_is_told_apart(company: Company) -> None:
    owners = company.raw("SELECT DISTINCT value FROM {account_history} WHERE attribute = 'owner_id' ORDER BY 1")
    regrouped = 0.0
    for (owner,) in owners:
        found = movements(company.workspace, period="2025-08..2026-09", grain="quarter", where=f"owner_id = '{owner}'")
        for one in found.steps:
            moved = one.new + one.reactivation + one.expansion + one.contraction + one.churn + one.fx
            assert one.opening + moved + one.regrouped == pytest.approx(one.closing, abs=0.005)
            regrouped = max(regrouped, abs(one.regrouped))
    assert regrouped > 0, "accounts change their owner at the reorganisation"


def test_cohorts_hold_the_customers_of_the_files(company: Company) -> None:
    found = retention(company.workspace, period="2026-01..2026-09", grain="quarter")
    spans = company.raw(
        "SELECT account_id, started_on, ended_on FROM {subscriptions} WHERE COALESCE(mrr, price) > 0 AND account_id IS NOT NULL"
    )
    first: dict[str, str] = {}
    for account, started, _ in spans:
        first[account] = min(first.get(account, "9999"), str(started)[:10])
    ends = ["2026-04-01", "2026-07-01", "2026-10-01"]
    assert [one.label for one in found.cohorts] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    for number, cohort in enumerate(found.cohorts):
        start = ["2026-01-01", *ends][number]
        members = {account for account, day in first.items() if start <= day < ends[number]}
        assert cohort.began == len(members)
        for age, end in enumerate(ends[number:]):
            live = {
                account
                for account, started, ended in spans
                if account in members and str(started)[:10] < end and (ended is None or str(ended)[:10] >= end)
            }
            assert cohort.customers[age] == len(live)
            assert cohort.customer_share[age] == pytest.approx(len(live) / len(members))
    assert sum(one.began for one in found.cohorts) > 0


def test_the_revenue_of_all_cohorts_is_the_recurring_revenue(company: Company) -> None:
    found = retention(company.workspace, period="2015..2026-09", grain="quarter")
    (row,) = company.workspace.ask("mrr", period="2026-Q3").rows()
    assert sum(one.revenue[-1] for one in found.cohorts) == pytest.approx(row["value"])
    customers = sum(one.customers[-1] for one in found.cohorts)
    assert customers == row["parts"]["accounts"]


def test_cohorts_of_orders_are_who_ordered_again(bare: Workspace) -> None:
    found = retention(bare, period="2026-01..2026-06", grain="quarter")
    assert found.basis == "orders"
    one, other = found.cohorts
    assert (one.began, one.customers, one.revenue, one.customer_share) == (1, [1, 1], [100.0, 250.0], [1.0, 1.0])
    assert one.revenue_share == [1.0, 2.5]
    assert (other.began, other.customers, other.revenue) == (1, [1], [80.0])


def test_revenue_of_some_accounts_is_theirs(company: Company) -> None:
    ids = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 15")]
    found = movements(company.seen_by(ids), period="2026", top=100)
    assert {account.account_id for one in found.movements for account in one.leading} <= set(ids)
    (row,) = company.workspace.ask("mrr", period="2026-Q3", where=f"account_id IN {tuple(ids)}").rows()
    assert found.steps[-1].closing == pytest.approx(row["value"])
    cohorts = retention(company.seen_by(ids), period="2015..2026-09").cohorts
    assert sum(one.revenue[-1] for one in cohorts) == pytest.approx(row["value"])


def test_without_subscriptions_or_with_a_mistake_it_is_said(bare: Workspace, company: Company) -> None:
    found = movements(bare)
    assert (found.steps, [need.lacks for need in found.needs]) == ([], ["subscriptions"])
    with pytest.raises(AccountlensError, match="'week' is no grain of cohorts"):
        retention(bare, grain="week")
    with pytest.raises(AccountlensError, match="2031 has not begun"):
        movements(company.workspace, period="2031")
    assert found.currency == "EUR"
    assert datetime(2026, 7, 1) == bare.opened().snapshot.as_of
