"""What an engine would run to answer a question, without running it: the facts beneath it, then the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from accountlens.engine.ground import Ground
from accountlens.engine.planner import make_plan
from accountlens.engine.run import make_readable
from accountlens.engine.sql import plan_sql
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.errors import AccountlensError
from accountlens.language.query import Query
from accountlens.warehouses.engine import Engine

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "accountlens"


class _Sheet:
    """A connection that writes down what it is to run."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def use(self, schema: str) -> None:
        """Every name says its schema, or is one of a fact."""

    def run(self, sql: str) -> None:
        self.statements.append(sql)

    def arrow(self, sql: str) -> pa.Table:
        raise AssertionError(f"nothing is read while a question is written: {sql}")

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        raise AssertionError(f"nothing is loaded while a question is written: {table}")

    def tables(self, schema: str) -> Mapping[str, Mapping[str, str]]:
        return {}

    def schemas(self) -> list[str]:
        return []

    def interrupt(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """There is nothing to close."""


class _Writing(WarehouseSession):
    """Where every fact is a table: views read no tables that they do not name in full, on some engines."""

    def _put(self, name: str, kind: Literal["TABLE", "VIEW"], sql: str) -> None:
        super()._put(name, "TABLE", sql)


def script_of(query: Query, ground: Ground, engine: Engine) -> str:
    """The statements, each ending in a semicolon; `AccountlensError` where the engine has no words for one."""
    catalog, clock, sheet = ground.catalog, ground.clock, _Sheet()
    there = {name: "" for name, fact in catalog.facts.items() if not fact.sql or (fact.model and not fact.asked)}
    session = _Writing(engine, sheet, SCHEMA, there, catalog, clock.zone.key, clock.as_of)
    plan = make_plan(query, ground)
    if fitted := [use.fact for use in plan.uses if use.over]:
        raise AccountlensError(f"{fitted[0]} is fitted by a model, which runs here and is not said in SQL.")
    make_readable(plan, session)
    question = session.written(plan_sql(plan, catalog, clock).statement())
    return "".join(f"{statement};\n\n" for statement in [*sheet.statements, question])
