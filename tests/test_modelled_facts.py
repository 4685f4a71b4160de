"""Models are fitted at a refresh, for moments that can be asked; what is not fitted says so."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from accountlens import Workspace
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.errors import AccountlensError
from accountlens.models.facts import purchases
from accountlens.models.facts.likely import Propensities
from accountlens.models.modelled import INPUT, _by_accounts
from accountlens.models.moments import month_ends
from accountlens.models.registry import MODELS, Fitted, Parameters, last_day
from accountlens.refresh import refresh
from accountlens.store import Store

NOW = datetime(2024, 3, 15, 12)
SETTINGS = "name: Shop\ntime_zone: Europe/Berlin\ncurrency: EUR\nsources: {files: {type: files, path: data}}\n"


def shop(folder: Path, customers: int, settings: str = "") -> Workspace:
    """Customers of all paces, some of whom leave."""
    random = np.random.default_rng(1)
    lines = ["order_id,account_id,ordered_at,amount,kind"]
    for customer in range(customers):
        day = datetime(2022, 3, 1) + timedelta(days=int(random.integers(0, 400)))
        pace, leaves = random.gamma(0.8, 30) + 1, random.beta(0.8, 4)
        while day < NOW:
            lines.append(f"o{len(lines)},a{customer},{day:%Y-%m-%d},{random.gamma(3, 5 * customer % 90 + 9):.2f},sale")
            if random.random() < leaves:
                break
            day += timedelta(days=1 + int(random.exponential(365 / pace)))
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "orders.csv").write_text("\n".join(lines) + "\n")
    names = "".join(f"a{customer},Customer {customer}\n" for customer in range(customers))
    (folder / "data" / "accounts.csv").write_text("account_id,name\n" + names)
    (folder / "accountlens.yaml").write_text(SETTINGS + settings)
    workspace = Workspace(folder)
    workspace.refresh(as_of=NOW)
    return workspace


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return shop(tmp_path_factory.mktemp("shop"), 200)


def value(workspace: Workspace, kpi: str, period: str = "2024-03") -> float | None:
    return next(iter(workspace.ask(kpi, period=period).rows()))["value"]  # type: ignore[no-any-return]


def runs(workspace: Workspace, columns: str) -> list[tuple[object, ...]]:
    snapshot = workspace.store.current()
    assert snapshot is not None
    with duckdb.connect() as con:
        sql = workspace.store.relation_sql(snapshot.tables["model_runs"])
        return con.execute(f"SELECT {columns} FROM ({sql}) WHERE model = 'purchases' ORDER BY fitted_at").fetchall()


def test_moments_are_local_month_ends_and_now() -> None:
    found = month_ends(NOW, "Europe/Berlin")
    assert found[0] == datetime(2023, 2, 28, 23)
    assert found[-3:] == [datetime(2024, 1, 31, 23), datetime(2024, 2, 29, 23), NOW]
    assert len(found) == 14
    assert month_ends(datetime(2024, 2, 29, 23), "Europe/Berlin")[-2:] == [
        datetime(2024, 1, 31, 23),
        datetime(2024, 2, 29, 23),
    ]


def test_the_last_day_is_the_one_before_midnight() -> None:
    assert str(last_day(datetime(2024, 2, 29, 23), "Europe/Berlin")) == "2024-02-29"
    assert str(last_day(NOW, "Europe/Berlin")) == "2024-03-15"


def test_a_period_reads_the_fit_of_its_end(open_shop: Workspace) -> None:
    answer = open_shop.ask("clv_predictive", period="2023-12..2024-03", grain="month")
    values = [row["value"] for row in answer.rows()]
    assert len(set(values)) == 4, "each month has a fit of its own"
    assert value(open_shop, "clv_predictive", "2023-12") == pytest.approx(values[0], rel=1e-12)  # but for its last bit
    assert value(open_shop, "clv_predictive", "2022-12") is None, "nothing is fitted so far back"


def test_what_an_evaluation_needs_is_stored(open_shop: Workspace) -> None:
    one, twelve, all_ = (value(open_shop, f"clv_predictive(months={months})") for months in (1, 12, 36))
    assert one is not None
    assert twelve is not None
    assert all_ is not None
    assert 0 < one < twelve < all_
    dear = value(open_shop, "clv_predictive(monthly_discount=0.05)")
    assert dear is not None
    assert dear < twelve


def test_another_fit_than_the_stored_one_is_refused_with_the_setting(open_shop: Workspace) -> None:
    with pytest.raises(AccountlensError, match=r"periods_per_month=30.*Set periods_per_month=31.*kpi_options"):
        open_shop.ask("clv_predictive(periods_per_month=31)", period="2024-03")


def test_the_setting_makes_the_other_fit(tmp_path: Path, open_shop: Workspace) -> None:
    usual = value(open_shop, "clv_predictive")
    other = shop(tmp_path, 200, "kpi_options: {clv_predictive: {periods_per_month: 60}}\n")
    longer = value(other, "clv_predictive")
    assert usual is not None
    assert longer is not None
    assert longer > usual * 1.3
    (tmp_path / "accountlens.yaml").write_text(SETTINGS)
    with pytest.raises(AccountlensError, match="accountlens refresh"):
        Workspace(tmp_path).ask("clv_predictive", period="2024-03")


def test_too_little_data_is_unknown_and_says_why(tmp_path: Path) -> None:
    workspace = shop(tmp_path, 20)
    row = next(iter(workspace.ask("clv_bgnbd", period="2024-02").rows()))
    assert row["value"] is None
    assert "insufficient_data" in row["flags"]
    found = runs(workspace, "status, reason")
    assert len(found) == 14
    assert {status for status, _ in found} == {"insufficient_data"}
    assert "needs 50" in str(found[-1][1])
    assert any("needs 50" in problem.what for problem in workspace.check())


def test_a_run_tells_what_was_fitted(open_shop: Workspace) -> None:
    latest = runs(open_shop, "status, n, parameters, hold_out")[-2:]
    assert {status for status, *_ in latest} == {"ok"}
    told = [json.loads(str(parameters)) for *_, parameters, _ in latest]
    assert {name for parameters in told for name in parameters} == {
        "r",
        "alpha",
        "a",
        "b",
        "p",
        "q",
        "v",
        "correlation",
    }
    assert all(json.loads(str(hold_out))["n"] > 50 for *_, hold_out in latest)


def test_purchases_can_be_expected_where_their_value_is_not_known(tmp_path: Path, open_shop: Workspace) -> None:
    shop(tmp_path, 200)
    orders = tmp_path / "data" / "orders.csv"
    orders.write_text(re.sub(r",[0-9.]+,sale", ",0,sale", orders.read_text()))
    workspace = Workspace(tmp_path)
    workspace.refresh(as_of=NOW)
    assert value(workspace, "clv_bgnbd") == pytest.approx(value(open_shop, "clv_bgnbd"), rel=1e-12)
    row = next(iter(workspace.ask("clv_predictive", period="2024-03").rows()))
    assert row["value"] is None
    assert "insufficient_data" in row["flags"]


def test_fits_come_out_the_same_each_time(tmp_path: Path, open_shop: Workspace) -> None:
    again = shop(tmp_path, 200)
    # threads add up in any order: the last bit may differ, a fit that was another one would differ far before
    assert value(again, "clv_predictive") == pytest.approx(value(open_shop, "clv_predictive"), rel=1e-12)


def test_fits_of_earlier_months_are_taken_over_as_a_full_refresh_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, later, moments = shop(tmp_path, 200), NOW + timedelta(days=31), list[datetime]()
    fit = purchases.fit

    def noted(rows: pa.Table, parameters: Parameters, as_of: datetime) -> Fitted:
        moments.append(as_of)
        return fit(rows, parameters, as_of)

    monkeypatch.setattr(purchases, "fit", noted)
    workspace.refresh(as_of=later)
    assert moments == month_ends(later, "Europe/Berlin")[-2:]
    found = expected(workspace)
    workspace.refresh(as_of=later, full=True)
    assert found == expected(workspace)
    assert {row[:2] for row in found} == set(pairwise([*month_ends(later, "Europe/Berlin"), None]))


def expected(workspace: Workspace) -> list[tuple[Any, ...]]:
    snapshot = workspace.store.current()
    assert snapshot is not None
    sql = workspace.store.relation_sql(snapshot.tables["expected_purchases"])
    return duckdb.sql(f"SELECT fitted_at, valid_to, * FROM ({sql})").fetchall()


def test_what_a_new_day_recalls_is_what_a_full_refresh_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.model_validate({"sources": {"crm": {"path": "data"}}, "time_zone": "Europe/Berlin"})
    whole, store, learnt = load_catalog(settings), Store(tmp_path / "store"), list[np.datetime64]()
    wanted = whole.closure("churn_propensity")
    catalog = Catalog(whole.entities, {n: f for n, f in whole.facts.items() if not f.sql or n in wanted}, {}, {})
    learn = Propensities._learn

    def noted(self: Propensities, now: np.datetime64) -> Any:
        learnt.append(now)
        return learn(self, now)

    def learn_at(as_of: datetime, full: bool = False) -> tuple[int, list[tuple[Any, ...]]]:
        learnt.clear()
        made = refresh(tmp_path, settings, catalog, store, as_of=as_of, full=full)
        tables, times = store.snapshot(made.snapshot).tables, len(learnt)
        rows = [store.relation_sql(tables[name]) for name in ("churn_propensity", "model_runs")]
        return times, [row for sql in rows for row in duckdb.sql(f"FROM ({sql}) ORDER BY ALL").fetchall()]

    def come(file: str, rows: list[str]) -> None:
        (tmp_path / "data" / f"{file}.csv").write_text("\n".join(rows) + "\n")

    monkeypatch.setattr(Propensities, "_learn", noted)
    (tmp_path / "data").mkdir()
    customers(come)
    learn_at(NOW)
    for day, at, times in ((1, NOW - timedelta(days=100), 4), (2, NOW + timedelta(days=1), 0)):
        rows = (f"n{day}{n},{at},call,a{n},inbound" for n in range(0, 60, 7))
        come(f"activities_2024_01_0{day}", [ACTIVITIES, *rows])
        found = learn_at(NOW + timedelta(days=day))
        assert found[0] == times
    assert found[1] == learn_at(NOW + timedelta(days=2), full=True)[1]
    assert {row[0] for row in found[1]} > {"a0", "churn_propensity"}


ACTIVITIES = "activity_id,occurred_at,kind,account_id,direction"


def customers(come: Callable[[str, list[str]], None]) -> None:
    """Of these, some are spoken with less and less, and then leave."""
    dice, accounts, paid, seen = random.Random(4), ["account_id,name"], [], [ACTIVITIES]
    for n in range(60):
        start = datetime(2022, 1, 1) + timedelta(days=dice.randrange(300))
        ends = start + timedelta(days=dice.randrange(150, 900)) if n % 2 else None
        accounts.append(f"a{n},A{n}")
        paid.append(f"s{n},a{n},{start},{ends or ''},{dice.randrange(90, 900)}")
        while start < min(ends or NOW, NOW):
            seen.append(f"x{len(seen)},{start},call,a{n},inbound")
            cools = ends is not None and start > ends - timedelta(days=90)
            start += timedelta(days=dice.randint(20, 60) if cools else dice.randint(4, 9))
    come("accounts", accounts)
    come("subscriptions", ["subscription_id,account_id,started_on,ended_on,mrr", *paid])
    come("activities", seen)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_can_be_found(name: str) -> None:
    assert callable(MODELS[name].fit())


def test_a_learning_model_sees_all_rows_of_some_accounts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accountlens.models.modelled.MOST_ROWS", 10)
    with duckdb.connect() as con:
        con.execute(f"CREATE TEMP TABLE {INPUT} AS SELECT 'a' || (i * 7 % 13) AS account_id, i FROM range(60) t(i)")
        found = [part.to_pydict() for part in _by_accounts(con)]
    assert len(found) > 3
    assert sorted(row for part in found for row in part["i"]) == list(range(60))
    for part, later in pairwise(found):
        assert max(part["account_id"]) < min(later["account_id"])
        assert 5 <= len(part["i"]) <= 15
