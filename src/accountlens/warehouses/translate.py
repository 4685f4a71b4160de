"""One authored SQL, written for another engine: macros are expanded on the syntax tree, the rest is transpiled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import ErrorLevel, SqlglotError

from accountlens.errors import AccountlensError
from accountlens.warehouses.engine import Engine
from accountlens.warehouses.macros import MACROS, arity, is_own, text_of
from accountlens.warehouses.registry import engine_of
from accountlens.warehouses.rewrites import UnsaidError

SIMPLE = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Cast, exp.Null, exp.Boolean, exp.Identifier)
ARGUMENT = "_argument_{}"  # stands for the n-th argument while a macro's text is parsed
STRING = re.compile(r"'(?:[^'\\\\]|''|\\.)*'")
CALL = re.compile(r"\b([A-Za-z][A-Za-z0-9_.]*)\(")


def translate(sql: str, engine: str, zone: str = "UTC") -> str:
    """SQL of the portable subset (DuckDB words and `KPI_*` macros) in an engine's own words; every name in quotes."""
    told = engine_of(engine)
    try:
        tree = _expanded(sqlglot.parse_one(sql, read="duckdb"), engine, zone)
        written = _rewritten(tree, told).sql(dialect=told.dialect, identify=True, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        what = f"This SQL cannot be written for {told.label}: {str(error).splitlines()[0]}"
        raise AccountlensError(what) from error
    except UnsaidError as error:
        raise AccountlensError(f"{told.label} cannot say this: {error}") from error
    if lacking := sorted(called(written) - told.functions) if told.functions else []:
        raise AccountlensError(f"{told.label} has no function {', '.join(lacking)}.")
    return str(written)


def called(sql: str) -> set[str]:
    """The functions that a statement names, as SQLGlot writes them: the bracket right behind."""
    return {name.upper() for name in CALL.findall(STRING.sub("''", sql))}


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
    words = told.dialect if is_own(name, engine, zone) else "duckdb"
    tree = sqlglot.parse_one(text.format(*PLACES, zone=zone), read=words)
    for place in tree.find_all(exp.Bracket):
        if not place.expressions[0].is_number:  # a literal was counted from 0 while it was parsed, an argument was not
            place.set("offset", sqlglot.Dialect.get_or_raise(told.dialect).INDEX_OFFSET)
    return _expanded(tree if isinstance(tree, SIMPLE) else exp.Paren(this=tree), engine, zone)


PLACES = {ARGUMENT.format(place): place for place in range(4)}


def _rewritten(tree: Any, engine: Engine) -> Any:
    """What transpiling alone would say otherwise than it is meant, the innermost first."""
    if not engine.rewrites and not engine.types and not engine.refused:
        return tree
    for node in reversed(list(tree.walk())):
        mended = _mended(node, engine)
        if node is tree:
            tree = mended
        elif mended is not node:
            node.replace(mended)
    return tree


def _mended(node: Any, engine: Engine) -> Any:
    if isinstance(node, exp.DataType) and (kind := engine.types.get(node.sql("duckdb").upper())):
        return exp.DataType.build(kind, dialect=engine.dialect, udt=True)
    if why := engine.refused.get(type(node).__name__):
        raise UnsaidError(why)
    rewrite = engine.rewrites.get(type(node).__name__)
    return rewrite(node) if rewrite else node
