"""KPIs that count nothing because a column they select by is empty in every row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlglot
from sqlglot import expressions as exp

from accountlens.catalog.catalog import Catalog
from accountlens.engine.session import Session
from accountlens.errors import Problem
from accountlens.language.asked import Asked
from accountlens.language.formula import names
from accountlens.language.measures import At, Measure, Trailing
from accountlens.quality.rows import listed, told
from accountlens.store import Snapshot
from accountlens.warehouses.expand import quoted

Empty = frozenset[tuple[str, str]]  # entity, column
TESTS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.In, exp.Like, exp.Between)


def kpis_without_columns(catalog: Catalog, snapshot: Snapshot, session: Session) -> Iterator[Problem]:
    """By empty column: the KPIs a measure of which can have no row, and so says 0 or unknown."""
    empty = _empty(catalog, snapshot, session)
    if not empty:
        return
    finder, lacking = _Finder(catalog, snapshot, empty), dict[tuple[str, str], list[str]]()
    for name in catalog.kpis:
        kpi = catalog.kpi(Asked(name))
        for measure in (kpi.measures[one] for one in names(kpi.formula) if one in kpi.measures):
            if any(entity in snapshot.tables for entity in catalog.primary(measure.fact)):
                for place in sorted(finder.of_measure(measure)):
                    lacking.setdefault(place, []).append(name)
    for (entity, column), kpis in sorted(lacking.items()):
        what = f"{told(kpis, 'count', 'counts')} nothing, because {column} is empty in every row: {listed(kpis)}."
        mend = f"Map the column that tells {column} of {entity}; where there is none, leave these KPIs alone."
        yield Problem(entity, 0, what, mend, "note", "kpis_without_column")


def _empty(catalog: Catalog, snapshot: Snapshot, session: Session) -> Empty:
    found = set[tuple[str, str]]()
    for name, entity in catalog.entities.items():
        version = snapshot.tables.get(name)
        if version is None or not version.rows:
            continue
        session.table(name)
        counts = ", ".join(f"count({quoted(column)})" for column in entity.columns)
        (filled,) = session.fetch(f"SELECT {counts} FROM {quoted(name)}").fetchall()
        found |= {(name, column) for column, count in zip(entity.columns, filled, strict=True) if not count}
    return frozenset(found)


class _Finder:
    """Which empty columns leave a table, or a measure, without a row."""

    def __init__(self, catalog: Catalog, snapshot: Snapshot, empty: Empty) -> None:
        self.catalog, self.snapshot, self.empty = catalog, snapshot, empty
        self.of_fact = cache(self._of_fact)

    def of_measure(self, measure: Measure) -> Empty:
        found = set(self.of_fact(measure.fact) or ())
        if isinstance(measure.time, At | Trailing):
            found |= self._column(measure.fact, measure.time.column)
        if measure.where and (tree := _parsed(f"SELECT 1 WHERE {measure.where}")) is not None:
            for column in _demanded(tree.args["where"].this):
                found |= self._column(measure.fact, column.name)
        return frozenset(found)

    def _of_fact(self, name: str) -> Empty | None:
        """None: it can have no row anyway, since an entity has no source."""
        fact = self.catalog.facts[name]
        if not fact.sql:
            return frozenset() if name in self.snapshot.tables or name not in self.catalog.entities else None
        sql = self.catalog.sql_of(name, {}, self.snapshot.as_of, "UTC")
        tree = _parsed(sql)
        return self._of_query(tree, {}) if tree is not None else frozenset()

    def _of_query(self, query: Any, beside: dict[str, Any]) -> Empty | None:
        """All branches of a union must be without rows; all else by the inner joins and conditions of a SELECT."""
        named = {**beside, **{cte.alias.lower(): cte.this for cte in query.ctes}} if hasattr(query, "ctes") else beside
        if isinstance(query, exp.Subquery):
            return self._of_query(query.this, named)
        if isinstance(query, exp.Union):
            branches = [self._of_query(one, named) for one in (query.left, query.right)]
            found = [one for one in branches if one is not None]
            return frozenset.intersection(*found) if found else None
        return self._of_select(query, named) if isinstance(query, exp.Select) else frozenset()

    def _of_select(self, select: exp.Select, named: dict[str, Any]) -> Empty | None:
        first = select.args.get("from_") or select.args.get("from")
        if first is None or not _has_rows_of_its_own(select):
            return frozenset()
        joins = select.args.get("joins") or []
        inner = [join for join in joins if not join.side and (join.kind or "").upper() in ("", "INNER")]
        sources = {source.alias_or_name.lower(): source for source in (first.this, *(join.this for join in joins))}
        found = set[tuple[str, str]]()
        for source in (first.this, *(join.this for join in inner)):
            beneath = self._of_source(source, named)
            if beneath is None:
                return None
            found |= beneath
        tests = [join.args["on"] for join in inner if join.args.get("on") is not None]
        tests += [select.args["where"].this] if select.args.get("where") else []
        for test in tests:
            for column in _demanded(test):
                found |= self._of_column(column, sources, named)
        return frozenset(found)

    def _of_source(self, source: Any, named: dict[str, Any]) -> Empty | None:
        if isinstance(source, exp.Table):
            name = source.name.lower()
            if name in named:
                rest = {other: query for other, query in named.items() if other != name}
                return self._of_query(named[name], rest)
            return self.of_fact(name) if name in self.catalog.facts else frozenset()
        return self._of_query(source, named)

    def _of_column(self, column: Any, sources: dict[str, Any], named: dict[str, Any]) -> Empty:
        asked = [sources[column.table.lower()]] if column.table.lower() in sources else list(sources.values())
        if len(asked) > 1:
            return frozenset()  # whose it is can't be told
        source = asked[0]
        if not isinstance(source, exp.Table):
            return frozenset()
        name = source.name.lower()
        return self._column(name, column.name) if name not in named else frozenset()

    def _column(self, table: str, column: str) -> Empty:
        """The empty column behind a table's: its own, or one of that name of the entity a fact is made from."""
        if table in self.catalog.entities:
            return self.empty & {(table, column)}
        fact = self.catalog.facts.get(table)
        if fact is None or column not in fact.columns or len(fact.primary) != 1:
            return frozenset()
        return self.empty & {(fact.primary[0], column)}


