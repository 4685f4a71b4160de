"""One authored SQL, written for another engine: macros are expanded on the syntax tree, the rest is transpiled."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from accountlens.errors import AccountlensError
from accountlens.warehouses.engine import Engine
from accountlens.warehouses.macros import MACROS, arity, text_of
from accountlens.warehouses.registry import engine_of

SIMPLE = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Cast, exp.Null, exp.Boolean, exp.Identifier)
ARGUMENT = "_argument_{}"  # stands for the n-th argument while a macro's text is parsed


def translate(sql: str, engine: str, zone: str = "UTC") -> str:
    """SQL of the portable subset (DuckDB words and `KPI_*` macros) in an engine's own words; every name in quotes."""
    told = engine_of(engine)
    try:
        tree = _expanded(sqlglot.parse_one(sql, read="duckdb"), engine, zone)
        return str(_rewritten(tree, told).sql(dialect=told.dialect, identify=True))
    except SqlglotError as error:
        what = f"This SQL cannot be written for {told.label}: {str(error).splitlines()[0]}"
        raise AccountlensError(what) from error


def _expanded(tree: Any, engine: str, zone: str) -> Any:
    """Innermost macros first, so that arguments hold none."""
    found = [node for node in tree.find_all(exp.Anonymous) if node.name.upper() in MACROS]
    for macro in reversed(found):  # they were found breadth first: the last ones lie deepest
        written = _written(macro, engine, zone)
        if macro is tree:
            return written
        macro.replace(written)
    return tree


def _written(macro: Any, engine: str, zone: str) -> Any:
    name = macro.name.upper()
    if len(macro.expressions) != arity(name):
        raise AccountlensError(f"{name} takes {arity(name)} argument(s), not {len(macro.expressions)}.")
    given = [one if isinstance(one, SIMPLE) else exp.Paren(this=one) for one in macro.expressions]

    def put_in(node: Any) -> Any:
        return given[PLACES[node.name]].copy() if isinstance(node, exp.Column) and node.name in PLACES else node

    return _parsed(name, engine, zone).transform(put_in)


@lru_cache(maxsize=512)
def _parsed(name: str, engine: str, zone: str) -> Any:
    """A macro's text as a tree, other macros in it expanded, with a column in the place of each argument."""
    told = engine_of(engine)
    if why := told.refused.get(name):
        raise AccountlensError(f"{told.label} cannot say this: {why}")
    text = text_of(name, engine, zone)
    if text is None:
        raise AccountlensError(f"There is no text of {name} for {told.label}.")
    tree = sqlglot.parse_one(text.format(*PLACES, zone=zone), read=told.dialect)
    return _expanded(tree if isinstance(tree, SIMPLE) else exp.Paren(this=tree), engine, zone)


PLACES = {ARGUMENT.format(place): place for place in range(4)}


def _rewritten(tree: Any, engine: Engine) -> Any:
    """What transpiling alone would say otherwise than it is meant."""
    if not engine.rewrites and not engine.types:
        return tree

    def mend(node: Any) -> Any:
        if isinstance(node, exp.DataType) and (kind := engine.types.get(node.sql("duckdb").upper())):
            return exp.DataType.build(kind, dialect=engine.dialect, udt=True)
        rewrite = engine.rewrites.get(type(node).__name__)
        return rewrite(node) if rewrite else node

    return tree.transform(mend, copy=False)
