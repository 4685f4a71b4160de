"""Who is likely to leave: nothing of the future is seen, reasons add up, and on the sample company it is found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from scipy.special import expit, logit

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.demo.company import generate, story
from accountlens.engine.session import Session
from accountlens.models import propensity
from accountlens.models.facts import churn
from accountlens.models.facts.customers import Customers, customers_of

NOW = datetime(2024, 7, 1)
DAY = timedelta(days=1)
TIME = pa.timestamp("us")
PARAMETERS = {"penalty": 1, "time_zone": "UTC"}
Row = tuple[Any, ...]


def table(rows: Sequence[Row]) -> pa.Table:
    kinds = (pa.string(), pa.string(), TIME, TIME, pa.float64(), pa.int64())
    names = ("account_id", "kind", "happened_at", "ended_at", "amount", "touches")
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)], names=names)


def history(seed: int, customers: int = 120) -> list[Row]:
    """Customers of whom some use less and less for three months, and then leave."""
    dice, rows = Random(seed), []
    for number in range(customers):
        name, start = f"c{number:03}", datetime(2022, 1, 1) + dice.randrange(200) * DAY
        leaves = start + dice.randrange(200, 900) * DAY if dice.random() < 0.5 else None
        rows.append((name, "subscription", start, leaves, float(dice.randint(100, 900)), 0))
        day = start
        while day < (leaves or NOW):
            cools = leaves is not None and day > leaves - 100 * DAY
            rows.append((name, "use", day, None, 2.0 if cools else 30.0, 0))
            rows.append((name, "day", day, None, dice.choice([1.0, 5.0, 15.0]), dice.randrange(2)))
            if dice.random() < (0.3 if cools else 0.05):
                rows.append((name, "ticket", day, None, 1.0, 0))
            if dice.random() < 0.05:
                rows.append((name, "answer", day, None, float(dice.randint(0, 10)), 0))
            day += dice.randint(5, 9) * DAY
        rows.append((name, "contract", start, start + 365 * DAY, 0.0, 0))
    return [row for row in rows if row[2] < NOW]


def seen_at(rows: Sequence[Row], moment: datetime) -> list[Row]:
    """What was there at a moment: later rows are not, and what ends later has no end yet that matters."""
    return [row for row in rows if row[2] < moment]


def opened(rows: Sequence[Row]) -> Customers:
    return customers_of(table(rows), churn.KINDS)


@pytest.mark.parametrize("seed", range(3))
def test_features_see_nothing_of_the_future(seed: int) -> None:
    rows, dice = history(seed, 25), Random(seed)
    for moment in (datetime(2023, 3, 1), datetime(2023, 11, 1), datetime(2024, 5, 1)):
        past = seen_at(rows, moment)
        names = {row[0] for row in past}
        other = [  # the same past with another future: nobody leaves any more, and much happens
            (*row[:3], None if row[1] == "subscription" and row[3] and row[3] >= moment else row[3], *row[4:])
            for row in past
        ]
        other += [(name, kind, moment + dice.randrange(50) * DAY, None, 99.0, 9)
                  for name in names for kind in churn.KINDS]  # fmt: skip
        at = np.datetime64(moment, "us")
        assert churn.known(opened(past), at) == pytest.approx(churn.known(opened(other), at), nan_ok=True)
        whole = [row for row in rows if row[0] in names]
        assert churn.known(opened(past), at) == pytest.approx(churn.known(opened(whole), at), nan_ok=True)


def test_features_are_what_plain_counting_gives() -> None:
    rows, moment = history(7, 20), datetime(2023, 6, 1)
    found = churn.known(opened(rows), np.datetime64(moment, "us"))
    for place, name in enumerate(sorted({row[0] for row in rows})):
        mine = [row for row in rows if row[0] == name and row[2] < moment]

        def total(kind: str, start: int, stop: int, column: int = 4, mine: list[Row] = mine) -> float:
            return sum(
                row[column] for row in mine if row[1] == kind and moment - start * DAY <= row[2] < moment - stop * DAY
            )

        def lately(kind: str, total: Any = total) -> float:
            return math.log1p(total(kind, 30, 0)) - math.log1p(total(kind, 90, 30) / 2)

        live = [row for row in mine if row[1] == "subscription" and (row[3] is None or row[3] >= moment)]
        points = sum(
            row[4] * 0.5 ** ((moment - row[2]) / (30 * DAY))
            for row in mine
            if row[1] == "day" and row[2] >= moment - 90 * DAY
        )
        answers = [row[4] for row in mine if row[1] == "answer" and row[2] >= moment - 365 * DAY]
        bound = any(row[1] == "contract" and row[3] >= moment + 90 * DAY for row in mine)
        wanted = [
            math.log1p(sum(row[4] for row in live)),
            (moment - min(row[2] for row in mine if row[1] == "subscription")) / DAY / 30.4375,
            math.log1p(points), lately("day"), lately("use"), math.log1p(total("day", 90, 0, 5)),
            math.log1p(total("ticket", 90, 0)), sum(answers) / len(answers) if answers else math.nan, 0.0 if bound else 1.0,
        ]  # fmt: skip
        assert found[place] == pytest.approx(wanted, nan_ok=True), name


def test_to_leave_is_to_pay_nothing_any_more() -> None:
    moment = datetime(2024, 1, 1)
    rows = [
        ("gone", "subscription", moment - DAY, moment + 89 * DAY, 5.0, 0),
        ("back", "subscription", moment - DAY, moment + 20 * DAY, 5.0, 0),
        ("back", "subscription", moment + 40 * DAY, None, 5.0, 0),
        ("half", "subscription", moment - DAY, moment + 20 * DAY, 5.0, 0),
        ("half", "subscription", moment - DAY, None, 5.0, 0),
        ("late", "subscription", moment - DAY, moment + 90 * DAY, 5.0, 0),
    ]
    found = opened(rows)
    left = dict(zip(found.names, churn.left(found, np.datetime64(moment, "us")).tolist(), strict=True))
    assert left == {"gone": True, "back": False, "half": False, "late": False}


def test_who_uses_less_is_found_and_told_why() -> None:
    found = churn.fit(table(history(1)), PARAMETERS, NOW)
    rows, run = found.rows.to_pylist(), found.runs[0]
    assert run.hold_out is not None
    assert run.hold_out["auc"] > 0.8
    assert run.hold_out["brier"] < run.hold_out["brier_of_share"]
    assert max(run.parameters["coefficients"].items(), key=lambda pair: abs(pair[1]))[0] == "use lately against before"
    for row in rows:
        effects = [row[f"{word}_effect"] for word in ("first", "second", "third")] + [row["rest_effect"]]
        assert expit(logit(row["base"]) + sum(effects)) == pytest.approx(row["probability"], rel=1e-9)
        assert [abs(effect) for effect in effects[:3]] == sorted(map(abs, effects[:3]), reverse=True)


def test_an_earlier_fit_is_not_changed_by_what_came_later() -> None:
    rows, moment = history(2), datetime(2024, 3, 1)
    then = churn.fit(table(seen_at(rows, moment)), PARAMETERS, moment)
    bent = [(*row[:3], moment + DAY if row[1] == "subscription" and row[3] and row[3] > moment else row[3], *row[4:])
            for row in seen_at(rows, moment)]  # fmt: skip
    assert churn.fit(table(bent), PARAMETERS, moment).rows.equals(then.rows)


def test_too_few_customers_or_departures_are_refused() -> None:
    few = churn.fit(table(history(3, 40)), PARAMETERS, NOW)
    assert few.rows.num_rows == 0
    assert "needs 50" in str(few.runs[0].reason)
    loyal = [(*row[:3], None, *row[4:]) if row[1] == "subscription" else row for row in history(3)]
    assert "rarer outcome" in str(churn.fit(table(loyal), PARAMETERS, NOW).runs[0].reason)


def test_rows_whose_outcome_was_not_known_do_not_teach_the_check() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=(900, 1))
    y = (random.random(900) < expit(2 * x[:, 0])).astype(float)
    held, between = np.arange(900) >= 700, (np.arange(900) >= 500) & (np.arange(900) < 700)
    lying = np.where(between, 1 - y, y)
    one, other = (propensity.fit(x, z, "x", hold_out=held, purged=between).hold_out for z in (y, lying))
    assert one == other
    assert propensity.fit(x, lying, "x", hold_out=held).hold_out != one


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The input rows of the model, of the sample company."""
    folder = tmp_path_factory.mktemp("company")
    generate(folder, file_format="parquet")
    catalog = load_catalog(Settings())
    tables = {}
    for path in (folder / "data").iterdir():
        given = pa.parquet.read_schema(path).names
        lacking = [f"CAST(NULL AS {kind}) AS \"{name}\"" for name, kind in catalog.facts[path.stem].columns.items()
                   if name not in given]  # fmt: skip
        tables[path.stem] = f"SELECT {', '.join(['*', *lacking])} FROM read_parquet('{path}')"
    session = Session(catalog, tables, "UTC", datetime(2026, 10, 1))
    for name in catalog.facts["churn_propensity"].reads:
        session.ensure_fact(name)
    sql = catalog.sql_of("churn_propensity", {}, datetime(2026, 10, 1), "UTC")
    return session.con.sql(sql).to_arrow_table()


