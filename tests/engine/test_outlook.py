"""Outlooks of a workspace: probabilities with reasons, the check beside them, and why there is none where there is none."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from accountlens import Workspace
from accountlens.errors import AccountlensError

NOW = datetime(2024, 7, 1)
SETTINGS = "name: S\ncurrency: EUR\nsources: {files: {type: files, path: data}}\n"
LIKELY_TO_LEAVE = """
label: Customers likely to leave
asks: What share of our customers is likely to leave soon?
unit: fraction
good: down
leads: leading
review: monthly
formula: likely / customers
measures:
  likely: &all {fact: churn_propensity, during: [fitted_at, valid_to], boundary: at, count: "CASE WHEN probability >= 0.5 THEN first_reason END"}
  customers: {<<: *all, count: rows}
"""


def workspace(folder: Path, customers: int) -> Workspace:
    """Customers of whom some use less before they leave."""
    dice, day = Random(4), timedelta(days=1)
    subscriptions, use = ["subscription_id,account_id,started_on,ended_on,mrr"], ["account_id,occurred_at,count"]
    for number in range(customers):
        start = datetime(2022, 1, 1) + dice.randrange(200) * day
        leaves = start + dice.randrange(200, 960) * day if dice.random() < 0.6 else None
        gone = leaves if leaves and leaves < NOW else None
        subscriptions.append(
            f"s{number},a{number},{start:%Y-%m-%d},{gone.date() if gone else ''},{dice.randint(1, 9)}00"
        )
        at = start
        while at < (gone or NOW):
            use.append(f"a{number},{at.isoformat()},{2 if leaves and at > leaves - 100 * day else 30}")
            at += dice.randint(5, 9) * day
    (folder / "data").mkdir()
    names = [f"a{number},Customer {number}" for number in range(customers)]
    for name, lines in (
        ("subscriptions", subscriptions),
        ("usage_events", use),
        ("accounts", ["account_id,name", *names]),
    ):
        (folder / "data" / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (folder / "kpis").mkdir()
    (folder / "kpis" / "likely_to_leave.yaml").write_text(LIKELY_TO_LEAVE)
    (folder / "accountlens.yaml").write_text(SETTINGS)
    found = Workspace(folder)
    found.refresh(as_of=NOW)
    return found


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace(tmp_path_factory.mktemp("outlook"), 110)


def test_customers_stand_with_reasons_that_add_up_the_likeliest_first(known: Workspace) -> None:
    leave, expand = known.outlook()
    assert (leave.word, expand.word) == ("leave", "expand")
    assert leave.base is not None
    assert leave.check is not None
    assert leave.check["auc"] > 0.7
    assert sum(one["n"] for one in leave.check["calibration"]) == leave.check["n"]
    shares = [one.probability for one in leave.prospects]
    assert shares == sorted(shares, reverse=True)
    for one in leave.prospects:
        odds = leave.base / (1 - leave.base) * math.exp(one.rest) * math.prod(reason.odds for reason in one.reasons)
        assert odds / (1 + odds) == pytest.approx(one.probability)
    assert any("use" in reason.what for reason in leave.prospects[0].reasons)


def test_the_page_of_an_account_tells_its_outlook(known: Workspace) -> None:
    (leave,) = known.outlook("leave")
    likeliest = leave.prospects[0]
    page = known.account(likeliest.account_id)
    assert [one.prospects for one in page.outlooks if one.word == "leave"] == [[likeliest]]


def test_a_kpi_of_ones_own_asks_and_explains_it(known: Workspace) -> None:
    (leave,) = known.outlook("leave")
    found = known.explain("likely_to_leave", period="2024-06", account=leave.prospects[0].account_id)
    assert found.row["parts"]["customers"] == 1
    assert "probability" in found.traces[0].included.columns
    assert "first_reason" in found.traces[0].included.columns


def test_where_nothing_is_fitted_it_says_why(tmp_path: Path) -> None:
    few = workspace(tmp_path, 12)
    (leave,) = few.outlook("leave")
    assert not leave.prospects
    assert leave.missing == "12 customers to learn from; a propensity needs 50"
    assert few.account("a1").outlooks == []
    assert any("models are not fitted" in problem.what for problem in few.check())


def test_an_unknown_outlook_is_refused(known: Workspace) -> None:
    with pytest.raises(AccountlensError, match="'leav' is no outlook"):
        known.outlook("leav")
