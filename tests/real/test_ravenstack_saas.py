"""RavenStack: recurring revenue and its movements, retention, tickets and answers, and the contradictions of the source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.real.against import Example, assert_agree, assert_all_agree, figures, ratio, spans

MONTHS = spans("2024-01", "2024-12", "M")
QUARTERS = spans("2024Q1", "2024Q4", "Q")
MOVEMENTS = ["new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "reactivation_mrr"]
Compare = Callable[[pd.Series, pd.Series], float | None]  # opening and closing revenue by account


@pytest.fixture(scope="module")
def accounts(ravenstack: Example) -> pd.DataFrame:
    return pd.read_csv(ravenstack.data / "ravenstack_accounts.csv", parse_dates=["signup_date"])


@pytest.fixture(scope="module")
def subscriptions(ravenstack: Example, accounts: pd.DataFrame) -> pd.DataFrame:
    rows = pd.read_csv(ravenstack.data / "ravenstack_subscriptions.csv", parse_dates=["start_date", "end_date"])
    return rows.merge(accounts[["account_id", "industry"]], on="account_id", validate="many_to_one")


@pytest.fixture(scope="module")
def tickets(ravenstack: Example, accounts: pd.DataFrame) -> pd.DataFrame:
    rows = pd.read_csv(
        ravenstack.data / "ravenstack_support_tickets.csv", parse_dates=["submitted_at"], dtype={"closed_at": str}
    )
    rows["closed_at"] = pd.to_datetime(rows["closed_at"], format="mixed")
    return rows.merge(accounts[["account_id", "industry"]], on="account_id", validate="many_to_one")


@pytest.fixture(scope="module")
def movements(subscriptions: pd.DataFrame) -> pd.DataFrame:
    """Day by day, account by account: what its revenue was, what it became, and what that is called."""
    changes: dict[tuple[str, str], dict[pd.Timestamp, int]] = {}
    paid = subscriptions[subscriptions["mrr_amount"] > 0]
    for row in paid.itertuples():
        if row.end_date <= row.start_date:
            continue
        days = changes.setdefault((row.account_id, row.industry), {})
        days[row.start_date] = days.get(row.start_date, 0) + row.mrr_amount
        if pd.notna(row.end_date):
            days[row.end_date] = days.get(row.end_date, 0) - row.mrr_amount
    found = []
    for (account, industry), days in changes.items():
        revenue, paid_before = 0, False
        for day in sorted(days):
            before, revenue = revenue, revenue + days[day]
            if before == revenue:
                continue
            if before == 0:
                kind = "reactivation_mrr" if paid_before else "new_mrr"
            elif revenue == 0:
                kind = "churn_mrr"
            else:
                kind = "expansion_mrr" if revenue > before else "contraction_mrr"
            paid_before = True
            found.append((account, industry, day, kind, revenue - before))
    return pd.DataFrame(found, columns=["account_id", "industry", "day", "kind", "amount"])


def live(rows: pd.DataFrame, instant: pd.Timestamp) -> pd.DataFrame:
    """What runs just before the instant."""
    return rows[(rows["start_date"] < instant) & (rows["end_date"].isna() | (rows["end_date"] >= instant))]


def revenue_at(rows: pd.DataFrame, instant: pd.Timestamp) -> pd.Series:
    """By account, of those that pay."""
    paid = live(rows, instant)
    return paid[paid["mrr_amount"] > 0].groupby("account_id")["mrr_amount"].sum()


def mrr(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return float(live(rows, end)["mrr_amount"].sum())


def across(compare: Compare) -> Callable[[pd.DataFrame, pd.Timestamp, pd.Timestamp], float | None]:
    def measure(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        opening = revenue_at(rows, start)
        return compare(opening, revenue_at(rows, end).reindex(opening.index, fill_value=0))

    return measure


nrr = across(lambda opening, closing: ratio(closing.sum(), opening.sum()))
grr = across(lambda opening, closing: ratio(np.minimum(opening, closing).sum(), opening.sum()))
logo_churn_rate = across(lambda opening, closing: ratio((closing == 0).sum(), len(opening)))
RETENTION = {"nrr": nrr, "grr": grr, "logo_churn_rate": logo_churn_rate}


def support_tickets(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    return int(((rows["submitted_at"] >= start) & (rows["submitted_at"] < end)).sum())


def resolution_time(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    solved = rows[(rows["closed_at"] >= start) & (rows["closed_at"] < end)]
    return float(solved["resolution_time_hours"].median()) if len(solved) else None


def csat(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    answers = rows[(rows["closed_at"] >= start) & (rows["closed_at"] < end)]["satisfaction_score"].dropna()
    return ratio((answers >= 4).sum(), len(answers))


def first_response_time(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
    asked = rows[(rows["submitted_at"] >= start) & (rows["submitted_at"] < end)]
    return float(asked["first_response_time_minutes"].median()) if len(asked) else None


SERVICE = {
    "support_tickets": support_tickets,
    "resolution_time": resolution_time,
    "csat": csat,
    "first_response_time": first_response_time,
}


def test_every_row_of_the_five_files_is_accepted(ravenstack: Example) -> None:
    balance = ravenstack.report.balance
    assert {name: (found.taken_in, found.accepted) for name, found in balance.items()} == {
        "accounts": (500, 500),
        "churn_events": (600, 600),
        "licences": (5000, 5000),
        "subscriptions": (5000, 5000),
        "survey_responses": (2000 - 825, 2000 - 825),
        "tickets": (2000, 2000),
        "usage_events": (25000, 25000),
    }


@pytest.mark.parametrize("dimension", ["", "industry"])
def test_recurring_revenue_at_each_month_end_is_that_of_the_subscriptions_that_run(
    ravenstack: Example, subscriptions: pd.DataFrame, dimension: str
) -> None:
    answered = ravenstack.ask("mrr", by=dimension, period="2024", grain="month")["mrr"]
    assert_agree(answered, figures(subscriptions, dimension or None, MONTHS, mrr), "mrr")


@pytest.mark.parametrize("kind", MOVEMENTS)
def test_each_movement_of_recurring_revenue_is_that_of_a_walk_through_every_account(
    ravenstack: Example, movements: pd.DataFrame, kind: str
) -> None:
    def moved(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        inside = rows[(rows["kind"] == kind) & (rows["day"] >= start) & (rows["day"] < end)]
        return float(inside["amount"].sum())

    answered = ravenstack.ask(kind, by="industry", period="2024", grain="month")[kind]
    assert_agree(answered, figures(movements, "industry", MONTHS, moved), kind)


def test_the_movements_lead_from_the_opening_to_the_closing_in_every_month_and_industry(ravenstack: Example) -> None:
    found = ravenstack.ask("mrr", *MOVEMENTS, by="industry", period="2023-01..2024-12", grain="month")
    closing = found["mrr"]
    months = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    for group in {group for _, group in closing}:
        opening = 0.0
        for month in months:
            moved = sum(found[kind].get((month, group)) or 0 for kind in MOVEMENTS)
            assert opening + moved == pytest.approx(closing.get((month, group)) or 0), (month, group)
            opening = closing.get((month, group)) or 0


def test_a_year_that_began_with_an_eighth_of_its_revenue_lost_most_of_that_much_and_says_so(
    ravenstack: Example, subscriptions: pd.DataFrame, movements: pd.DataFrame
) -> None:
    lost = movements[movements["kind"].isin(["churn_mrr", "contraction_mrr"]) & (movements["day"] >= "2024-01-01")]
    opening = live(subscriptions, pd.Timestamp(2024, 1, 1))["mrr_amount"].sum()
    (year,) = ravenstack.workspace.ask("gross_mrr_churn_rate", period="2024").rows()
    assert year["value"] == pytest.approx(-lost["amount"].sum() / opening)
    assert "grown_within" in year["flags"]
    (month,) = ravenstack.workspace.ask("gross_mrr_churn_rate", period="2024-11").rows()
    assert "grown_within" not in month["flags"]


@pytest.mark.parametrize(("grain", "periods"), [("month", MONTHS), ("quarter", QUARTERS)])
def test_retention_compares_what_the_accounts_of_the_opening_paid_with_what_they_pay(
    ravenstack: Example, subscriptions: pd.DataFrame, grain: str, periods: dict[str, tuple[pd.Timestamp, pd.Timestamp]]
) -> None:
    answered = ravenstack.ask(*RETENTION, by="industry", period="2024", grain=grain)
    counted = {kpi: figures(subscriptions, "industry", periods, measure) for kpi, measure in RETENTION.items()}
    assert_all_agree(answered, counted, "by industry")


def test_tickets_and_answers_are_those_of_the_file_by_industry_and_month(
    ravenstack: Example, tickets: pd.DataFrame
) -> None:
    answered = ravenstack.ask(*SERVICE, by="industry", period="2024", grain="month")
    counted = {kpi: figures(tickets, "industry", MONTHS, measure) for kpi, measure in SERVICE.items()}
    assert_all_agree(answered, counted, "by industry")


def test_the_median_of_all_is_none_of_the_medians_of_the_parts(ravenstack: Example, tickets: pd.DataFrame) -> None:
    year = {"2024": (pd.Timestamp(2024, 1, 1), pd.Timestamp(2025, 1, 1))}
    answered = ravenstack.ask("resolution_time", "csat", by="priority", period="2024")
    counted = {kpi: figures(tickets, "priority", year, SERVICE[kpi]) for kpi in answered}
    assert_all_agree(answered, counted, "by priority")


def test_the_seats_under_contract_are_those_of_the_subscriptions_that_run(
    ravenstack: Example, subscriptions: pd.DataFrame
) -> None:
    def seats(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        return float(live(rows, end)["seats"].sum())

    answered = ravenstack.ask("seat_adoption", by="industry", period="2024", grain="month", part="seats")
    assert_agree(answered["seat_adoption"], figures(subscriptions, "industry", MONTHS, seats), "seats")


def test_usage_without_users_tells_which_accounts_fell_silent(
    ravenstack: Example, accounts: pd.DataFrame, subscriptions: pd.DataFrame
) -> None:
    usage = pd.read_csv(ravenstack.data / "ravenstack_feature_usage.csv", parse_dates=["usage_date"])
    usage = usage.merge(subscriptions[["subscription_id", "account_id", "industry"]], on="subscription_id")
    assert len(usage) == 25000

    def active(rows: pd.DataFrame, instant: pd.Timestamp) -> set[str]:
        days = rows["usage_date"]
        return set(rows.loc[(days >= instant - pd.Timedelta(days=90)) & (days < instant), "account_id"])

    def fell_silent(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> float | None:
        before = active(rows, start)
        return ratio(len(before - active(rows, end)), len(before))

    answered = ravenstack.ask("account_disengagement_rate", by="industry", period="2024", grain="quarter")
    counted = figures(usage, "industry", QUARTERS, fell_silent)
    assert_agree(answered["account_disengagement_rate"], counted, "account_disengagement_rate")


def test_check_counts_the_contradictions_of_the_source(
    ravenstack: Example, accounts: pd.DataFrame, subscriptions: pd.DataFrame, tickets: pd.DataFrame
) -> None:
    told = [problem.what for problem in ravenstack.workspace.check()]
    events = pd.read_csv(ravenstack.data / "ravenstack_churn_events.csv", parse_dates=["churn_date"])
    paid = subscriptions[subscriptions["mrr_amount"] > 0]

    flagged = set(accounts.loc[accounts["churn_flag"], "account_id"])
    running = flagged & set(paid.loc[paid["end_date"].isna(), "account_id"])
    assert len(flagged) == len(running) == 110
    assert any(what.startswith(f"{len(running)} accounts are flagged as churned") for what in told)

    by_event, pays = set(events["account_id"]), set(paid.loc[paid["end_date"].isna(), "account_id"])
    assert (len(by_event & pays), len(by_event & flagged & pays)) == (352, 75)
    for count, about in (
        (len(by_event & pays), "accounts have a churn event, while"),
        (len(by_event & flagged & pays), "accounts are churned by their flag and by a churn event alike, while"),
        (len(by_event - flagged), "accounts have a churn event and are not flagged as churned"),
        (len(flagged - by_event), "accounts are flagged as churned and have no churn event"),
    ):
        assert any(what.startswith(f"{count} {about}") for what in told), about

    pairs = events.merge(paid[["account_id", "end_date"]], on="account_id")
    near = pairs[(pairs["end_date"] - pairs["churn_date"]).abs() <= pd.Timedelta(days=31)]
    alone = len(events) - near["churn_event_id"].nunique()
    assert any(what.startswith(f"{alone} churn events fall on a day") for what in told)

    signed_up = tickets["account_id"].map(accounts.set_index("account_id")["signup_date"])
    early = int((tickets["submitted_at"] < signed_up).sum())
    assert early == 1077
    assert any(what.startswith(f"{early:,} tickets are older than their account") for what in told)

    usage = pd.read_csv(ravenstack.data / "ravenstack_feature_usage.csv", parse_dates=["usage_date"])
    began = usage["subscription_id"].map(subscriptions.set_index("subscription_id")["start_date"])
    before = int((usage["usage_date"] < began).sum())
    assert before == 19142
    assert any(what.startswith(f"{before:,} rows of usage are dated before") for what in told)


def test_the_352_accounts_with_a_churn_event_and_the_75_with_a_flag_too_can_be_asked_for(
    ravenstack: Example, accounts: pd.DataFrame
) -> None:
    events = pd.read_csv(ravenstack.data / "ravenstack_churn_events.csv")
    with_event = set(events["account_id"])
    both = with_event & set(accounts.loc[accounts["churn_flag"], "account_id"])
    assert (len(with_event), len(both)) == (352, 75)
    found = ravenstack.ask("accounts_with_churn_event", by="churn_flag", period="2024")["accounts_with_churn_event"]
    by_flag = {str(group).lower(): value for (_, group), value in found.items()}
    assert by_flag == {"none": 352, "true": 75, "false": 352 - 75}
