"""A formula over arrays, row by row as `formula_sql` writes it in SQL. An unknown number is NaN."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.engine.quantiles import TABLED, t_expansion, t_quantiles
from accountlens.language.formula import UNKNOWN, Binary, Call, Name, Negative, Node, Number

Array: TypeAlias = npt.NDArray[np.float64]
COMPARED = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "<>": np.not_equal
}  # fmt: skip


class Computer:
    """Computes formulas over columns of equal length; what formulas share is computed once."""

    def __init__(self, column: Callable[[str], Array]) -> None:
        self.column = column
        self.known: dict[Node, Array] = {}

    def __call__(self, node: Node) -> Array:
        if node not in self.known:
            with np.errstate(all="ignore"):
                self.known[node] = self._compute(node)
        return self.known[node]

    def _compute(self, node: Node) -> Array:
        match node:
            case Number(value):
                return np.float64(value)  # type: ignore[return-value]  # spreads over any array
            case Name(name):
                return np.float64(np.nan) if node == UNKNOWN else self.column(name)  # type: ignore[return-value]
            case Negative(operand):
                return -self(operand)
            case Binary(operator, left, right):
                return _binary(operator, self(left), self(right))
            case Call("student_t", (freedom, Number(level))):
                return _student_t(self(freedom), level)
            case Call(function, arguments):
                return _call(function, [self(argument) for argument in arguments])
            case _:
                raise AssertionError(f"{node} was not settled")


def _binary(operator: str, left: Array, right: Array) -> Array:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return np.where(right == 0, np.nan, left / right)
        case _:
            return _where_known((left, right), COMPARED[operator](left, right))


def _call(function: str, arguments: list[Array]) -> Array:
    first, *others = arguments
    match function:
        case "coalesce":
            return reduce(lambda found, other: np.where(np.isnan(found), other, found), others, first)
        case "if":
            return _where_known((first,), np.where(first != 0, others[0], others[1]))
        case "min":
            return reduce(np.minimum, others, first)
        case "max":
            return reduce(np.maximum, others, first)
        case "power":
            return _where_known((first, others[0]), np.where(first >= 0, np.power(first, others[0]), np.nan))
        case "abs":
            return np.abs(first)
        case "sqrt":
            return np.sqrt(first)
        case _:
            raise AssertionError(f"there is no function {function}")


def _where_known(operands: tuple[Array, ...], found: Array) -> Array:
    unknown = reduce(np.logical_or, map(np.isnan, operands))
    return np.where(unknown, np.nan, found)


def _student_t(freedom: Array, level: float) -> Array:
    """How many standard errors to either side; exact up to `TABLED` degrees of freedom, then by A&S 26.7.5."""
    tabled = np.array([np.nan, *t_quantiles(level)])
    whole = np.where((freedom >= 1) & (freedom <= TABLED) & (freedom == np.floor(freedom)), freedom, 0)
    far = sum(factor / np.power(freedom, power) for power, factor in enumerate(t_expansion(level)))
    return np.where(freedom > TABLED, far, tabled[whole.astype(np.int64)])
