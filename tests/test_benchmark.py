"""What the benchmark measures: SQL by hand gives the engine's numbers, and a wide question reads each fact once.

Nothing is timed here. The semantic layers that accountlens is set beside have to be fetched and are not run.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from benchmarks.asking import Asker
from benchmarks.by_hand import NEVER_KNOWN_OF_ONE_ACCOUNT, THEMES_OF_32, ByHand
from benchmarks.columns32 import COLUMNS, KPIS, places_of
from benchmarks.setting import Setting
from benchmarks.tables import clicks, columns, peers

from accountlens.engine.plan import Plan
from accountlens.engine.rollups import roll_up
from accountlens.engine.run import prepare
from accountlens.engine.script import Script
from accountlens.warehouses.expand import quoted

# Models want more customers than this company has; who was lost pays nothing, so that one account has no ltv.
UNKNOWN_HERE = frozenset(
    ["clv_bgnbd", "clv_gamma_gamma", "clv_predictive", "clv_sbg", "expansion_propensity_share", "ltv"]
)


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return Setting(20_000, 60, rounds=0, clicks=1, peers=False, build=tmp_path_factory.mktemp("benchmark"))


@pytest.fixture(scope="module")
def company(setting: Setting) -> Path:
    return setting.company()


@pytest.fixture(scope="module")
def asker(company: Path) -> Asker:
    return Asker(company)


@pytest.fixture(scope="module")
def by_hand(asker: Asker) -> ByHand:
    return ByHand(asker)


@pytest.fixture(scope="module")
def answer(asker: Asker, by_hand: ByHand) -> pa.Table:
    return asker.ask(by_hand.columns)


def test_the_sql_by_hand_gives_the_same_numbers(by_hand: ByHand, answer: pa.Table) -> None:
    assert len(by_hand.columns) == 127
    assert by_hand.differences(answer) == {}


def test_wrong_numbers_would_be_found(by_hand: ByHand, answer: pa.Table) -> None:
    known, wrong = {}, answer
    for index, name in enumerate(by_hand.columns):
        place = answer.schema.get_field_index(f"k{index}")
        known[name] = answer.num_rows - answer.column(place).null_count
        wrong = wrong.set_column(place, f"k{index}", pc.add(pc.multiply(answer.column(place), 1 + 1e-6), 1.7e-6))
    assert {name for name, cells in known.items() if not cells} == UNKNOWN_HERE
    assert by_hand.differences(wrong) == {name: cells for name, cells in known.items() if cells}


def test_the_32_columns_by_hand_are_the_engines_cell_by_cell(asker: Asker) -> None:
    places = places_of(prepare(asker.query(KPIS), asker.ground, asker.session)[0])
    by_hand = ByHand(asker, THEMES_OF_32, places)
    answer = asker.ask(KPIS)
    assert sorted(by_hand.columns) == sorted(column.name for column in COLUMNS)
    assert len(COLUMNS) == 32
    assert by_hand.differences(answer) == {}
    known, wrong = set(), answer
    for column, place in places.items():
        at = answer.schema.get_field_index(place)
        known |= {column} if answer.column(at).null_count < answer.num_rows else set()
        moved = pc.add(pc.multiply(answer.column(at), 1 + 1e-6), 1.7e-6)
        wrong = wrong.set_column(at, place, moved)
    assert set(by_hand.differences(wrong)) == known
    assert len(known) == 32


def test_every_way_to_the_32_columns_gives_the_same_numbers(setting: Setting) -> None:
    found = columns.TABLE.measure(setting)
    assert [row[-2:] for row in found.rows] == [*5 * [[0, 61 * 24 * 32]], [None, None]]
    assert all(row[1] > 0 and row[4] > 50 for row in found.rows)  # CPU seconds, megabytes


@pytest.mark.long
def test_every_way_to_the_18_kpis_gives_the_same_numbers(setting: Setting) -> None:
    found = peers.TABLE.measure(setting)
    assert [row[-3:] for row in found.rows] == 6 * [[18, "none", 61 * 24 * 18]]


@pytest.mark.long
def test_clicks_show_the_same_with_figures_that_stand_ready_and_without(setting: Setting) -> None:
    found = clicks.TABLE.measure(setting)
    assert len(found.rows) == len(clicks.GOALS)
    for row in found.rows:
        values, differ = row[-2:]
        assert values > 10
        assert differ == 0


def test_what_is_not_written_by_hand_means_nothing_for_one_account(asker: Asker) -> None:
    answer = asker.ask(sorted(NEVER_KNOWN_OF_ONE_ACCOUNT))
    for index in range(len(NEVER_KNOWN_OF_ONE_ACCOUNT)):
        assert answer.column(f"k{index}").null_count == answer.num_rows > 0


@pytest.fixture(scope="module")
def with_tables(company: Path) -> Asker:
    """With tables in place of files: plans name them."""
    asker = Asker(company)
    session = asker.session
    for name, sql in session.tables.items():
        if name not in session.made:
            session.con.execute(f"CREATE TABLE {quoted(name)} AS {sql}")
            session.made.add(name)
    return asker


@pytest.fixture(scope="module")
def wide_question(with_tables: Asker) -> tuple[Plan, Script]:
    """The whole catalog by account and month."""
    query = with_tables.query(with_tables.splittable())
    return prepare(query, with_tables.ground, with_tables.session)


def test_every_fact_is_scanned_once(with_tables: Asker, wide_question: tuple[Plan, Script]) -> None:
    plan, script = wide_question
    steps = {step.name.removeprefix("found_"): step.sql for step in script.facts}
    assert set(steps) == {use.relation for use in plan.uses}
    assert len(steps) > 60
    for relation, sql in steps.items():
        once = _scans(with_tables.session.con, f"SELECT * FROM {quoted(relation)}")
        assert Counter() < _scans(with_tables.session.con, sql) <= once, relation


def test_no_fact_is_named_beside_its_one_scan(wide_question: tuple[Plan, Script]) -> None:
    plan, script = wide_question
    named = Counter(re.findall(r"(?:FROM|JOIN)\s+\"?(\w+)", script.statement()))
    assert {use.relation: named[use.relation] for use in plan.uses} == {use.relation: 1 for use in plan.uses}


def test_people_are_kept_apart_only_where_they_are_counted(asker: Asker, wide_question: tuple[Plan, Script]) -> None:
    """Page views are most of the rows, and nobody asks whose they are."""
    rolled = roll_up(wide_question[0], asker.ground.catalog)
    (rollup,) = [rollup for rollup in rolled.rollups if rollup.use.fact == "engagements"]
    assert set(rollup.keys) == {"account_id", "contact_id"}
    assert set(rollup.of_some) == {"contact_id"}
    assert "is_conversation" in rollup.of_some["contact_id"]
    assert "page_view" not in rollup.of_some["contact_id"]
    people = [branch for branch in rolled.branches if branch.rollup == rollup.name and branch.keyless]
    assert {branch.per for branch in people} == {"contact_id"}


def test_rows_are_read_of_one_span_of_time(wide_question: tuple[Plan, Script]) -> None:
    """Readers skip by a range, not by one of several: months and the windows before their ends are one."""
    (sql,) = [step.sql for step in wide_question[1].facts if step.name == "found_engagements"]
    (where,) = re.findall(r'FROM "engagements"\nWHERE (.*)', sql)
    assert where.count('"occurred_at" >=') == where.count('"occurred_at" <') == 1


def _scans(con: duckdb.DuckDBPyConnection, sql: str) -> Counter[str]:
    """How often each table of the snapshot is read."""
    ((_, told),) = con.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()
    return Counter(node["extra_info"]["Table"] for node in _nodes(json.loads(told)[0]) if "Table" in node["extra_info"])


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from _nodes(child)
