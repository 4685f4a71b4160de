"""Formulas over arrays, row by row as `formula_sql` writes them in SQL. An unknown number is NaN.

Formulas are compiled once: every different node is a row of a board, and all nodes of one kind and depth are computed
together, so that neither many formulas over few columns nor few over many wait for Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.engine.quantiles import TABLED, t_expansion, t_quantiles
from accountlens.language.formula import UNKNOWN, Binary, Call, Name, Negative, Node, Number

Array: TypeAlias = npt.NDArray[np.float64]
Operands: TypeAlias = npt.NDArray[np.int64] | slice
COMPARED: Final = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "<>": np.not_equal
}  # fmt: skip
FOLDED: Final = ("coalesce", "min", "max")  # of many arguments: of the first two, and that of the third …


@dataclass(frozen=True)
class _Step:
    """Nodes of one kind whose operands are known by then; `operands[i]` are the board's rows of each node's i-th."""

    write: Callable[..., None]
    out: slice
    operands: tuple[Operands, ...]


class Program:
    """Compiled formulas. `rows` is the height of the board they are computed on; its first rows are the `inputs`."""

    def __init__(self, formulas: Sequence[Node], inputs: Iterable[str]) -> None:
        nodes = _Nodes(inputs)
        found = [nodes.number(node) for node in formulas]
        place, self._steps = _arranged(nodes)
        self.rows = len(place)
        self.results = place[np.array(found, dtype=np.int64)]
        self._constants = [(int(place[number]), value) for number, value in nodes.constants.items()]
        self._widest = max((step.out.stop - step.out.start for step in self._steps), default=0)

    def run(self, board: Array) -> Array:
        """The formulas' values, one row each, over a board whose inputs are filled: (rows, n) to (formulas, n)."""
        for row, value in self._constants:
            board[row] = value
        taken = np.empty((3, self._widest, board.shape[1]))
        with np.errstate(all="ignore"):
            for step in self._steps:
                step.write(board[step.out], *(_take(board, *one) for one in zip(step.operands, taken, strict=False)))
        return board[self.results]


def compute(formulas: Sequence[Node], columns: Mapping[str, Array]) -> Array:
    """The values of formulas over columns of one shape, each in that shape."""
    shape = next(iter(columns.values())).shape
    program = Program(formulas, columns)
    board = np.empty((program.rows, int(np.prod(shape))))
    for row, column in enumerate(columns.values()):
        board[row] = column.ravel()
    return program.run(board).reshape(len(formulas), *shape)


def _take(board: Array, rows: Operands, into: Array) -> Array:
    if isinstance(rows, slice):
        return board[rows]
    return np.take(board, rows, axis=0, out=into[: len(rows)], mode="clip")  # any other mode copies once more


class _Nodes:
    """Every different node by a number: what it is, and the numbers of its operands."""

    def __init__(self, inputs: Iterable[str]) -> None:
        self.constants: dict[int, float] = {}
        self.made: list[tuple[Any, tuple[int, ...]]] = []
        self._numbers: dict[Any, int] = {}
        self._seen: dict[int, tuple[Node, int]] = {}  # nodes are trees: to hash one anew at each of its uses is dear
        self.inputs = [self._made(("input", name), ()) for name in inputs]

    def number(self, node: Node) -> int:
        if id(node) not in self._seen:
            self._seen[id(node)] = node, self._number(node)
        return self._seen[id(node)][1]

    def _number(self, node: Node) -> int:
        match node:
            case Number(value):
                return self._constant(value)
            case Name(name):
                return self._constant(np.nan) if node == UNKNOWN else self._numbers[("input", name), ()]
            case Negative(operand):
                return self._made("negative", (self.number(operand),))
            case Binary(operator, left, right):
                return self._made(operator, (self.number(left), self.number(right)))
            case Call("student_t", (freedom, Number(level))):
                return self._made(("student_t", level), (self.number(freedom),))
            case Call(function, arguments) if function in FOLDED:
                return reduce(lambda left, right: self._made(function, (left, right)), map(self.number, arguments))
            case Call(function, arguments):
                return self._made(function, tuple(map(self.number, arguments)))
            case _:
                raise AssertionError(f"{node} was not settled")

    def _constant(self, value: float) -> int:
        number = self._made(("constant", str(value)), ())
        self.constants[number] = value
        return number

    def _made(self, kind: Any, operands: tuple[int, ...]) -> int:
        if (kind, operands) not in self._numbers:
            self._numbers[kind, operands] = len(self.made)
            self.made.append((kind, operands))
        return self._numbers[kind, operands]


