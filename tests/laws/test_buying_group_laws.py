"""Who of an account is on our side: roles filled, people engaged per open deal, and the gap to accounts not on the list, by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.engine.messy import Dice, Rows
from tests.laws.books import Books, books, moment, same

MONTHS = "2023-08..2024-04"
ENDS = [datetime(2023, month, 1) for month in range(9, 13)] + [datetime(2024, month, 1) for month in range(1, 6)]
ROLES = ["champion", "user", "buyer"]
COVERAGE = f"buying_group_coverage(buying_roles=[{', '.join(ROLES)}])"
POINTS = {"call", "meeting", "message", "chat", "email_replied", "page_view"}


def groups(seed: int) -> dict[str, Rows]:
    """The books with roles, people named in deals, and accounts that come to the list and leave it."""
    dice, tables = Dice(seed), books(seed, 7)
    for row in tables["contacts"]:
        row |= {"buying_role": dice.choice([*ROLES, "other", None]), "created_at": dice.maybe(moment(dice), 0.4)}
        row["account_id"] = dice.maybe(row["account_id"], 0.95)
    for row in tables["accounts"]:
        row["created_at"] = dice.maybe(moment(dice), 0.4)
    tables["opportunity_contacts"] = [
        {"opportunity_id": f"o{number}", "contact_id": row["contact_id"]}
        for number in range(0, 70, 3)
        for row in dice.sample(tables["contacts"], 2)
    ]
    tables["account_list_members"] = [
        {"account_id": row["account_id"], "list": "target", "group": dice.choice(["target", "target", "control", None]),
         "joined_at": start, "left_at": dice.maybe(start + timedelta(days=dice.randrange(200)), 0.6)}
        for row in tables["accounts"] for start in {moment(dice), moment(dice)} if dice.random() < 0.5
    ]  # fmt: skip
    return tables


@pytest.fixture(scope="module", params=[31, 32])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(groups(request.param), tmp_path_factory.mktemp("groups"))


def engaged(company: Books, end: datetime) -> set[str]:
    """Contacts with an event worth points in the 90 days before an instant."""
    return {
        row["contact_id"]
        for row in company.tables["activities"]
        if row["contact_id"] and row["kind"] in POINTS and not row["is_bot"] and end - timedelta(days=90) <= row["occurred_at"] < end
    }  # fmt: skip


def people(company: Books) -> Rows:
    return [row for row in company.tables["contacts"] if not row["is_internal"]]


def before(instant: Any, end: datetime) -> bool:
    return instant is None or instant < end


def by_end(company: Books, kpi: str) -> dict[datetime, dict[str, Any]]:
    rows = company.ask(kpi, period=MONTHS, grain="month")
    return dict(zip(ENDS, rows, strict=True))


def test_roles_filled_are_those_found_by_hand(company: Books) -> None:
    identified = by_end(company, COVERAGE.replace(")", ", reached=identified)"))
    for end, row in by_end(company, COVERAGE).items():
        active = engaged(company, end)
        accounts = {item["account_id"] for item in company.tables["accounts"] if before(item["created_at"], end)}
        known = [item for item in people(company) if item["buying_role"] in ROLES and item["account_id"] in accounts and before(item["created_at"], end)]  # fmt: skip
        filled = {(item["account_id"], item["buying_role"]) for item in known if item["contact_id"] in active}
        assert row["parts"]["required_roles"] == len(accounts) * len(ROLES)
        assert row["parts"]["covered_roles"] == len(filled)
        whole = [account for account in accounts if all((account, role) in filled for role in ROLES)]
        assert row["parts"]["fully_covered_accounts"] == len(whole)
        assert identified[end]["parts"]["covered_roles"] == len(
            {(item["account_id"], item["buying_role"]) for item in known}
        )


def test_roles_side_by_side_are_the_whole(company: Books) -> None:
    for row in company.ask(COVERAGE, by=("buying_role",), period=MONTHS, grain="month"):
        assert row["value"] is None or 0 <= row["value"] <= 1
    values = company.ask(COVERAGE, by=("buying_role",), period="2024-04", grain="month")
    parts = {row["by"]["buying_role"]: row["parts"] for row in values}
    for name in ("covered_roles", "required_roles"):
        assert parts[None][name] == sum(parts[role][name] for role in ROLES)


def test_people_per_open_deal_are_those_found_by_hand(company: Books) -> None:
    named: dict[str, set[str]] = {}
    external = {item["contact_id"]: item["account_id"] for item in people(company)}
    for pair in company.tables["opportunity_contacts"]:
        if pair["contact_id"] in external:
            named.setdefault(pair["opportunity_id"], set()).add(pair["contact_id"])
    for end, row in by_end(company, "coverage_multithreading").items():
        active = engaged(company, end)
        counts = []
        for deal in company.tables["opportunities"]:
            shut = deal["closed_at"] if deal["status"] != "open" else None
            if (
                deal["created_at"] is None
                or deal["created_at"] >= end
                or (deal["status"] != "open" and (shut is None or shut < end))
            ):
                continue
            if shut is not None and shut <= deal["created_at"]:
                continue
            own = {id_ for id_, account in external.items() if account == deal["account_id"] and account is not None}
            counts.append(len(active & named.get(deal["opportunity_id"], own)))
        assert row["parts"]["open_opportunities"] == len(counts)
        assert same(row["value"], sum(counts) / len(counts) if counts else None), end
        assert row["parts"]["multithreaded"] == sum(count >= 2 for count in counts)


def test_the_gap_is_that_of_two_means_by_hand(company: Books) -> None:
    for end, row in by_end(company, "target_gap").items():
        start = (end - timedelta(days=1)).replace(day=1)
        accounts = {item["account_id"] for item in company.tables["accounts"] if before(item["created_at"], end)}
        listed = {
            item["account_id"]
            for item in company.tables["account_list_members"]
            if item["group"] != "control"
            and item["joined_at"] < end
            and (item["left_at"] is None or item["left_at"] >= end)
        } & accounts
        sold = dict.fromkeys(accounts, 0.0)
        for deal in company.tables["opportunities"]:
            if (
                deal["status"] == "won"
                and deal["closed_at"]
                and start <= deal["closed_at"] < end
                and deal["account_id"] in sold
            ):
                sold[deal["account_id"]] += deal["amount"] or 0.0
        others = accounts - listed
        gap = (
            sum(sold[item] for item in listed) / len(listed) - sum(sold[item] for item in others) / len(others)
            if listed and others
            else None
        )
        assert same(row["value"], gap), end
