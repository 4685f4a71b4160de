"""The plan of a question: which facts are scanned, once each, and what is measured on the way. Plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accountlens.engine.dimensions import Dimension
from accountlens.engine.earlier import Earlier
from accountlens.language.calendar import Slice
from accountlens.language.kpi import Kpi
from accountlens.language.measures import TimeRole
from accountlens.language.query import Query

FOUND = "found_"


@dataclass(frozen=True)
class FactUse:
    """A fact with its parameters; `relation` is the table or view that holds exactly that."""

    fact: str
    relation: str
    beyond: str = "{}"  # the parameters that differ from the defaults, as JSON
    over: str = ""  # where a model is fitted when asked: the periods and the scope, as JSON


def found_name(use: FactUse) -> str:
    """What the table of a fact's figures is called."""
    return f"{FOUND}{use.relation}"


def use_of(fact: str, beyond: Mapping[str, Any]) -> FactUse:
    """A fact with parameters, under a name of its own where any differs from the default."""
    if not beyond:
        return FactUse(fact, fact)
    text = json.dumps(dict(sorted(beyond.items())), sort_keys=True, default=str)
    return FactUse(fact, f"{fact}__{hashlib.sha256(text.encode()).hexdigest()[:10]}", text)


@dataclass(frozen=True)
class Item:
    """One aggregate of a branch, and the condition its rows must meet."""

    column: str
    sql: str


@dataclass(frozen=True)
class Branch:
    """One meeting of a fact with the calendar: same time role, same key, same membership rule."""

    name: str
    use: FactUse
    time: TimeRole
    membership: str
    periods: tuple[int, ...]  # the plan's slices it is needed in
    dimensions: tuple[Dimension, ...]
    filters: tuple[Dimension, ...]  # the dimensions `where` reads
    columns: tuple[str, ...]  # of the fact, that the branch needs
    items: tuple[Item, ...]
    any_of: tuple[str, ...] = ()  # rows that meet none of these matter to nobody; empty: all do
    per: str | None = None
    keyless: bool = False  # rows without the key make a group, too
    each: tuple[Item, ...] = ()
    lasted: str | None = None  # of a survival curve: the durations that are its key
    earlier: Earlier | None = None  # the period its expressions may look at besides
    rollup: str | None = None  # where it reads sums of stretches of time in place of the fact's rows


def shifted(name: str, shift: str) -> str:
    """The column of a figure in an earlier period, beside those of the row's own."""
    return f"{name}_{shift}"


@dataclass(frozen=True)
class Cell:
    """Where a measure's figures stand: `value`, rows behind it, and those of them that are of no account.

    `sample` are the rows with a value, where anything asks for them (`figures.is_sampled`), else the rows; `beside` are
    the aggregates an interval needs more than these.
    """

    value: str | None  # None: the data do not tell it, so it is unknown
    rows: str
    sample: str
    unmatched: str | None
    empty_is_zero: bool
    shift: str | None = None
    beside: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """The column of one of these figures: in the row's own period, or in the one it is shifted to."""
        return shifted(name, self.shift) if self.shift else name


@dataclass(frozen=True)
class PlannedKpi:
    kpi: Kpi
    cells: Mapping[str, Cell]  # by measure
    columns: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)  # by its place: `columns_of`


@dataclass(frozen=True)
class Plan:
    """`slices[:asked]` are the question's own periods; the rest are there to be compared with."""

    query: Query
    groups: tuple[str, ...]  # the dimensions computed: the asked ones, and accounts where a mean over them is asked
    slices: tuple[Slice, ...]
    asked: int
    valued: tuple[int, ...]  # the slices in which KPIs are computed; others lend measures to them
    partners: Mapping[str, tuple[int | None, ...]]  # previous / previous_year → slice index per slice
    kpis: tuple[PlannedKpi, ...]
    branches: tuple[Branch, ...]
    levels: tuple[tuple[int, ...], ...]  # each level: indexes of the groups shown in it
    zone: str
    history: frozenset[str]
    where: str | None = None
    dimensions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kpi → asked → resolved
    gone: bool = False  # groups that have rows only in a period compared with have a place too

    @property
    def keys(self) -> list[str]:
        """What identifies a row of the result: its period, its level, its groups."""
        return ["p", "level", *(f"d{index}" for index in range(len(self.groups)))]

    @property
    def over_accounts(self) -> bool:
        """Whether every group is also computed account by account, to take means of accounts."""
        return len(self.groups) > len(self.query.by)

    @property
    def uses(self) -> tuple[FactUse, ...]:
        """Every fact the plan reads, once."""
        return tuple(dict.fromkeys(branch.use for branch in self.branches))

    @property
    def lent(self) -> Mapping[str, frozenset[str]]:
        """The columns that measures take from an earlier period, by how they are shifted."""
        found: dict[str, set[str]] = {}
        for cell in (cell for planned in self.kpis for cell in planned.cells.values()):
            if cell.shift and cell.value:
                found.setdefault(cell.shift, set()).update((cell.value, cell.rows, cell.sample, *cell.beside))
        return {shift: frozenset(columns) for shift, columns in sorted(found.items())}