def test_accounts_of_the_sample_company_that_cool_off_are_found(sample: pa.Table) -> None:
    found = churn.fit(sample, PARAMETERS, datetime(2026, 10, 1))
    check = found.runs[0].hold_out
    assert check is not None, found.runs[0].reason
    assert check["auc"] > 0.85
    assert check["brier"] < check["brier_of_share"]
    assert check["total_ratio"] == pytest.approx(1, abs=0.35)
    worst = check["calibration"][-1]
    assert worst["observed"] > 5 * check["actual"] / check["n"] / 2, "who is said to be in danger mostly is"
    assert worst["predicted"] == pytest.approx(worst["observed"], abs=0.1)
    likeliest = sorted(found.rows.to_pylist(), key=lambda row: -row["probability"])
    cooling = {one.account_id for one in story().cooling_now}
    assert len(cooling & {row["account_id"] for row in likeliest[:12]}) >= len(cooling) - 1


def test_fits_for_several_moments_seen_in_parts_are_those_of_each_moment_alone() -> None:
    rows, moments = history(1, 90), [datetime(2024, 4, 1), datetime(2024, 6, 1), NOW]
    together = churn.learn(PARAMETERS, moments)
    for first, last in (("c000", "c029"), ("c030", "c030"), ("c031", "c089")):
        together.see(table([row for row in reversed(rows) if first <= row[0] <= last]))
    for moment in moments:
        alone = churn.fit(table(seen_at(rows, moment)), PARAMETERS, moment)
        found = together.fit(moment)
        assert alone.rows.num_rows > 20
        assert found.rows.equals(alone.rows)
        assert found.runs == alone.runs


