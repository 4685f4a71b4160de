"""What recurring revenue and retention keep to, whatever the books say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from tests.laws.books import Books, as_workspace, books, same, shuffled

YEAR = "2023-06..2024-05"
MOVEMENTS = ("new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr")
RATES = (
    "nrr", "grr", "nrr(method=movements)", "grr(method=movements)", "nrr_12m", "grr_12m", "gross_mrr_churn_rate",
    "net_mrr_churn_rate", "gross_mrr_churn_rate(method=daily_sum)", "net_mrr_churn_rate(method=daily_sum)",
    "logo_churn_rate", "logo_churn_rate(method=movement)", "retention_rate", "retention_rate_plain", "saas_quick_ratio",
    "account_disengagement_rate", "logo_renewal_rate", "gross_value_renewal_rate", "net_value_renewal_rate",
    "repeat_customer_share", "new_to_repeat_ratio", "reference_sales_share", "account_expansion_rate",
)  # fmt: skip
SUMS = ("mrr", "arr", *MOVEMENTS, "net_new_mrr", "upsell_revenue", "cross_sell_revenue", "account_expansion_revenue")


@pytest.fixture(scope="module", params=[(0, "UTC"), (1, "America/New_York")], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    seed, zone = request.param
    opened = Books(books(seed), tmp_path_factory.mktemp("books"), zone)
    yield opened
    opened.session.close()


@pytest.mark.parametrize("churn_date", ["term_end", "cancelled"])
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_movements_bridge_opening_to_closing_for_every_account(company: Books, grain: str, churn_date: str) -> None:
    option = "" if churn_date == "term_end" else f"(churn_date={churn_date})"
    names = [name + option for name in ("mrr", "net_new_mrr", *MOVEMENTS)]
    found = company.values(*names, by="account_id", period=YEAR, grain=grain)
    periods = list(dict.fromkeys(period for _, period, _ in found))
    groups = {group for _, _, group in found}
    assert len(groups) > 5
    for before, period in pairwise(periods):
        for group in groups:
            opening, closing = (found.get((names[0], p, group)) or 0.0 for p in (before, period))
            moved = found.get((names[1], period, group)) or 0.0
            assert same(opening + moved, closing), (group, period)
            assert same(moved, sum(found.get((name, period, group)) or 0.0 for name in names[2:])), (group, period)


def test_movements_bridge_opening_to_closing_for_customers_too(company: Books) -> None:
    """Whoever leaves is a customer in that event; else what was lost would be missing between both ends."""
    names = ("mrr", "net_new_mrr", *MOVEMENTS)
    every, found = (
        company.values(*names, by="tier", period=YEAR, grain="month", scope=scope) for scope in ("all", "customers")
    )
    assert any(kpi == "churn_mrr" and value for (kpi, *_), value in found.items())
    for key, value in every.items():
        if key[2] not in (None, "(unmatched)"):  # what is nobody's is no customer's
            assert same(value or 0.0, found.get(key) or 0.0), key


def test_movements_add_up_however_time_is_sliced(company: Books) -> None:
    dice = Random(7)
    whole = company.values(*MOVEMENTS, by="account_id", period=YEAR)
    for grain in ("day", "month", dice.choice(["week", "quarter"])):
        slices = company.values(*MOVEMENTS, by="account_id", period=YEAR, grain=grain)
        for (kpi, _, group), value in whole.items():
            parts = sum(found or 0.0 for (name, _, where), found in slices.items() if (name, where) == (kpi, group))
            assert same(value, parts), (kpi, group, grain)


def test_losses_are_negative_and_gains_are_not(company: Books) -> None:
    for (kpi, *_), value in company.values(*MOVEMENTS, by="account_id", period=YEAR, grain="day").items():
        assert value is not None
        assert value <= 0 if kpi in ("churn_mrr", "contraction_mrr") else value >= 0


def test_an_account_is_new_once_at_most(company: Books) -> None:
    rows = company.ask("new_mrr", by=("account_id",), period="2022-01..2024-05")
    for row in rows:
        known = row["by"]["account_id"] not in (None, "(unmatched)")
        assert not known or row["parts"]["movements"] <= 1, row["by"]


@pytest.mark.parametrize("by", ["account_id", "tier", "product_id"])
def test_net_retention_is_not_below_gross_and_gross_not_above_one(company: Books, by: str) -> None:
    pairs = [("nrr", "grr"), ("nrr_12m", "grr_12m"), ("nrr(snapshot=at_boundary)", "grr(snapshot=at_boundary)")]
    if by != "product_id":  # movements are those of whole accounts
        pairs.append(("nrr(method=movements)", "grr(method=movements)"))
    found = company.values(*(name for pair in pairs for name in pair), by=by, period=YEAR, grain="month")
    known = 0
    for net, gross in pairs:
        for (kpi, period, group), value in found.items():
            other = found.get((gross, period, group))
            if kpi == net and value is not None:
                assert other is not None
                assert value >= other - 1e-9, (net, period, group)
                assert other <= 1 + 1e-9, (gross, period, group)
                known += 1
    assert known > 20


def test_twelve_months_are_twelve_months_whatever_the_period(company: Books) -> None:
    year = company.values("nrr", "grr", by="account_id", period=YEAR)
    trailing = company.values("nrr_12m", "grr_12m", by="account_id", period="2024-05")
    for (kpi, _, group), value in year.items():
        assert same(value, trailing.get((f"{kpi}_12m", "2024-05", group))), (kpi, group)


def test_retention_and_logo_churn_make_one(company: Books) -> None:
    for option in ("", "(snapshot=at_boundary)"):
        found = company.values(
            f"retention_rate{option}", f"logo_churn_rate{option}", by="tier", period=YEAR, grain="month"
        )
        for (kpi, period, group), value in found.items():
            if kpi.startswith("retention"):
                lost = found[(f"logo_churn_rate{option}", period, group)]
                assert (value is None) == (lost is None)
                assert value is None or lost is None or same(value + lost, 1.0), (period, group)


def test_who_left_and_came_back_counts_as_lost_only_by_movement(company: Books) -> None:
    found = company.values(
        "logo_churn_rate", "logo_churn_rate(method=movement)", by="account_id", period=YEAR, grain="quarter"
    )
    for (kpi, period, group), value in found.items():
        if kpi == "logo_churn_rate" and value is not None:
            moved = found[("logo_churn_rate(method=movement)", period, group)]
            assert moved is not None
            assert moved >= value


def test_net_churn_is_what_the_opening_lost_and_new_accounts_did_not_bring(company: Books) -> None:
    rows = company.ask("net_mrr_churn_rate", "net_new_mrr", by=("account_id",), period=YEAR, grain="month")
    moved = {(row["period"], row["by"]["account_id"]): row for row in rows if row["kpi"] == "net_new_mrr"}
    for row in rows:
        if row["kpi"] == "net_mrr_churn_rate" and row["value"] is not None:
            other = moved[(row["period"], row["by"]["account_id"])]
            lost = other["parts"]["new"] - other["value"]
            assert same(row["value"] * row["parts"]["opening_mrr"], lost)


def test_every_contract_due_is_renewed_lost_or_pending(company: Books) -> None:
    due = sum(datetime(2023, 6, 1) <= row["ends_on"] < datetime(2024, 6, 1) for row in company.tables["contracts"])
    for option in ("", "(grace_days=0)", "(grace_days=400)"):
        (row,) = company.ask(f"logo_renewal_rate{option}", period=YEAR)
        parts = row["parts"]
        if company.zone == "UTC":  # elsewhere a day of the books is no local day
            assert parts["renewed"] + parts["lost"] + parts["pending"] == due
        assert parts["early"] + parts["late"] <= parts["renewed"]
        (without,) = company.ask("logo_renewal_rate(midterm=out)", period=YEAR)
        assert without["parts"]["lost"] <= parts["lost"] or option


def test_net_renewal_is_not_below_gross_and_gross_not_above_one(company: Books) -> None:
    found = company.values("gross_value_renewal_rate", "net_value_renewal_rate", by="account_id", period=YEAR)
    for (kpi, period, group), value in found.items():
        if kpi.startswith("gross") and value is not None:
            net = found[("net_value_renewal_rate", period, group)]
            assert value <= 1
            assert net is not None
            assert net >= value - 1e-12


def test_every_order_of_an_account_is_a_first_or_a_later_one(company: Books) -> None:
    (row,) = company.ask("new_to_repeat_ratio(basis=count)", period="2022-01..2024-05")
    orders = [o for o in company.tables["orders"] if o["kind"] != "return" and o["account_id"] is not None]
    sold = {(o["account_id"], o["order_id"]) for o in orders}
    assert row["parts"]["first"] + row["parts"]["later"] == len(sold)
    assert row["parts"]["first"] == len({account for account, _ in sold})


def test_a_total_is_what_is_found_without_asking_for_groups(company: Books) -> None:
    for kpis in (RATES, SUMS):
        grouped = company.values(*kpis, by="tier", period="2023-09-11..2024-04-19", grain="quarter")
        alone = company.values(*kpis, period="2023-09-11..2024-04-19", grain="quarter")
        for (kpi, period, group), value in alone.items():
            assert same(value, grouped[(kpi, period, group)]), (kpi, period)


def test_money_is_the_sum_of_its_groups(company: Books) -> None:
    found = company.values(*SUMS, by="account_id", period=YEAR)
    for kpi in SUMS:
        groups = [value or 0.0 for (name, _, group), value in found.items() if name == kpi and group is not None]
        assert same(sum(groups), found[(kpi, YEAR, None)]), kpi


def test_the_order_of_rows_does_not_matter(company: Books, tmp_path: Path) -> None:
    mixed = Books(shuffled(company.tables), tmp_path, company.zone)
    for kpis in (RATES, SUMS):
        one = company.values(*kpis, by="account_id", period=YEAR, grain="quarter")
        other = mixed.values(*kpis, by="account_id", period=YEAR, grain="quarter")
        assert one.keys() == other.keys()
        for key, value in one.items():
            assert same(value, other[key]), key


def test_a_row_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in books(4).items() if name != "account_attributes"}  # made by the refresh
    clean = as_workspace(tables, tmp_path / "clean")
    doubled = as_workspace(shuffled(tables, twice=0.3), tmp_path / "doubled")
    for kpis in (RATES, SUMS):
        one = clean.ask(*kpis, period=YEAR, grain="quarter").rows()
        other = doubled.ask(*kpis, period=YEAR, grain="quarter").rows()
        assert [(row["kpi"], row["period"]) for row in one] == [(row["kpi"], row["period"]) for row in other]
        assert all(same(row["value"], twin["value"]) for row, twin in zip(one, other, strict=True))
