"""One SQL, many engines: every authored statement can be written for the others, and read again by their parsers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import cycle
from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions as exp
from tests.engine.messy import catalog, company, open_session

from accountlens.engine.planner import make_plan
from accountlens.engine.sql import plan_sql
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.warehouses.expand import bind
from accountlens.warehouses.translate import translate

ENGINES = ("postgres", "spark", "snowflake", "bigquery", "databricks")
ZONES = ("UTC", "Europe/Berlin")
# Functions that one engine has and another silently lacks or understands otherwise: authored SQL goes without.
ONLY_DUCKDB = {
    "DATE_DIFF", "DATEDIFF", "EPOCH", "EPOCH_MS", "EPOCH_US", "ARG_MAX", "ARG_MIN", "STRFTIME", "DATE_TRUNC", "LIST",
    "UNNEST", "GENERATE_SERIES", "RANGE", "MEDIAN", "QUANTILE_CONT", "ROUND", "TO_DAYS", "ANY_VALUE",
}  # fmt: skip

CATALOG = catalog()
FACTS = [name for name, fact in CATALOG.facts.items() if fact.sql]


def authored(fact: str) -> str:
    return bind(CATALOG.facts[fact].sql, {**CATALOG.parameters(fact), "as_of": datetime(2024, 1, 1)})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_can_be_written_for_every_engine(fact: str, engine: str) -> None:
    for zone in ZONES:
        written = translate(authored(fact), engine, zone)
        assert "KPI_" not in written
        sqlglot.parse_one(written, read=engine)


@pytest.mark.parametrize("fact", FACTS)
def test_facts_keep_to_the_portable_subset(fact: str) -> None:
    tree = sqlglot.parse_one(authored(fact), read="duckdb")
    functions = {node.sql_name() for node in tree.find_all(exp.Func)} | {
        node.name.upper() for node in tree.find_all(exp.Anonymous)
    }
    assert not functions & ONLY_DUCKDB, functions & ONLY_DUCKDB
    assert not list(tree.find_all(exp.Qualify, exp.Star)) or "EXCLUDE" not in authored(fact).upper()


def write_questions(kpis: Mapping[str, Iterable[str]], folder: Path, by: tuple[str, ...] = ()) -> None:
    """A question over each KPI, for the engines named; of those that cannot be split by what is asked over all."""
    _, ground = open_session(CATALOG, company(1), folder)
    for name, engines in kpis.items():
        query = Query((Asked(name),), by=by, period="2024-01..2024-03", grain="month")
        try:
            plan = make_plan(query, ground)
        except AccountlensError:
            plan = make_plan(replace(query, by=()), ground)
        statement = plan_sql(plan, CATALOG, ground.clock).statement()
        for engine in engines:
            written = translate(statement, engine, "Europe/Berlin")
            assert "KPI_" not in written
            sqlglot.parse_one(written, read=engine)


def test_a_question_over_every_kpi_can_be_written_for_other_engines(tmp_path: Path) -> None:
    """Each KPI for one of them, in turn."""
    write_questions({name: [engine] for name, engine in zip(CATALOG.kpis, cycle(ENGINES), strict=False)}, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("by", [(), ("tier",), ("tier", "segment")])
def test_a_question_over_every_kpi_can_be_written_for_every_engine(by: tuple[str, ...], tmp_path: Path) -> None:
    write_questions(dict.fromkeys(CATALOG.kpis, ENGINES), tmp_path, by)


def test_text_expansion_and_tree_expansion_agree_for_duckdb() -> None:
    from accountlens.warehouses.expand import expand

    for name in FACTS:
        for zone in ZONES:
            text = sqlglot.parse_one(expand(authored(name), zone=zone), read="duckdb").sql("duckdb")
            tree = sqlglot.parse_one(translate(authored(name), "duckdb", zone), read="duckdb").sql("duckdb")
            assert _bare(text) == _bare(tree), name


def _bare(sql: str) -> str:
    """Without brackets and comments, which the two ways set differently."""
    import re

    return re.sub(r"/\*.*?\*/|[() \"]", "", sql)


def test_a_rank_stays_the_rank_it_was_where_arrays_begin_at_one() -> None:
    """SQLGlot counts indices from 0 inside; one that it knows to be whole was counted on twice."""
    written = translate("SELECT KPI_NTH(x, CAST(n AS INTEGER)) FROM t", "postgres")
    assert written.endswith('[CAST("n" AS INT)]) FROM "t"'), written