def test_what_was_learnt_serves_as_long_as_nothing_that_taught_it_changed() -> None:
    moments, rows = [datetime(2024, 6, 11), datetime(2024, 6, 12)], history(3, 200)
    first, whole, short = (churn.learn(PARAMETERS, [moment]) for moment in (moments[0], moments[1], moments[1]))
    first.see(table(seen_at(rows, moments[0])))
    first.fit(moments[0])
    learnt = first.learnt()
    assert learnt is not None
    taught_until = datetime(2024, 3, 1) + 90 * DAY  # by who had left then of those who paid at the end of February
    assert not short.recall(learnt, taught_until - timedelta(seconds=1))
    assert short.recall(learnt, taught_until)
    whole.see(table(seen_at(rows, moments[1])))
    with duckdb.connect() as con:
        con.register("input", table(seen_at(rows, moments[1])))
        con.execute(f"CREATE TABLE needed AS FROM input WHERE {short.needs()}")
        needed = con.sql("FROM needed").to_arrow_table()
    short.see(needed)
    found = short.fit(moments[1])
    assert found == whole.fit(moments[1])
    assert found.rows.num_rows > 50
    assert needed.num_rows < 0.7 * len(rows)
    assert not churn.learn(PARAMETERS, [datetime(2024, 7, 1)]).recall(learnt, NOW)  # March teaches, too
