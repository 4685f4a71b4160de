"""How the formulas of a question hang on its facts' figures: compiled once, and kept with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from accountlens.engine.arrays import Array, Operands, Program
from accountlens.engine.plan import shifted
from accountlens.engine.script import Formulas
from accountlens.language.formula import Name, Node, children


@dataclass(frozen=True)
class Gather:
    """Figures of one fact, of a row's own period or of the one `shift` before it, and the board's rows they go to."""

    fact: int
    shift: str | None
    columns: Operands
    rows: slice


@dataclass(frozen=True)
class Wiring:
    """`program` gives `figures`, then `here`, one row each; `words` are numbers of the valued periods by board row."""

    program: Program
    gathers: tuple[Gather, ...]
    words: Mapping[int, Array]
    figures: tuple[str, ...]
    here: tuple[str, ...]


def wire(formulas: Formulas) -> Wiring:
    """Only what a formula names is taken from the facts."""
    nodes = [*formulas.figures.values(), *formulas.here.values()]
    named = _named(nodes)
    inputs: list[str] = []
    gathers = []
    for (fact, shift), columns in _sources(formulas, named).items():
        start = len(inputs)
        inputs += [shifted(name, shift) if shift else name for name in columns]
        numbers = np.array(list(columns.values()))
        whole = len(numbers) == len(formulas.columns[fact])
        gathers.append(Gather(fact, shift, slice(None) if whole else numbers, slice(start, len(inputs))))
    words = {len(inputs) + place: name for place, name in enumerate(name for name in formulas.words if name in named)}
    program = Program(nodes, [*inputs, *words.values()])
    spans = {row: np.array(formulas.words[name]) for row, name in words.items()}
    return Wiring(program, tuple(gathers), spans, tuple(formulas.figures), tuple(formulas.here))


def _sources(formulas: Formulas, named: set[str]) -> Mapping[tuple[int, str | None], Mapping[str, int]]:
    """By fact and shift, the columns that formulas name, and where in the fact's figures each stands."""
    found: dict[tuple[int, str | None], dict[str, int]] = {}
    for fact, columns in enumerate(formulas.columns):
        for shift in (None, *formulas.lent):
            for place, column in enumerate(columns):
                if (shifted(column, shift) if shift else column) in named:
                    found.setdefault((fact, shift), {})[column] = place
    return found


def _named(nodes: Sequence[Node]) -> set[str]:
    seen: set[int] = set()

    def walk(node: Node) -> Iterator[str]:
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, Name):
            yield node.name
        for child in children(node):
            yield from walk(child)

    return {name for node in nodes for name in walk(node)}
