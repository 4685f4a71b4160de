"""BigQuery's own analyzer (ZetaSQL, `pip install zetasql`) takes every fact and every KPI's question, with their types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.engine.messy import company, open_session
from tests.test_portability import CATALOG, FACTS, authored

from accountlens.engine.planner import make_plan
from accountlens.engine.sql import plan_sql
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.warehouses.translate import translate

KINDS = {"VARCHAR": "STRING", "TIMESTAMP": "DATETIME", "BIGINT": "INT64", "INTEGER": "INT64", "HUGEINT": "INT64"}
KINDS |= {"DOUBLE": "DOUBLE", "BOOLEAN": "BOOL", "DATE": "DATE"}


def statements(folder: Path) -> Iterator[tuple[str, str]]:
    yield from ((fact, authored(fact)) for fact in FACTS)
    _, ground = open_session(CATALOG, company(1), folder)
    for name in CATALOG.kpis:
        for by in ((), ("tier", "segment")):
            try:
                plan = make_plan(Query((Asked(name),), by=by, period="2024-01..2024-03", grain="month"), ground)
            except AccountlensError:  # it cannot be split by these
                continue
            for use in plan.uses:
                RELATIONS[use.relation] = use.fact
            yield name, plan_sql(plan, CATALOG, ground.clock).statement()


RELATIONS = {name: name for name in CATALOG.facts}  # what a statement reads → the fact whose columns it has


@pytest.mark.long
def test_bigquery_understands_every_statement(tmp_path: Path) -> None:
    pytest.importorskip("zetasql")
    written = [(name, translate(sql, "bigquery", "Europe/Berlin")) for name, sql in statements(tmp_path)]
    analyzer = _analyzer()
    refused = [(name, told) for name, sql in written if (told := _refusal(analyzer, sql))]
    assert not refused


def _refusal(analyzer: Any, sql: str) -> str:
    try:
        analyzer.analyze_statement(sql)
    except Exception as error:  # noqa: BLE001  # of whatever kind, it is told
        return str(error)
    return ""


def _analyzer() -> Any:
    from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
    from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

    language = LanguageOptions.maximum_features()
    known = CatalogBuilder("accountlens")
    for relation, fact in RELATIONS.items():
        table = TableBuilder(relation)
        for column, kind in CATALOG.facts[fact].columns.items():
            table = table.add_column(column, getattr(TypeKind, f"TYPE_{KINDS[kind]}"))
        known = known.add_table(table.build())
    functions = ZetaSQLBuiltinFunctionOptions(language_options=language)
    return Analyzer(AnalyzerOptions(language_options=language), known.with_builtin_functions(functions).build())
