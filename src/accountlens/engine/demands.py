"""Which columns must have a value for a measure to count anything: read out of its condition and of its fact's SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import sqlglot
from sqlglot import expressions as exp

from accountlens.catalog.catalog import Catalog
from accountlens.language.measures import At, Measure, Trailing

Empty = frozenset[tuple[str, str]]  # entity, column
TESTS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.In, exp.Like, exp.Between)


class Demands:
    """Which empty columns leave a table, or a measure, without a row."""

    def __init__(self, catalog: Catalog, available: Collection[str], empty: Empty) -> None:
        self.catalog, self.available, self.empty = catalog, available, empty
        self.of_fact, self.parsed = cache(self._of_fact), cache(self._parsed)

    def of_measure(self, measure: Measure) -> Empty:
        found = set(self.of_fact(measure.fact) or ())
        if isinstance(measure.time, At | Trailing):
            found |= self._column(measure.fact, measure.time.column)
        if measure.where and (tree := _parsed(f"SELECT 1 WHERE {measure.where}")) is not None:
            for column in _demanded(tree.args["where"].this):
                found |= self._column(measure.fact, column.name)
        return frozenset(found)

    def of_sum(self, fact: str, summed: str) -> Empty:
        """The empty columns for which what is summed is unknown in every row of a fact."""
        tree = _parsed(f"SELECT {summed}")
        return self._of_factor(tree.expressions[0], fact) if tree is not None else frozenset()

    def _of_factor(self, summed: Any, fact: str) -> Empty:
        match summed:
            case exp.Paren():
                return self._of_factor(summed.this, fact)
            case exp.Mul() | exp.Add() | exp.Sub() | exp.Div():
                return self._of_factor(summed.left, fact) | self._of_factor(summed.right, fact)
            case exp.Coalesce():
                choices = [one for one in (summed.this, *summed.expressions) if not isinstance(_bare(one), exp.Null)]
                found = [self._of_factor(one, fact) for one in choices]
                return frozenset[tuple[str, str]]().union(*found) if all(found) else frozenset()
            case exp.Column():
                return self._column(fact, summed.name)
            case _:
                return frozenset()

    def _of_fact(self, name: str) -> Empty | None:
        """None: it can have no row anyway, since an entity has no source."""
        fact = self.catalog.facts[name]
        if not fact.sql:
            return frozenset() if name in self.available or name not in self.catalog.entities else None
        tree = self.parsed(name)
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
        """The empty column behind a table's: its own, or all of that name in the entities that a fact is made from."""
        if table not in self.catalog.facts or column not in self.catalog.facts[table].columns:
            return frozenset()
        if table not in self.catalog.entities and not self._hands_on(table, column):
            return frozenset()
        beneath = {table} if table in self.catalog.entities else self._beneath(table)
        having = {(name, column) for name in beneath if column in self.catalog.entities[name].columns}
        return frozenset(having) if having <= self.empty else frozenset()

    def _hands_on(self, fact: str, column: str) -> bool:
        """Whether a fact and those beneath it take a column as it is, wherever they name one so: it is not computed."""
        for name in self.catalog.closure(fact):
            made = self.parsed(name).find_all(exp.Alias) if self.parsed(name) is not None else ()
            for alias in (one for one in made if one.alias.lower() == column):
                value = alias.this.this if isinstance(alias.this, exp.Window) else alias.this
                if {one.name.lower() for one in value.find_all(exp.Column)} != {column}:
                    return False
        return True

    def _parsed(self, fact: str) -> Any:
        return _parsed(self.catalog.sql_of(fact, {}, datetime.min, "UTC"))

    def _beneath(self, fact: str) -> set[str]:
        """The entities that give rows to a fact, however far down."""
        read = {other for name in self.catalog.closure(fact) for other in self.catalog.facts[name].reads}
        return read & self.catalog.entities.keys() & set(self.available)


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