def _demanded(test: Any) -> Iterator[Any]:
    """The columns that must have a value for a condition to hold: plain ones, in all its parts that must hold."""
    if isinstance(test, exp.Paren):
        yield from _demanded(test.this)
    elif isinstance(test, exp.And):
        yield from _demanded(test.left)
        yield from _demanded(test.right)
    elif isinstance(test, exp.Column):
        yield test
    elif isinstance(test, TESTS):
        sides = (_bare(side) for side in (test.this, test.args.get("expression")))
        yield from (side for side in sides if isinstance(side, exp.Column))
    elif isinstance(test, exp.Not) and isinstance(test.this, exp.Is) and isinstance(test.this.expression, exp.Null):
        yield from (side for side in (test.this.this,) if isinstance(side, exp.Column))


def _bare(side: Any) -> Any:
    """The column inside functions that are NULL of NULL."""
    while isinstance(side, exp.Lower | exp.Upper | exp.Trim | exp.Paren):
        side = side.this
    return side


def _has_rows_of_its_own(select: exp.Select) -> bool:
    """An aggregate without groups has a row also of nothing."""
    return bool(select.args.get("group")) or not any(
        isinstance(one.unalias(), exp.AggFunc) for one in select.expressions
    )


def _parsed(sql: str) -> Any:
    try:
        return sqlglot.parse_one(sql, read="duckdb")
    except sqlglot.errors.SqlglotError:
        return None
