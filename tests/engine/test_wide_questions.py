"""Many periods and many KPIs at once give what each gives alone, however the engine shares the work."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.engine.messy import catalog, company, open_session

from accountlens.engine.aggregates import View, conditioned, take_apart
from accountlens.engine.cuts import merged
from accountlens.engine.halves import Supply
from accountlens.engine.planner import Ground, make_plan
from accountlens.engine.run import Backdrop, ask, make_readable, prepare, run
from accountlens.engine.script import Script
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.periods import cut, parse_range
from accountlens.language.query import Query
from accountlens.warehouses.expand import expand

CATALOG = catalog()
TRAILING = (
    "engagement_score", "engagement_score(decay=linear)", "engagement_score(half_life_days=7, window_days=45)",
    "engaged_accounts", "engaged_accounts(window_days=30)", "content_downloads", "conversations", "website_visits",
    "inbound_touches", "interaction_gap_days", "max_gap_days", "mean_gap_days", "pipeline_velocity", "clv_simple",
    "sales_cycle_days(censor_open=true)", "stickiness", "nps(window_days=60)",
)  # fmt: skip
MONTHS = "2023-11..2024-05"
TIMES = frozenset({"occurred_at", "ended_at"})
COLUMNS = TIMES | {"account_id", "contact_id", "kind", "amount", "points", "minutes", "a", "b", "t"}


@pytest.mark.parametrize("by", [(), ("tier",), ("account_id",), ("tier", "industry")])
@pytest.mark.parametrize(("seed", "zone"), [(2, "UTC"), (5, "America/New_York")])
def test_months_asked_together_equal_months_asked_one_by_one(
    by: tuple[str, ...], seed: int, zone: str, tmp_path: Path
) -> None:
    session, ground = open_session(CATALOG, company(seed, scale=2), tmp_path, zone)
    asked = tuple(map(parse_asked, TRAILING))

    def answers(period: str, grain: str) -> dict[Any, Mapping[str, Any]]:
        rows = ask(Query(asked, by=by, period=period, grain=grain), ground, session, Backdrop("s", "EUR")).rows()
        return {_place(row): row for row in rows}

    together = answers(MONTHS, "month")
    alone: dict[Any, Mapping[str, Any]] = {}
    for period in cut(parse_range(MONTHS, ground.clock.today, 1), "month", 1):
        alone |= answers(f"{period.start:%Y-%m}", "month")
    assert set(alone) <= set(together)
    for place, row in alone.items():
        for field in ("value", "lower", "upper", "n", "unmatched_rows", "parts"):
            assert _near(together[place].get(field), row.get(field)), (place, field)


def _near(mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, Mapping):
        return mine.keys() == theirs.keys() and all(_near(mine[name], theirs[name]) for name in theirs)
    if isinstance(theirs, float | int) and isinstance(mine, float | int):
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(mine == theirs)


def _place(row: Mapping[str, Any]) -> Any:
    return row["kpi"], str(row.get("options")), row["period"], tuple(row["by"].values())


def test_a_year_of_days_compared_with_the_year_before_finds_every_row(tmp_path: Path) -> None:
    """Neighbouring, overlapping and distant periods on one time column: the windows of days and of the year before."""
    session, ground = open_session(CATALOG, company(4, scale=2), tmp_path)
    asked = tuple(map(parse_asked, ("engagement_score", "content_downloads", "inbound_touches")))
    query = Query(asked, period="2024-02-20..2024-03-10", grain="day", compare=("previous", "year-ago"))
    rows = ask(query, ground, session, Backdrop("s", "EUR")).rows()
    for row in rows:
        single = Query(query.kpis, period=row["period"], grain="day", compare=query.compare)
        alone = next(r for r in ask(single, ground, session, Backdrop("s", "EUR")).rows() if r["kpi"] == row["kpi"])
        for told in alone["compare"].values():  # of one period alone it is also known what faded and what came
            told.pop("faded", None)
            told.pop("came", None)
        assert row.keys() == alone.keys()
        assert all(_near(row[field], alone[field]) for field in row if field != "flags"), (row, alone)
    assert len({row["period"] for row in rows}) == 20


def _is_modelled(name: str) -> bool:
    """Whether the KPI needs a model, which only a refresh fits."""
    facts = {measure.fact for measure in CATALOG.kpi(parse_asked(name)).measures.values()}
    return any(CATALOG.facts[beneath].model for fact in facts for beneath in CATALOG.closure(fact))


@pytest.mark.parametrize(
    ("asked", "every"),
    [
        (Query((), by=(), period=MONTHS, grain="month", compare=("previous",)), 2),
        (Query((), by=("tier",), period=MONTHS, grain="month", compare=("previous", "year-ago"), totals="all"), 8),
        (Query((), by=("tier",), period=MONTHS, grain="quarter", totals="none"), 8),
        (Query((), by=("tier", "account_id"), period="2024-02", totals="all"), 8),
    ],
    ids=["total", "tier", "quarters", "account"],
)
@pytest.mark.parametrize("rollup", ["", "(rollup=mean_of_accounts)"], ids=["pooled", "means"])
def test_arrays_give_what_the_one_statement_gives(asked: Query, every: int, rollup: str, tmp_path: Path) -> None:
    session, ground = open_session(CATALOG, company(7, scale=2), tmp_path)
    names = [name for name in CATALOG.kpis if not _is_modelled(name) and _can(name, rollup, asked, ground)]
    names = names[:: every // 2 if rollup else every]
    query = replace(asked, kpis=tuple(parse_asked(name + rollup) for name in names))
    plan, script = prepare(query, ground, session)
    assert script.wide
    found = run(plan, Supply(script, [None] * len(script.facts)), session)
    cursor = session.fetch(script.statement())
    fields = [column[0] for column in cursor.description or ()]
    mine = _by_name(script.places(found.names), found.records(), script)
    theirs = _by_name(script.places(fields), cursor.fetchall(), script)
    assert len(mine) == len(theirs) > 0
    for one, other in zip(mine, theirs, strict=True):
        assert all(map(_near, one, other)), [names for names in zip(one, other, strict=True) if not _near(*names)]


def _by_name(place: Mapping[str, int], rows: Sequence[tuple[Any, ...]], script: Script) -> list[tuple[Any, ...]]:
    """The rows with figures in the order of their names, sorted by their keys."""
    keys = [name for name in ("level", "d0", "d1", "p") if name in place]
    return sorted((tuple(row[place[name]] for name in (*keys, *script.held)) for row in rows), key=lambda row: row[:4])


def _can(name: str, rollup: str, asked: Query, ground: Ground) -> bool:
    try:
        make_plan(replace(asked, kpis=(parse_asked(name + rollup),)), ground)
    except AccountlensError:
        return False
    return True


@pytest.mark.parametrize(
    ("aggregate", "keys", "of_stretch", "combined"),
    [
        ("count(*)", "", ("count(*)",), "COALESCE(sum({0}), 0)"),
        (
            "count(*) FILTER (WHERE (kind = 'a') AND (account_id IS NULL))",
            "account_id",
            ("count(*) FILTER (WHERE (kind = 'a'))",),
            "COALESCE(sum({0}) FILTER (WHERE (account_id IS NULL)), 0)",
        ),
        ("avg(amount)", "", ("sum(amount)", "count(amount)"), "KPI_RATIO(sum({0}), sum({1}))"),
        ("max(occurred_at)", "", ("max(occurred_at)",), "max({0})"),
        ("max(as_of)", "", (), "max(as_of)"),
        (
            "sum(points * KPI_HALF(KPI_DAYS(occurred_at, as_of), 30))",
            "",
            ("sum(KPI_DOUBLE(points) * KPI_HALF(KPI_DAYS(occurred_at, stretch_end), 30))",),
            "sum({0} * KPI_HALF(KPI_DAYS(stretch_end, as_of), 30))",
        ),
        (
            "count(DISTINCT contact_id) FILTER (WHERE kind = 'a')",
            "",
            ("count(*) FILTER (WHERE (kind = 'a'))",),
            "count(DISTINCT contact_id) FILTER (WHERE {0} > 0)",
        ),
        (
            "max(amount) FILTER (WHERE kind = 'a' AND (ended_at IS NULL OR ended_at < as_of) AND occurred_at >= period_start)",
            "",
            ("max(amount) FILTER (WHERE (kind = 'a'))",),
            "max({0}) FILTER (WHERE (edge_of_ended_at IS NULL OR edge_of_ended_at <= as_of) AND (stretch_end > period_start))",
        ),
        (
            "GREATEST(0, COALESCE(sum(amount), 0)) / count(*)",
            "",
            ("sum(amount)", "count(*)"),
            "GREATEST(0, COALESCE(sum({0}), 0)) / COALESCE(sum({1}), 0)",
        ),
    ],
)
def test_aggregates_that_come_in_parts(aggregate: str, keys: str, of_stretch: tuple[str, ...], combined: str) -> None:
    parts = take_apart(aggregate, View(COLUMNS, frozenset(keys.split()), TIMES, "occurred_at"))
    assert parts is not None
    assert (parts.of_stretch, parts.combined) == (of_stretch, combined)


def test_spans_of_time_that_touch_are_one() -> None:
    first, second, third, fourth = (datetime(2024, month, 1) for month in range(1, 5))
    assert merged([(second, third), (first, fourth)]) == [(first, fourth)]
    assert merged([(second, third), (first, second)]) == [(first, third)]
    assert merged([(third, fourth), (first, second)]) == [(first, second), (third, fourth)]


def test_different_values_alone_are_counted_one_after_the_other() -> None:
    counted = "count(DISTINCT contact_id) FILTER (WHERE kind = 'a' AND account_id IS NULL)"
    view = View(COLUMNS, frozenset({"account_id"}), TIMES, "occurred_at")
    parts = take_apart(counted, view)
    assert parts is not None
    assert parts.finer == {("contact_id", "(kind = 'a')")}
    assert parts.distinct is not None
    assert parts.distinct.of_each() == "count(contact_id) FILTER (WHERE {0} > 0 AND (account_id IS NULL))"
    beside_another = take_apart(f"{counted} / count(*)", view)
    assert beside_another is not None
    assert beside_another.distinct is None


@pytest.mark.parametrize(
    "aggregate",
    [
        "KPI_MEDIAN(minutes)", "var_samp(amount)", "sum(a + b * KPI_HALF(KPI_DAYS(t, as_of), 3))",
        "count(*) FILTER (WHERE t >= period_start)", "count(*) FILTER (WHERE kind = 'a' OR ended_at < as_of)", "sum(KPI_DAYS(occurred_at, as_of))",
        "max(points * KPI_HALF(KPI_DAYS(occurred_at, as_of), 30))",
    ],
)  # fmt: skip
def test_aggregates_that_need_the_rows_of_the_period(aggregate: str) -> None:
    assert take_apart(aggregate, View(COLUMNS, times=TIMES, main="occurred_at")) is None


@pytest.mark.parametrize(
    "sql",
    [
        "count(*) FILTER (WHERE a > 1)",
        "sum(b) FILTER (WHERE a > 1 AND (b IS NULL OR b > 2))",
        "KPI_RATIO(sum(b) FILTER (WHERE a > 1), count(b) FILTER (WHERE a > 1))",
        "count(DISTINCT b) FILTER (WHERE a > 1)",
        "sum(DISTINCT b) FILTER (WHERE a > 1)",
        "min(b) FILTER (WHERE a > 1) + 1",
    ],
)
def test_a_condition_inside_an_aggregate_keeps_the_rows_of_its_filter(sql: str) -> None:
    """Also where it is unknown of every row, and where none meets it."""
    for rows in ("(NULL, 5)", "(1, 5)", "(2, 5), (2, 5), (3, NULL), (NULL, 7), (0, 9)"):
        source = f"FROM (VALUES {rows}) t(a, b)"
        filtered, inside = (expand(f"SELECT {text} {source}") for text in (sql, conditioned(sql)))
        assert duckdb.sql(inside).fetchall() == duckdb.sql(filtered).fetchall(), rows


@pytest.mark.parametrize("by", [(), ("tier",), ("account_id",)])
def test_values_alone_are_those_of_the_whole_answer(by: tuple[str, ...], tmp_path: Path) -> None:
    session, ground = open_session(CATALOG, company(6, scale=2), tmp_path)
    asked = tuple(
        kpi for kpi in map(parse_asked, sorted(CATALOG.kpis)) if _can_be_asked(Query((kpi,), by=by), ground, session)
    )
    query = Query(asked, by=by, period="2024-02..2024-05", grain="month", compare=("previous",))
    whole = {_place(row): row for row in ask(query, ground, session, Backdrop("s", "EUR")).rows()}
    bare = ask(replace(query, only_values=True), ground, session, Backdrop("s", "EUR")).rows()
    assert len(asked) > 80
    for row in bare:
        there = whole.pop(_place(row))
        assert _near(row["value"], there["value"]), row
        assert _near(row["compare"]["previous"]["value"], there["compare"]["previous"]["value"]), row
        assert all(_near(part, there["parts"][name]) for name, part in row["parts"].items()), row
        assert row["n"] is None
        assert not set(row["flags"]) - {"total", "partial_period", "insufficient_data"}
    # what is left has no rows of what the value consists of, but of something that is told beside it
    assert all(not row["value"] for row in whole.values())


def _can_be_asked(query: Query, ground: Ground, session: Session) -> bool:
    try:
        make_readable(make_plan(query, ground), session)
    except AccountlensError:
        return False
    return True
