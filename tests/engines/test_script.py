"""What is printed for an engine is what would be run: on DuckDB it gives the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from tests.engine.messy import catalog, company, open_session

from accountlens.engine.run import Backdrop, ask
from accountlens.engine.warehouse_script import SCHEMA, script_of
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.warehouses.registry import engine_of


def test_a_printed_script_gives_the_answer_and_says_what_no_sql_can(tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(1), tmp_path)
    query = Query((Asked("nrr"),), period="2024-01..2024-03", grain="month")
    *facts, question = script_of(query, ground, engine_of("duckdb")).strip().split(";\n\n")
    answer = ask(query, ground, session, Backdrop("messy", "EUR"))
    with session.con.cursor() as cursor:
        for entity in ("subscriptions", "accounts"):
            session.table(entity)
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for fact in facts:
            cursor.execute(fact)
        cursor.execute(f"SET search_path = '{SCHEMA},main'")
        found = cursor.execute(question.rstrip(";")).to_arrow_table()
    assert len(facts) == 1
    assert sorted(map(str, found["k0"].to_pylist())) == sorted(map(str, answer.figure("k0").ravel().tolist()))
    for statement in script_of(query, ground, engine_of("bigquery")).strip().split(";\n\n"):
        sqlglot.parse_one(statement.rstrip(";"), read="bigquery")
    with pytest.raises(AccountlensError, match="markov_credits is fitted by a model"):
        script_of(Query((Asked("attribution_markov"),), period="2024-01"), ground, engine_of("bigquery"))
