"""Models as facts: rows in, rows out, at one moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby, takewhile
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from accountlens.models.facts import expansion, journeys, renewals

NOW = datetime(2024, 7, 1)
TIME = pa.timestamp("us")


def journey(
    deal: str, status: str, closed: datetime, *channels: str | None, amount: float = 100.0
) -> list[dict[str, Any]]:
    shared = {"opportunity_id": deal, "account_id": f"of {deal}", "owner_id": None, "product_id": None, "type": None}
    shared |= {"status": status, "amount": amount, "closed_at": closed, "day": closed}
    return [{**shared, "channel": channel, "position": place + 1} for place, channel in enumerate(channels)]


def touches(*parts: list[dict[str, Any]]) -> pa.Table:
    rows = sorted(
        (row for part in parts for row in part), key=lambda row: (row["day"], row["opportunity_id"], row["position"])
    )
    texts = ("opportunity_id", "account_id", "owner_id", "product_id", "type", "status", "channel")
    fields = [(name, pa.string()) for name in texts] + [
        ("amount", pa.float64()),
        ("closed_at", TIME),
        ("day", TIME),
        ("position", pa.int64()),
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def test_the_journeys_of_a_period_make_one_chain() -> None:
    march = datetime(2024, 3, 5)
    won = [
        journey("o1", "won", march, "search", "email", "email", amount=30),
        journey("o2", "won", march, "email", amount=70),
    ]
    found = journeys.fit(touches(*won, journey("o3", "lost", march, "search")), {}, NOW)
    rows = {row["channel"]: row for row in found.rows.to_pylist()}
    assert rows.keys() == {"search", "email"}
    for share in ("share", "share_per_channel", "rate_share"):
        assert sum(row[share] for row in rows.values()) == pytest.approx(1, abs=1e-12)
    # start: search 2/3, email 1/3; search: email 1/2, null 1/2; email: conversion. Without search a half of all is lost.
    assert rows["search"]["conversion_probability"] == pytest.approx(2 / 3)
    assert rows["search"]["removal_effect"] == pytest.approx(0.5)
    assert rows["search"]["share"] == pytest.approx(0.5 / 1.5)


def test_touches_without_a_channel_are_a_channel_of_their_own() -> None:
    found = journeys.fit(touches(journey("o4", "won", datetime(2024, 4, 5), None, amount=5)), {}, NOW)
    assert [(row["channel"], row["share"]) for row in found.rows.to_pylist()] == [(None, 1)]


def test_a_period_without_a_win_owes_nothing() -> None:
    found = journeys.fit(touches(journey("o5", "lost", datetime(2024, 5, 5), "search")), {}, NOW)
    assert found.rows.num_rows == 0
    assert found.runs[0].reason == "No opportunity with a campaign touch was won."


def contract(
    account: int, due: datetime, renewed: datetime | None = None, lost: datetime | None = None
) -> dict[str, Any]:
    return {"account_id": f"a{account:03}", "contract_id": f"{account}-{due}", "due_at": due, "renewed_at": renewed,
            "lost_at": lost, "grace_ends_at": due + timedelta(days=30), "value": 100.0}  # fmt: skip


def contracts(rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {"account_id": pa.string(), "contract_id": pa.string(), "value": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, TIME)) for name in rows[0]])
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["account_id"], row["due_at"])), schema=schema)


def test_renewals_are_counted_up_to_the_first_loss() -> None:
    rows, first = [], datetime(2021, 1, 10)
    for account in range(100):
        stays = 0 if account < 37 else 1 if account < 53 else 2 if account < 62 else 9
        for year in range(3):
            due = first.replace(year=2021 + year)
            rows.append(contract(account, due, *((due, None) if year < stays else (None, due))))
            if year >= stays:
                break
    found = renewals.fit(contracts(rows), {"monthly_discount": 0.01}, NOW)
    table = {row["account_id"]: row for row in found.rows.to_pylist()}
    assert (table["a000"]["renewals"], table["a000"]["is_lost"]) == (0, True)
    assert (table["a060"]["renewals"], table["a060"]["is_lost"]) == (2, True)
    assert (table["a099"]["renewals"], table["a099"]["is_lost"]) == (3, False)
    assert table["a000"]["residual_payments"] is None
    assert table["a099"]["residual_payments"] > 1 < table["a000"]["payments"]
    assert table["a000"]["first_retention"] == pytest.approx(0.63, abs=0.01)
    assert found.runs[0].parameters["lost"] == 62


@pytest.mark.parametrize(("days", "lost"), [(30, True), (29, False)])
def test_what_is_undecided_is_lost_when_the_grace_is_over(days: int, lost: bool) -> None:
    due = NOW - timedelta(days=days)
    found = renewals._histories(contracts([contract(1, due, None, due + timedelta(days=30))]), NOW)
    assert (found.renewals.tolist(), found.lost.tolist()) == ([0], [lost])


@pytest.mark.parametrize("seed", range(5))
def test_histories_are_what_walking_through_contracts_gives(seed: int) -> None:
    dice, rows = Random(seed), []
    for account in range(60):
        for number in range(dice.randint(1, 4)):
            due, decided = NOW - timedelta(dice.randint(0, 200)), NOW + timedelta(dice.choice([-40, -1, 0, 5]))
            renewed, lost = dice.choice([(decided, None), (decided, None), (None, decided), (None, None)])
            rows.append({**contract(account, due, renewed, lost), "value": dice.choice([None, 10.0 * number])})
    given = contracts(rows)
    found = renewals._histories(given, NOW)
    walked = []
    for account, listed in groupby(given.to_pylist(), key=lambda row: row["account_id"]):
        mine = list(listed)
        kept = list(takewhile(lambda row: row["renewed_at"] is not None and row["renewed_at"] < NOW, mine))
        after = mine[len(kept) : len(kept) + 1]
        gone = any((row["lost_at"] or NOW) < NOW or row["grace_ends_at"] <= NOW for row in after)
        walked.append((account, len(kept), gone, mine[-1]["value"]))
    columns = found.account_id.to_pylist(), found.renewals.tolist(), found.lost.tolist(), found.value.to_pylist()
    assert list(zip(*columns, strict=True)) == walked


def test_few_contracts_are_refused() -> None:
    found = renewals.fit(contracts([contract(1, datetime(2024, 1, 1))]), {"monthly_discount": 0.01}, NOW)
    assert found.rows.num_rows == 0
    assert "needs 50" in str(found.runs[0].reason)


def stream(customers: int) -> pa.Table:
    """Customers who pay more within weeks of being active, and hardly ever else."""
    random = np.random.default_rng(4)
    rows: list[tuple[Any, ...]] = []
    for customer in range(customers):
        name = f"c{customer}"
        rows.append((name, "subscription", datetime(2022, 1, 1), None, 100.0 + customer, 0))
        for month in range(30):
            day = datetime(2022, 1, 15) + timedelta(days=30 * month)
            if random.random() < 0.15:
                rows += [(name, "day", day + timedelta(days=step), None, 30.0, 2) for step in range(5)]
                if random.random() < 0.8:
                    rows.append((name, "expansion", day + timedelta(days=40), None, 0.0, 0))
    kinds = (pa.string(), pa.string(), TIME, TIME, pa.float64(), pa.int64())
    names = ("account_id", "kind", "happened_at", "ended_at", "amount", "touches")
    columns = zip(*(row for row in rows if row[2] < NOW), strict=True)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)], names=names)


def test_what_came_before_expansions_makes_one_likely_and_is_named() -> None:
    rows = stream(120)
    found = expansion.fit(rows, {"penalty": 1, "time_zone": "UTC"}, NOW)
    table = found.rows.to_pylist()
    assert len(table) == 120, "everybody pays"
    active = {
        row["account_id"]
        for row in rows.to_pylist()
        if row["kind"] == "day" and row["happened_at"] > NOW - timedelta(days=30)
    }
    hot = [row["probability"] for row in table if row["account_id"] in active]
    cold = [row["probability"] for row in table if row["account_id"] not in active]
    assert hot
    assert np.mean(hot) > 2 * np.mean(cold)
    assert all(0 < row["probability"] < 1 for row in table)
    assert {row["first_reason"] for row in table} <= {"engagement", "touches"}
    assert found.runs[0].hold_out is not None
    assert found.runs[0].hold_out["auc"] > 0.6


def test_few_customers_are_refused() -> None:
    found = expansion.fit(stream(20), {"penalty": 1, "time_zone": "UTC"}, NOW)
    assert found.rows.num_rows == 0
    assert "needs 50" in str(found.runs[0].reason)