def _arranged(nodes: _Nodes) -> tuple[npt.NDArray[np.int64], list[_Step]]:
    """Each node's row of the board, and the steps that fill it: nodes of one kind and depth stand side by side."""
    depth: list[int] = []
    for _, operands in nodes.made:  # operands come before what is made of them
        depth.append(1 + max((depth[operand] for operand in operands), default=-1))
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(kind for kind, operands in nodes.made if operands))}
    apart: dict[tuple[int, int], list[int]] = {}
    for number, (kind, _) in enumerate(nodes.made):
        apart.setdefault((depth[number], kinds.get(kind, -1)), []).append(number)
    place = np.empty(len(nodes.made), np.int64)
    steps, first = [], 0
    for (_, kind), numbers in sorted(apart.items()):
        numbers.sort(key=lambda number: [place[operand] for operand in nodes.made[number][1]])
        out = slice(first, first + len(numbers))
        place[numbers] = np.arange(out.start, out.stop)
        if kind >= 0:
            columns = np.array([nodes.made[number][1] for number in numbers]).T
            steps.append(_Step(_writer(nodes.made[numbers[0]][0]), out, tuple(_run(place[of]) for of in columns)))
        first = out.stop
    return place, steps


def _run(rows: npt.NDArray[np.int64]) -> Operands:
    """Rows that follow each other, or are one, are read where they are."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    if (rows == first).all():
        return slice(first, first + 1)
    return slice(first, last) if np.array_equal(rows, np.arange(first, last)) else rows


def _writer(kind: Any) -> Callable[..., None]:
    if isinstance(kind, tuple):
        return partial(_student_t, level=kind[1])
    return partial(_compared, COMPARED[kind]) if kind in COMPARED else WRITERS[kind]


def _compared(test: Callable[[Array, Array], npt.NDArray[np.bool_]], out: Array, left: Array, right: Array) -> None:
    out[:] = test(left, right)
    _unknown(out, np.isnan(left) | np.isnan(right))


def _divide(out: Array, left: Array, right: Array) -> None:
    np.divide(left, right, out=out)
    _unknown(out, right == 0)


def _coalesce(out: Array, first: Array, other: Array) -> None:
    np.copyto(out, first)
    np.copyto(out, other, where=np.isnan(first))


def _if(out: Array, test: Array, then: Array, other: Array) -> None:
    np.copyto(out, then)
    np.copyto(out, other, where=test == 0)
    _unknown(out, np.isnan(test))


def _power(out: Array, base: Array, exponent: Array) -> None:
    np.power(base, exponent, out=out)
    _unknown(out, ~(base >= 0) | np.isnan(exponent))


def _student_t(out: Array, freedom: Array, level: float) -> None:
    """How many standard errors to either side; exact up to `TABLED` degrees of freedom, then by A&S 26.7.5."""
    tabled = np.array([np.nan, *t_quantiles(level)])
    whole = np.where((freedom >= 1) & (freedom <= TABLED) & (freedom == np.floor(freedom)), freedom, 0)
    far = sum(factor / np.power(freedom, power) for power, factor in enumerate(t_expansion(level)))
    np.copyto(out, np.where(freedom > TABLED, far, tabled[whole.astype(np.int64)]))


def _unknown(out: Array, where: npt.NDArray[np.bool_]) -> None:
    np.copyto(out, np.nan, where=where)


WRITERS: Final[Mapping[str, Callable[..., Any]]] = {
    "+": lambda out, left, right: np.add(left, right, out=out),
    "-": lambda out, left, right: np.subtract(left, right, out=out),
    "*": lambda out, left, right: np.multiply(left, right, out=out),
    "/": _divide,
    "negative": lambda out, of: np.negative(of, out=out),
    "coalesce": _coalesce,
    "if": _if,
    "min": lambda out, left, right: np.minimum(left, right, out=out),
    "max": lambda out, left, right: np.maximum(left, right, out=out),
    "power": _power,
    "abs": lambda out, of: np.abs(of, out=out),
    "sqrt": lambda out, of: np.sqrt(of, out=out),
}
