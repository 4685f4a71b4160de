"""What exchange rates do to recurring revenue is told apart from what customers do."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from tests.workspaces import write_files

from accountlens import Workspace

FIRST, MONTHS = date(2023, 1, 1), 18
HOME = "EUR"
MOVEMENTS = ("new_mrr", "reactivation_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr")
Row = tuple[str, str, date, date | None, float, str]  # subscription, account, from, to, price, currency


def turn_of(month: int) -> date:
    return date(FIRST.year + month // 12, month % 12 + 1, 1)


def rates(dice: Random) -> dict[tuple[str, date], float]:
    """Monthly rates to euros, some of them months apart."""
    return {
        (code, turn_of(month)): round(base * dice.uniform(0.8, 1.25), 4)
        for code, base in (("USD", 0.9), ("JPY", 0.0065))
        for month in range(MONTHS)
        if month == 0 or dice.random() < 0.8
    }


def rate_on(known: dict[tuple[str, date], float], code: str, day: date) -> float:
    return 1.0 if code == HOME else known[code, max(when for who, when in known if who == code and when <= day)]


def terms(dice: Random, account: str) -> list[Row]:
    """Terms one after the other: at the same price, another one, another currency, or after a pause."""
    rows: list[Row] = []
    for line in range(dice.randint(1, 2)):
        start, price, code = turn_of(dice.randint(0, 4)), dice.choice([100.0, 250.0]), dice.choice(["USD", "JPY", HOME])
        while start < turn_of(MONTHS - 1):
            end = start + timedelta(days=dice.randint(20, 150))
            rows.append((f"{account}-{line}-{len(rows)}", account, start, end, price, code))
            start = end + timedelta(days=dice.choice([0, 0, 0, 0, 40]))
            price *= dice.choice([1, 1, 1.5, 0.6])
            code = dice.choice([code] * 9 + ["USD"])
        if dice.random() < 0.5:
            rows[-1] = (*rows[-1][:3], None, *rows[-1][4:])
    return rows


def company(folder: Path, rows: list[Row], known: dict[tuple[str, date], float]) -> Workspace:
    lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
    accounts = sorted({row[1] for row in rows})
    write_files(
        folder,
        {
            "accountlens.yaml": f"name: Rates\ncurrency: {HOME}\nsources: {{files: {{path: data}}}}\n",
            "data/accounts.csv": "account_id,name\n" + "".join(f"{one},{one}\n" for one in accounts),
            "data/subscriptions.csv": "subscription_id,account_id,started_on,ended_on,mrr,currency\n"
            + "\n".join(lines),
            "data/fx_rates.csv": "rate_date,from_currency,to_currency,rate\n"
            + "".join(f"{day},{code},{HOME},{rate}\n" for (code, day), rate in known.items()),
        },
    )
    workspace = Workspace(folder)
    workspace.refresh(as_of=datetime(2024, 7, 1))
    return workspace


def recounted(rows: list[Row], known: dict[tuple[str, date], float]) -> dict[tuple[str, str, str], float]:
    """Movements and effects of rates by account and month, from day to day, in plain words."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for account in {row[1] for row in rows}:
        own = [row for row in rows if row[1] == account]
        lived = False
        for day in sorted({day for row in own for day in row[2:4] if day}):
            ended = [row for row in own if row[3] == day]
            begun = [row for row in own if row[2] == day]
            before = [row for row in own if row[2] < day and (row[3] is None or row[3] >= day)]
            after = [row for row in own if row[2] <= day and (row[3] is None or row[3] > day)]
            change = sum(r[4] * rate_on(known, r[5], r[2]) for r in after)
            change -= sum(r[4] * rate_on(known, r[5], r[2]) for r in before)
            fx = sum(
                row[4] * (rate_on(known, row[5], day) - rate_on(known, row[5], row[2]))
                for row in ended
                if before and after and row[5] in {other[5] for other in begun}
            )
            moved = change - fx
            kind = "contraction" if moved < 0 else "expansion"
            if not before:
                kind = "reactivation" if lived else "new"
            elif not after:
                kind = "churn"
            lived = lived or bool(after)
            found[account, f"{day:%Y-%m}", f"{kind}_mrr"] += moved
            found[account, f"{day:%Y-%m}", "fx"] += fx
    return found


@pytest.mark.parametrize("seed", [0, 1])
def test_movements_are_at_the_rate_of_their_day_and_what_rates_moved_is_apart(seed: int, tmp_path: Path) -> None:
    dice = Random(seed)
    known = rates(dice)
    rows = [row for number in range(12) for row in terms(dice, f"a{number}")]
    answer = company(tmp_path, rows, known).ask(
        "mrr", "net_new_mrr", *MOVEMENTS, by=["account_id"], period="2023-01..2024-06", grain="month"
    )
    found = {(row["by"]["account_id"], row["period"], row["kpi"]): row for row in answer.rows()}
    expected = recounted(rows, known)
    months = sorted({period for _, period, _ in found})
    effects = 0
    for account in {row[1] for row in rows}:
        for earlier, month in pairwise(months):
            net = found[account, month, "net_new_mrr"]
            fx = net["parts"]["fx"] or 0.0
            opening, closing = (found[account, period, "mrr"]["value"] or 0.0 for period in (earlier, month))
            assert opening + (net["value"] or 0.0) + fx == pytest.approx(closing, abs=1e-6)
            assert fx == pytest.approx(expected[account, month, "fx"], abs=1e-6)
            effects += abs(fx) > 1e-6
            for kpi in MOVEMENTS:
                told = found.get((account, month, kpi))  # an account without any such movement has no row
                value = told["value"] or 0.0 if told else 0.0
                assert value == pytest.approx(expected[account, month, kpi], abs=1e-6), (account, month, kpi)
    assert effects > 20


def test_a_renewal_at_the_same_price_abroad_is_no_movement(tmp_path: Path) -> None:
    rows: list[Row] = [
        ("s1", "a", turn_of(0), turn_of(6), 100.0, "USD"),
        ("s2", "a", turn_of(6), None, 100.0, "USD"),
    ]
    known = {("USD", turn_of(0)): 0.8, ("USD", turn_of(6)): 0.9}
    workspace = company(tmp_path, rows, known)
    asked = {row["kpi"]: row for row in workspace.ask("net_new_mrr", "expansion_mrr", "nrr", period="2023-07").rows()}
    assert asked["net_new_mrr"]["value"] == 0
    assert asked["net_new_mrr"]["parts"]["fx"] == pytest.approx(10)
    assert asked["expansion_mrr"]["value"] == 0
    assert asked["expansion_mrr"]["parts"]["movements"] == 0
    assert asked["nrr"]["value"] == pytest.approx(90 / 80)
    (moved,) = workspace.ask("nrr(method=movements)", period="2023-07").rows()
    assert moved["value"] == 1
