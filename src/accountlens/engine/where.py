"""`where`: a restricted expression over dimensions, parsed and checked, never pasted."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from accountlens.errors import AccountlensError

EXAMPLES = "For example: tier = 'A', or tier in ('A', 'B') and region <> 'EMEA'. Texts stand in '...'."
SHOWN = 300  # signs of a condition that a message repeats
TEXT = r"'(?:[^']|'')*'"
ACCOUNTS = re.compile(rf"\s*account_id\s*(?:=\s*({TEXT})|in\s*\(\s*({TEXT}(?:\s*,\s*{TEXT})*)\s*\))\s*", re.IGNORECASE)


@lru_cache(maxsize=16)
def accounts_in(text: str) -> tuple[str, ...] | None:
    """The accounts of `account_id = 'a'` or `account_id in ('a', 'b')`; None for every other condition."""
    found = ACCOUNTS.fullmatch(text)
    if found is None:
        return None
    return tuple(word[1:-1].replace("''", "'") for word in re.findall(TEXT, found[1] or found[2]))


@lru_cache(maxsize=256)
def parse_where(text: str) -> Any:
    """The expression tree; anything but comparisons of dimensions with values is refused."""
    import sqlglot
    from sqlglot import expressions as exp
    from sqlglot.errors import SqlglotError

    allowed = (
        exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between,
        exp.Is, exp.Like, exp.ILike, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Dot,
        exp.Tuple,
    )  # fmt: skip
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except SqlglotError as error:
        raise AccountlensError(f"--where '{_begins(text)}' cannot be read{_place(error)}.", mend=EXAMPLES) from None
    except RecursionError:
        mend = "Write it with fewer brackets: tier in ('A', 'B') in place of one condition within another."
        raise AccountlensError(f"--where '{_begins(text)}' is nested too deeply.", mend=mend) from None
    if len(trees) != 1 or trees[0] is None:
        raise AccountlensError(f"--where '{_begins(text)}' must be one expression.", mend="For example: tier = 'A'.")
    for node in trees[0].walk():
        if not isinstance(node, allowed):
            raise AccountlensError(
                f"--where '{_begins(text)}': {node.sql()!r} is not allowed here.",
                mend="Compare dimensions with values: = <> < > in between like is null, and or not.",
            )
    if not isinstance(trees[0], (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Paren)):
        raise AccountlensError(f"--where '{_begins(text)}' is no condition.", mend="For example: tier = 'A'.")
    return trees[0]


def _place(error: Any) -> str:
    """Where it stopped being understood: the parser's own words are about its insides."""
    at = next((one.get("col") for one in getattr(error, "errors", ()) if one.get("col")), None)
    return f" at character {at}" if at else ""


def _begins(text: str) -> str:
    """Whole where it is short; of a list of thousands its beginning."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ..."


def dimensions_in(text: str) -> list[str]:
    """The names of the dimensions an expression reads."""
    from sqlglot import expressions as exp

    return list(dict.fromkeys(_name(column) for column in parse_where(text).find_all(exp.Column)))


def equalities(text: str) -> dict[str, str] | None:
    """`tier = 'A' AND owner_id = 'E1'` as values by dimension; None of a condition that says anything else."""
    from sqlglot import expressions as exp

    tree, found = parse_where(text).unnest(), dict[str, str]()
    for part in tree.flatten() if isinstance(tree, exp.And) else (tree,):
        column, value = part.this, part.args.get("expression")
        if not (isinstance(part, exp.EQ) and isinstance(column, exp.Column) and isinstance(value, exp.Literal)):
            return None
        if not value.is_string or found.setdefault(_name(column), value.this) != value.this:
            return None
    return found


def write_where(text: str, value: Callable[[str], tuple[str, str]]) -> str:
    """The condition with `value(dimension)` (its SQL, and its shown text) for each dimension.

    Texts are compared as shown, so that `tier <> 'A'` keeps accounts without a tier, and `is null` finds them.
    """
    import sqlglot
    from sqlglot import expressions as exp

    from accountlens.engine.dimensions import UNKNOWN

    def put(node: Any) -> Any:
        if isinstance(node, exp.Is) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null):
            raw, shown = value(_name(node.this))
            if raw == shown:
                return node
            return sqlglot.parse_one(f"({shown}) = '{UNKNOWN}'", read="duckdb")
        if isinstance(node, exp.Column):
            raw, shown = value(_name(node))
            return exp.paren(sqlglot.parse_one(shown if _beside_text(node) else raw, read="duckdb"))
        return node

    return str(parse_where(text).copy().transform(put).sql(dialect="duckdb"))


def _beside_text(node: Any) -> bool:
    """Whether the dimension is compared with quoted text."""
    from sqlglot import expressions as exp

    parent = node.parent
    return parent is not None and any(item.is_string for item in parent.find_all(exp.Literal))


def _name(column: Any) -> str:
    return ".".join(part.name for part in column.parts)
