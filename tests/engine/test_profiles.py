"""Profiles: the same question as another tool would answer it, and beside each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.engine.messy import Rows, catalog, company, open_session

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.engine.run import Backdrop, ask
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

# One subscription each: what makes it differ between profiles, and its monthly value by profile in March 2024.
SUBSCRIPTIONS = {
    "plain": ({}, {"default": 100, "stripe": 100, "profitwell": 100}),
    "discounted": ({"discount": 0.25}, {"default": 75, "stripe": 100, "profitwell": 75}),
    "cancelled in February, paid to June": (
        {"cancelled_at": datetime(2024, 2, 10), "ended_on": datetime(2024, 6, 1)},
        {"default": 100, "stripe": 0, "profitwell": 100},
    ),
    "less than a month": (
        {"started_on": datetime(2024, 3, 20), "ended_on": datetime(2024, 4, 10)},
        {"default": 100, "stripe": 100, "profitwell": 0},
    ),
    "a month to the day": (
        {"started_on": datetime(2024, 3, 20), "ended_on": datetime(2024, 4, 20)},
        {"default": 100, "stripe": 100, "profitwell": 100},
    ),
}


def small() -> dict[str, Rows]:
    rows: Rows = []
    for number, (own, _) in enumerate(SUBSCRIPTIONS.values()):
        row = {"price": 100.0, "started_on": datetime(2023, 6, 1), "account_id": f"a{number}"}
        rows.append({"subscription_id": f"s{number}", **row, **own})
    tables: dict[str, Rows] = {name: [] for name in company(1)}
    accounts: Rows = [{"account_id": row["account_id"], "name": row["account_id"]} for row in rows]
    return {**tables, "accounts": accounts, "subscriptions": rows}


def answer(folder: Path, tables: dict[str, Rows], *kpis: str, **question: Any) -> list[dict[str, Any]]:
    session, ground = open_session(catalog(), tables, folder)
    query = Query(tuple(map(parse_asked, kpis)), **question)
    return ask(query, ground, session, Backdrop("s", "EUR")).rows()


@pytest.mark.parametrize("profile", ["default", "stripe", "profitwell"])
def test_each_subscription_counts_as_the_tool_counts_it(profile: str, tmp_path: Path) -> None:
    rows = answer(tmp_path, small(), "mrr", by=("account_id",), period="2024-03", profile=profile, totals="none")
    found = {row["by"]["account_id"]: row["value"] for row in rows}
    for number, (name, (_, expected)) in enumerate(SUBSCRIPTIONS.items()):
        assert found.get(f"a{number}", 0) == expected[profile], name


def test_a_profile_takes_one_kpi_for_another(tmp_path: Path) -> None:
    tables = company(3, scale=3)
    (plain,) = answer(tmp_path, tables, "retention_rate_plain", period="2023-11")
    (brief,) = answer(tmp_path, tables, "retention_rate", period="2023-11", profile="brief")
    (own,) = answer(tmp_path, tables, "retention_rate", period="2023-11")
    assert (brief["kpi"], brief["value"]) == ("retention_rate", plain["value"])
    assert own["value"] != plain["value"]


@pytest.mark.parametrize("profile", ["brief", "chartmogul", "stripe", "profitwell"])
def test_two_profiles_side_by_side_are_what_each_answers_alone(profile: str, tmp_path: Path) -> None:
    tables = company(4, scale=3)
    for row in tables["subscriptions"][::2]:
        row["cancelled_at"] = row["started_on"] and row["started_on"] + timedelta(days=45)
    question: dict[str, Any] = {"by": ("tier",), "period": "2024-01..2024-04", "grain": "month"}
    kpis = ("mrr", "nrr", "retention_rate", "churn_mrr")
    both = answer(tmp_path, tables, *kpis, compare=(f"profile:{profile}", "previous"), **question)
    alone = answer(tmp_path, tables, *kpis, profile=profile, **question)
    values = {(row["kpi"], row["period"], row["by"]["tier"]): row["value"] for row in alone}
    changes = []
    for row in both:
        beside = row["compare"][f"profile:{profile}"]
        assert beside["value"] == values.get((row["kpi"], row["period"], row["by"]["tier"])), row
        changes.append(beside["change"])
        assert "previous" in row["compare"]
    assert any(changes)


def test_the_asked_option_wins_over_the_profile(tmp_path: Path) -> None:
    (row,) = answer(tmp_path, small(), "mrr(churn_date=term_end)", period="2024-03", profile="stripe")
    assert row["value"] == 500  # the cancelled one too; no discount taken off


def test_a_workspace_has_profiles_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match=r"No profile named 'strype' .*stripe"):
        answer(tmp_path, small(), "mrr", profile="strype")
    own = load_catalog(Settings.model_validate({"profiles": {"ours": {"kpis": {"nrr": {"method": "movements"}}}}}))
    assert own.kpi(parse_asked("nrr"), "ours").options["method"] == "movements"
    for wrong, told in (
        ({"kpis": {"nrr": {"methode": "movements"}}}, "profiles.ours.kpis.nrr"),
        ({"kpis": {"nrr": {"kpi": "nothing"}}}, "profiles.ours.kpis.nrr"),
        ({"parameters": {"discount": "ignored"}}, "no fact has a parameter 'discount'"),
    ):
        with pytest.raises(ProblemsError, match=told):
            load_catalog(Settings.model_validate({"profiles": {"ours": wrong}}))
