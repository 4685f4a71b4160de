"""Formulas: arithmetic over named measures, read by a small real parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from accountlens.errors import AccountlensError


class FormulaError(AccountlensError):
    """A formula that cannot be read; `start` and `end` are where in its text, from 0."""

    def __init__(self, text: str, what: str, start: int, end: int) -> None:
        super().__init__(f"The formula '{text}' cannot be read: {what} at character {start + 1}.")
        self.told, self.start, self.end = what, start, end


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Name:
    """A measure, a word about the period (`days`, `days_observed`), or of the catalog: `mrr`, `win_rate.won`."""

    name: str


@dataclass(frozen=True)
class OptionRef:
    """`$threshold`: the value of an option."""

    name: str


@dataclass(frozen=True)
class Negative:
    operand: Node


@dataclass(frozen=True)
class Binary:
    operator: str  # + - * / < <= > >= = <>
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Number | Name | OptionRef | Negative | Binary | Call
UNKNOWN: Final = Name("unknown")

# function → fewest and most arguments
FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    "min": (2, 9),
    "max": (2, 9),
    "abs": (1, 1),
    "coalesce": (2, 9),
    "if": (3, 3),
    "power": (2, 2),
    "sqrt": (1, 1),
}
PERIOD_WORDS: Final = ("days", "days_observed")
STRENGTH: Final = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3}
TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<option>\$[a-z_][a-z0-9_]*)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|(?P<sign><=|>=|<>|[-+*/()<>=,]))"
)


def parse_formula(text: str) -> Node:
    """Read a formula; `FormulaError` says where it cannot be read."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.position = 0

    def whole(self) -> Node:
        node = self.expression(0)
        if self.kind() != "end":
            raise self.error(f"'{self.word()}' is not expected")
        return node

    def expression(self, strength: int) -> Node:
        left = self.operand()
        while (own := STRENGTH.get(self.word(), 0)) > strength:
            operator = self.take()
            left = Binary(operator, left, self.expression(own))
        return left

    def operand(self) -> Node:
        kind, word = self.kind(), self.take()
        if kind == "number":
            return Number(float(word))
        if kind == "option":
            return OptionRef(word[1:])
        if kind == "name":
            return self.call(word) if self.word() == "(" else Name(word)
        if word == "-":
            return Negative(self.expression(STRENGTH["*"]))
        if word == "(":
            node = self.expression(0)
            self.expect(")")
            return node
        self.position -= 1
        raise self.error("it ends too early" if kind == "end" else f"'{word}' is not expected")

    def call(self, function: str) -> Node:
        if function not in FUNCTIONS:
            self.position -= 1
            raise self.error(f"there is no function '{function}' (known: {', '.join(FUNCTIONS)})")
        self.expect("(")
        arguments = [self.expression(0)]
        while self.word() == ",":
            self.take()
            arguments.append(self.expression(0))
        self.expect(")")
        fewest, most = FUNCTIONS[function]
        if not fewest <= len(arguments) <= most:
            raise self.error(f"{function}() does not take {len(arguments)} argument(s)")
        return Call(function, tuple(arguments))

    def kind(self) -> str:
        return self.tokens[self.position][0]

    def word(self) -> str:
        return self.tokens[self.position][1]

    def take(self) -> str:
        word = self.word()
        self.position += 1
        return word

    def expect(self, sign: str) -> None:
        if self.word() != sign:
            raise self.error(f"'{sign}' is missing")
        self.take()

    def error(self, what: str) -> FormulaError:
        _, word, start = self.tokens[self.position]
        return FormulaError(self.text, what, start, start + len(word))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise FormulaError(text, f"'{text[start]}'", start, start + 1)
        kind = match.lastgroup or "sign"
        yield kind, match.group(kind), match.start(kind)
        position = match.end()
    yield "end", "", len(text)


def places(text: str) -> list[tuple[str, int, int]]:
    """Every name in the text of a formula with where it starts and ends; as far as it can be read."""
    found = []
    try:
        for kind, word, start in _tokens(text):
            if kind == "name":
                found.append((word, start, start + len(word)))
    except FormulaError:
        pass
    return found


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Negative(operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def names(node: Node) -> list[str]:
    """Every name in the formula, in order, once."""
    own = [node.name] if isinstance(node, Name) else []
    return list(dict.fromkeys(own + [name for child in children(node) for name in names(child)]))


def replace(node: Node, new: Callable[[Node], Node | None]) -> Node:
    """The same formula with every node for which `new` gives a node replaced by it."""
    if (other := new(node)) is not None:
        return other
    match node:
        case Negative(operand):
            return Negative(replace(operand, new))
        case Binary(operator, left, right):
            return Binary(operator, replace(left, new), replace(right, new))
        case Call(function, arguments):
            return Call(function, tuple(replace(argument, new) for argument in arguments))
        case _:
            return node


def settle(node: Node, given: Mapping[str, Node]) -> Node:
    """The same formula with these names replaced; others stay."""
    return replace(node, lambda inner: given.get(inner.name) if isinstance(inner, Name) else None)


def show(node: Node, word: Callable[[Name], str] = lambda name: name.name, strength: int = 0) -> str:
    """The formula as text, each name shown by `word`: used to print it with its numbers."""
    match node:
        case Number(value):
            return f"{value:g}"
        case OptionRef(name):
            return f"${name}"
        case Name():
            return word(node)
        case Negative(operand):
            return "-" + show(operand, word, STRENGTH["*"])
        case Call(function, arguments):
            return f"{function}({', '.join(show(argument, word) for argument in arguments)})"
        case Binary(operator, left, right):
            own = STRENGTH[operator]
            text = f"{show(left, word, own - 1)} {operator} {show(right, word, own)}"
            return f"({text})" if own <= strength else text
