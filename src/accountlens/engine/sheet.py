"""A wide question put together as arrays: the figures of every fact beside each other, and formulas over them.

The rows are those of the one statement of `sql`, at a fraction of the cost, which there grows faster than the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from accountlens.engine.arrays import Array, Computer
from accountlens.engine.columns import columns_of
from accountlens.engine.groups import NOWHERE, Groups, Places, groups_of, numbers_in, places_in
from accountlens.engine.mean_arrays import means_of
from accountlens.engine.plan import Plan, shifted
from accountlens.engine.script import Formulas, Step
from accountlens.engine.timeline import SHIFT_OF

Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Sheet:
    """A plan, and its facts' tables to be put together."""

    plan: Plan
    tables: Sequence[Step]
    formulas: Formulas

    def columns(self, found: Sequence[pa.Table]) -> Columns:
        """The answer's columns, of equal length, out of the tables' rows; NaN is unknown."""
        cells = _Cells(self, groups_of(self.plan, found), found)
        compute = Computer(cells.column)
        values = {name: cells.spread(compute(node)) for name, node in self.formulas.figures.items()}
        asked = self.plan.asked
        for name, node in self.formulas.here.items():
            most = cells.spread(compute(node))[:, :asked].max(axis=1, initial=0.0)
            values[name] = np.broadcast_to(most[:, None], cells.shape)
        shown, level = np.arange(len(cells.groups)), cells.groups.level
        if self.plan.over_accounts:
            values = means_of(self.plan, cells.groups, values, self.formulas.held)
            shown = np.flatnonzero(level & 1)
            level = level >> 1
        keys = self._keys(cells.groups, shown, level)
        return keys | {name: column[shown].ravel() for name, column in self._asked(values)}

    def _keys(self, groups: Groups, shown: Places, level: Places) -> Columns:
        asked = self.plan.asked
        keys: Columns = {"p": np.tile(np.arange(asked), len(shown)), "level": np.repeat(level[shown], asked)}
        for index, dim in enumerate(groups.dims[: len(self.plan.query.by)]):
            keys[f"d{index}"] = np.repeat(dim.shown()[shown], asked)
        return keys

    def _asked(self, values: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
        """The figures of the asked periods, and beside them those of the periods compared with."""
        plan = self.plan
        yield from ((name, column[:, : plan.asked]) for name, column in values.items())
        places = {index: place for place, index in enumerate(plan.valued)}
        for word in plan.query.earlier:
            partners = [
                places[partner] for partner in plan.partners[SHIFT_OF[word]][: plan.asked] if partner is not None
            ]
            for name, then in self._earlier(word):
                yield then, values[name][:, partners]

    def _earlier(self, word: str) -> Iterator[tuple[str, str]]:
        """What is told of an earlier period: the column that holds it, and its name beside the asked period."""
        held = self.formulas.held
        held = {name: name for name in held} if self.plan.over_accounts else held
        for index, planned in enumerate(self.plan.kpis):
            names = columns_of(planned, index)
            yield held[names.value], names.compared[word]
            yield from ((held[names.parts[part]], then) for part, then in names.components[word].items())


class _Cells:
    """The figures of every group and valued period, taken from the facts' rows when a formula names them."""

    def __init__(self, sheet: Sheet, groups: Groups, found: Sequence[pa.Table]) -> None:
        self.sheet, self.plan, self.groups, self.found = sheet, sheet.plan, groups, found
        self.shape = len(groups), len(self.plan.valued)
        self._read: dict[tuple[int, str | None], Places] = {}

    def spread(self, column: Array) -> Array:
        """By group and period, also where a formula is the same for all."""
        found: Array = np.broadcast_to(column, (self.shape[0] * self.shape[1],)).reshape(self.shape)
        return found

    def column(self, name: str) -> Array:
        if name in self.sheet.formulas.words:
            return np.tile(np.array(self.sheet.formulas.words[name]), self.shape[0])
        table, column, shift = self._origins[name]
        numbers = numbers_in(self.found[table], column)
        found: Array = np.append(numbers, np.nan)[self._rows(table, shift)]  # the last one stands for no row
        return found

    @cached_property
    def _origins(self) -> Mapping[str, tuple[int, str, str | None]]:
        """Table, column and shift of every cell."""
        found: dict[str, tuple[int, str, str | None]] = {}
        shifts = self.plan.lent
        for number, table in enumerate(self.sheet.tables):
            for name in table.columns:
                found[name] = number, name, None
                found |= {shifted(name, shift): (number, name, shift) for shift in shifts}
        return found

    def _rows(self, table: int, shift: str | None) -> Places:
        """The row of a table that belongs to each group and valued period, or to the one `shift` before it."""
        if (table, shift) not in self._read:
            never = len(self.plan.slices)
            partners = self.plan.partners[shift] if shift else range(never)
            periods = [never if (index := partners[valued]) is None else index for valued in self.plan.valued]
            self._read[table, shift] = self._places[table][:, periods].ravel()
        return self._read[table, shift]

    @cached_property
    def _places(self) -> Sequence[Places]:
        """For each table, its row by group and period; the last period has none."""
        places = []
        for table, of in zip(self.found, self.groups.of, strict=True):
            place = np.full((len(self.groups), len(self.plan.slices) + 1), NOWHERE)
            mine = np.flatnonzero(of != NOWHERE)
            place[of[mine], places_in(table, "p")[mine]] = mine
            places.append(place)
        return places


def rows_of(columns: Columns) -> list[tuple[Any, ...]]:
    """Rows as the rest of Python has them: unknown is None."""
    return list(zip(*map(_listed, columns.values()), strict=True))


def _listed(column: npt.NDArray[Any]) -> list[Any]:
    if column.dtype.kind != "f":
        return list(column.tolist())
    found = column.astype(object)
    found[np.isnan(column)] = None
    return list(found.tolist())
