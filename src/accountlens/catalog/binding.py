"""Whether the expressions of measures are SQL that fits their fact: bound against empty tables, each text once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import duckdb

from accountlens.errors import AccountlensError
from accountlens.language.measures import EARLIER_COLUMNS, PERIOD_COLUMNS, Across, Measure
from accountlens.language.tables import Fact
from accountlens.warehouses.expand import bind, expand, quoted

Columns = tuple[tuple[str, str], ...]  # names and types
Tables = tuple[tuple[str, Columns], ...]
SNAPSHOT_AS_OF = datetime(2000, 1, 1)  # stands for `$as_of` while definitions are checked


class Binding:
    """Empty tables of all facts, in a connection of their own, made once something is asked that is not yet known."""

    def __init__(self, con: duckdb.DuckDBPyConnection, facts: Iterable[Fact], zone: str) -> None:
        self._con, self._zone = con, zone
        self._tables = tuple((fact.name, tuple(fact.columns.items())) for fact in facts)
        self._known = _known(self._tables, zone)
        self._made = False

    def fault(self, fact: Fact, measure: Measure, options: Mapping[str, Any]) -> str | None:
        """What is wrong with a measure's expressions: each must be one plain expression, and know its names."""
        for text in written_in(measure):
            if text and text != "rows" and (fault := _not_one_expression(bind(text, options))):
                return fault
        sql = bind(_statement(fact, measure), {**options, "as_of": SNAPSHOT_AS_OF})
        if sql not in self._known:
            self._known[sql] = self._refused(sql)
        return self._known[sql]

    def _refused(self, sql: str) -> str | None:
        if not self._made:
            self._made = True
            for name, columns in self._tables:
                create_empty(self._con, name, dict(columns))
        try:
            self._con.execute(f"DESCRIBE {expand(sql, zone=self._zone)}")
        except (duckdb.Error, AccountlensError) as error:
            return str(error).split("\n\nLINE")[0].replace("\n", " ")
        return None


@lru_cache(maxsize=4)
def _known(tables: Tables, zone: str) -> dict[str, str | None]:
    """What became of each statement over such tables, in this process: of one changed KPI only its own are new."""
    return {}


def create_empty(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str]) -> None:
    """A table with a fact's columns."""
    listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items()) or "nothing INTEGER"
    con.execute(f"CREATE TABLE {quoted(name)} ({listed})")


def written_in(measure: Measure) -> Iterator[str]:
    """The expressions of a measure, as written."""
    yield measure.where or ""
    yield measure.expression
    if measure.per:
        yield from measure.per.each.values()
        yield measure.per.keep or ""
        yield measure.per.lasted or ""


def _statement(fact: Fact, measure: Measure) -> str:
    """A SELECT with every expression of a measure at its place."""
    given = [name for name in PERIOD_COLUMNS if measure.earlier or name not in EARLIER_COLUMNS]
    period = ", ".join(f"CAST(NULL AS {PERIOD_COLUMNS[name]}) AS {name}" for name in given)
    flags = ", CAST(NULL AS BOOLEAN) AS opening, CAST(NULL AS BOOLEAN) AS closing"
    rows = f"(SELECT {period}{flags if isinstance(measure.time, Across) else ''}, * FROM {quoted(fact.name)})"
    outer = "count(*)" if measure.expression == "rows" else _aggregate(measure)
    if measure.per is None:
        return f"SELECT {outer} FROM {rows} WHERE {measure.where or 'TRUE'}"
    each = ", ".join(f"{text} AS {name}" for name, text in measure.per.each.items())
    key = f"{measure.per.lasted} AS lasted" if measure.per.lasted else quoted(measure.per.key)
    each += ", CAST(1 AS BIGINT) AS at_risk, 1e0 AS survival" if measure.per.lasted else ""
    inner = f"SELECT {key}, {each} FROM {rows} WHERE {measure.where or 'TRUE'} GROUP BY 1"
    return f"SELECT {outer} FROM ({inner}) WHERE {measure.per.keep or 'TRUE'}"


def _aggregate(measure: Measure) -> str:
    word = {"count": "count", "distinct": "count", "mean": "avg"}.get(measure.function, "max")
    word = "sum" if measure.function == "sum" else word
    return f"{word}({measure.expression})"


@cache
def _not_one_expression(text: str) -> str | None:
    import sqlglot
    from sqlglot import expressions as exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(f"SELECT {text}", read="duckdb")
    except SqlglotError as error:
        return f"'{text}' is no SQL expression: {str(error).splitlines()[0]}"
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        return f"'{text}' must be one expression."
    select = statements[0]
    if len(select.expressions) != 1 or {key for key, value in select.args.items() if value} - {
        "expressions",
        "kind",
    }:
        return f"'{text}' must be one expression."
    if any(select.find(kind) for kind in (exp.Subquery, exp.Union)) or len(list(select.find_all(exp.Select))) > 1:
        return f"'{text}' holds a subquery; write a fact instead."
    return None
