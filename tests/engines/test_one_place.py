"""What an engine is lies in its own file: nothing else decides by the name of an engine or of a dialect."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import accountlens
from accountlens.warehouses.registry import engine_of, own_engines

SOURCE = Path(accountlens.__file__).parent
NAMES = {name for engine in map(engine_of, own_engines()) for name in (engine.name, engine.dialect, *engine.schemes)}
OTHERS = {"sources/kinds/sqlalchemy.py", "push/targets/database.py"}  # of databases that are read or written to as such
ASKED = {"engine", "dialect"}  # what is compared with anything is an engine's name
SEEMS = re.compile(
    "|".join([rf"""["']{name}["']""" for name in NAMES] + [r"\b(?:engine|dialect)(?:\.\w+)?:? *(?:[!=]=|in\b|$)"])
)


def decides(tree: ast.AST) -> Iterator[int]:
    """The lines that compare with an engine's name, match one, or look one up in a table."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()], left=left, comparators=others) if (
                any(map(_asks, (left, *others)))
            ):
                yield node.lineno
            case ast.MatchValue(value=value) if _named(value):
                yield value.lineno
            case ast.Dict(keys=keys) if sum(key is not None and _named(key) for key in keys) > 1:
                yield node.lineno


def _asks(node: ast.expr) -> bool:
    return _named(node) or (isinstance(node, ast.Attribute | ast.Name) and _called(node) in ASKED)


def _called(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def _named(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.Set | ast.List):
        return any(map(_named, node.elts))
    return isinstance(node, ast.Constant) and node.value in NAMES


def test_nothing_else_asks_which_engine_it_is() -> None:
    texts = {file.relative_to(SOURCE).as_posix(): file.read_text("utf-8") for file in SOURCE.rglob("*.py")}
    rest = {name: text for name, text in texts.items() if "warehouses/engines/" not in name and SEEMS.search(text)}
    found = {name for name, text in rest.items() if any(decides(ast.parse(text)))}
    assert found == OTHERS


def test_the_rule_sees_each_way_of_asking() -> None:
    for text in (
        "if engine.name == 'postgres': pass",
        "x = 1 if dialect != other else 2",
        "y = kind in ('bigquery', 'snowflake')",
        "match engine:\n    case 'spark': pass",
        "z = {'postgres': 1, 'snowflake': 2}",
    ):
        assert list(decides(ast.parse(text))), text
    assert not list(decides(ast.parse("engine_of('duckdb'); read = told.dialect; sql(dialect='duckdb')")))
