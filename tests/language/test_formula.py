"""Formulas: read by a real parser, shown with numbers, and never divided by zero."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accountlens.engine.arrays import compute
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.errors import AccountlensError
from accountlens.language.formula import (
    UNKNOWN,
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
    names,
    parse_formula,
    show,
)  # fmt: skip
from accountlens.warehouses.expand import expand


def value(text: str, **measures: float | None) -> float | None:
    """What the formula gives for these measures, as SQL and over arrays."""
    cells = {name: "CAST(NULL AS DOUBLE)" if v is None else f"CAST({v!r} AS DOUBLE)" for name, v in measures.items()}
    found = run(FormulaWriter(cells.__getitem__)(parse_formula(text)))
    columns = {name: np.array([np.nan if v is None else v], float) for name, v in (measures | {"other": 0.0}).items()}
    computed = compute([parse_formula(text)], columns)
    assert computed[0, 0] == pytest.approx(math.nan if found is None else found, nan_ok=True)
    return found


def run(sql: str) -> float | None:
    found: float | None = duckdb.execute(f"SELECT {expand(sql)}").fetchall()[0][0]
    return found


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("8 - 4 - 2", 2), ("16 / 4 / 2", 2), ("-2 * -3", 6), ("2 - -2", 4),
        ("min(3, 1, 2)", 1), ("max(1, abs(-5))", 5), ("coalesce(unknown_, 4)", 4), ("if(2 > 1, 10, 20)", 10),
        ("power(2, 10)", 1024), ("1.5e2", 150), ("(2 >= 2) + (1 <> 1)", 1),
    ],
)  # fmt: skip
def test_arithmetic_is_as_at_school(text: str, result: float) -> None:
    assert value(text, unknown_=None) == result


@pytest.mark.parametrize(
    "text",
    ["a / 0", "a / b", "b + 1", "min(a, b)", "max(b, a)", "if(b > 1, 1, 2)", "b > 1", "power(-1, 0.5)", "power(a, b)"],
)
def test_unknown_stays_unknown(text: str) -> None:
    assert value(text, a=1.0, b=None) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("won /", "ends too early at character 6"), ("won + + 2)", "'+' is not expected at character 7"),
        ("(won", "')' is missing"), ("foo(1)", "no function 'foo'"), ("a ; b", "';' at character 3"),
        ("min(a)", "min() does not take 1 argument"), ("", "ends too early"), ("a b", "'b' is not expected"),
        ("a = = b", "'=' is not expected"),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_read_says_where(text: str, told: str) -> None:
    with pytest.raises(AccountlensError) as caught:
        parse_formula(text)
    assert told in str(caught.value)


def test_names_come_once_and_in_order() -> None:
    assert names(parse_formula("won / (won + lost) * max(days, won)")) == ["won", "lost", "days"]


def test_a_formula_is_shown_with_its_numbers() -> None:
    numbers = {"won": "3", "lost": "1"}
    assert show(parse_formula("100 * won / (won + lost)"), lambda name: numbers[name.name]) == "100 * 3 / (3 + 1)"


leaves = st.one_of(st.integers(0, 9).map(lambda number: Number(float(number))), st.sampled_from("abc").map(Name))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Negative, inner),
        st.builds(lambda left, right: Call("min", (left, right)), inner, inner),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_shown_reads_back_to_the_same_value(tree: Node) -> None:
    measures = {"a": 2.0, "b": 3.0, "c": 0.0}
    cells = {name: f"CAST({v!r} AS DOUBLE)" for name, v in measures.items()}
    write = FormulaWriter(cells.__getitem__)
    assert run(write(tree)) == run(write(parse_formula(show(tree))))


OPERATORS = ("+", "-", "*", "/", "<", "<=", ">", ">=", "=", "<>")
CALLS = {"min": 2, "max": 2, "coalesce": 2, "power": 2, "abs": 1, "if": 3}
inside = trees | st.just(UNKNOWN)
given_number = st.none() | st.integers(-3, 60).map(float)


@pytest.mark.parametrize("kind", [*OPERATORS, *CALLS, "negative", "sqrt", "student_t"])
@settings(max_examples=25, deadline=None)
@given(st.tuples(inside, inside, inside), st.lists(st.tuples(*[given_number] * 3), min_size=1, max_size=6))
def test_arrays_compute_what_the_sql_does(
    kind: str, operands: tuple[Node, ...], rows: list[tuple[float | None, ...]]
) -> None:
    tree = _formula(kind, operands)
    columns = {name: np.array([np.nan if row[place] is None else row[place] for row in rows], dtype=float)
               for place, name in enumerate("abc")}  # fmt: skip
    (found,) = compute([tree], columns)
    values = ", ".join(f"({', '.join('NULL' if v is None else f'{v!r}e0' for v in row)})" for row in rows)
    listed = ", ".join(f"CAST(column{place} AS DOUBLE) AS {name}" for place, name in enumerate("abc"))
    sql = f"SELECT {expand(FormulaWriter(str)(tree))} FROM (SELECT {listed} FROM (VALUES {values}) AS v(column0, column1, column2))"
    try:
        expected = duckdb.execute(sql).fetchall()
    except duckdb.Error:
        return  # a number too great for a row count or an amount
    for mine, (theirs,) in zip(found, expected, strict=True):
        assert mine == pytest.approx(math.nan if theirs is None else theirs, rel=1e-12, nan_ok=True), show(tree)


def _formula(kind: str, operands: tuple[Node, ...]) -> Node:
    first, second, _ = operands
    match kind:
        case "negative":
            return Negative(first)
        case "sqrt":
            return Call("sqrt", (Call("abs", (first,)),))
        case "student_t":
            return Call("student_t", (first, Number(0.9)))
        case _ if kind in CALLS:
            return Call(kind, operands[: CALLS[kind]])
        case _:
            return Binary(kind, first, second)
