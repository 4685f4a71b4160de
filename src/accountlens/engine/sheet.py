"""A wide question put together as arrays: the figures of every fact beside each other, and formulas over them.

The rows are those of the one statement of `sql`, at a fraction of the cost, which there grows faster than the width.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array
from accountlens.engine.columns import columns_of
from accountlens.engine.fact_figures import FactFigures, Places
from accountlens.engine.frame import Frame
from accountlens.engine.groups import NOWHERE, Groups, groups_of
from accountlens.engine.mean_arrays import means_of
from accountlens.engine.pending import Pending
from accountlens.engine.plan import Plan
from accountlens.engine.script import Script
from accountlens.engine.timeline import SHIFT_OF
from accountlens.engine.wiring import Wiring

BOARD_CELLS = 1 << 20  # numbers computed with at a time: few enough to stay near the processor


@dataclass(frozen=True)
class Sheet:
    """A plan with its script, and the way from its facts' figures to an answer's."""

    plan: Plan
    script: Script

    def frame(self, found: Sequence[FactFigures]) -> Frame:
        """The answer's figures, out of those of each of `script.facts`, in their order."""
        plan = self.plan
        groups = groups_of(plan, found)
        cells = _Cells(plan, groups, found)
        level, dims = groups.level, groups.dims[: len(plan.query.by)]
        if not plan.over_accounts:
            return Frame(plan.asked, level, dims, Pending(partial(self._figures, cells)))
        shown = np.flatnonzero(level & 1)
        named, present = self._computed(cells, None, None)
        means = means_of(plan, groups, named | present, self.script.formulas.held)
        figures = dict(self._asked({name: value[shown] for name, value in means.items()}))
        return Frame(plan.asked, level[shown] >> 1, tuple(dim.take(shown) for dim in dims), figures)

    def _figures(self, cells: _Cells, names: Collection[str] | None, groups: Places | None) -> Mapping[str, Array]:
        named, present = self._computed(cells, names, groups)
        return present | dict(self._asked(named))

    def _computed(
        self, cells: _Cells, names: Collection[str] | None, groups: Places | None
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Figures of all valued periods, and how many rows take part in each of the asked."""
        formulas = self.script.formulas
        wiring = formulas.wiring if names is None else formulas.wired(frozenset(names))
        values, here = cells.values(wiring, groups)
        present = np.repeat(here[:, :, None], self.plan.asked, axis=2)
        return dict(zip(wiring.figures, values, strict=True)), dict(zip(wiring.here, present, strict=True))

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
                if name in values:
                    yield then, values[name][:, partners]

    def _earlier(self, word: str) -> Iterator[tuple[str, str]]:
        """What is told of an earlier period: the column that holds it, and its name beside the asked period."""
        held = self.script.formulas.held
        held = {name: name for name in held} if self.plan.over_accounts else held
        for index, planned in enumerate(self.plan.kpis):
            names = columns_of(planned, index)
            yield held[names.value], names.compared[word]
            yield from ((held[names.parts[part]], then) for part, then in names.components[word].items())


class _Cells:
    """The figures of every group and valued period, some groups at a time."""

    def __init__(self, plan: Plan, groups: Groups, found: Sequence[FactFigures]) -> None:
        self.plan, self.groups, self.found = plan, groups, found

    def values(self, wiring: Wiring, groups: Places | None) -> tuple[Array, Array]:
        """Every figure (figures, groups, valued periods), and how many rows at most take part (here, groups).

        Of these groups, or of all.
        """
        asked, valued = self.plan.asked, len(self.plan.valued)
        figures, height, count = (
            len(wiring.figures),
            wiring.program.rows,
            len(self.groups if groups is None else groups),
        )
        fill = _Fill(self, wiring, self.row if groups is None else self.row[:, groups])
        values = np.empty((figures, count, valued))
        here = np.empty((len(wiring.here), count))
        at_once = max(1, BOARD_CELLS // (height * valued))
        cells = np.empty(height * min(at_once, count) * valued)
        for start in range(0, count, at_once):
            part = slice(start, min(start + at_once, count))
            width = (part.stop - part.start) * valued
            board = cells[: height * width].reshape(height, width)
            fill(board, part)
            found = wiring.program.run(board).reshape(-1, part.stop - part.start, valued)
            values[:, part] = found[:figures]
            here[:, part] = found[figures:, :, :asked].max(axis=2, initial=0.0)
        return values, here

    @cached_property
    def row(self) -> npt.NDArray[np.int32]:
        """(facts, groups, periods): which row of its figures each fact has there; the last period has none."""
        rows = np.full((len(self.found), len(self.groups), len(self.plan.slices) + 1), NOWHERE, np.int32)
        for number, (fact, of) in enumerate(zip(self.found, self.groups.of, strict=True)):
            mine: Places = np.flatnonzero(of != NOWHERE)
            rows[number, of[mine], fact.p[mine]] = mine
        return rows


class _Fill:
    """Fills a board with the figures that formulas are over: `row` tells where those of each group stand."""

    def __init__(self, cells: _Cells, wiring: Wiring, row: npt.NDArray[np.int32]) -> None:
        self.plan, self.wiring, self.row = cells.plan, wiring, row
        self.columns: list[Array] = [cells.found[gather.fact].values[gather.columns] for gather in wiring.gathers]
        self.periods = {gather.shift: self._periods(gather.shift) for gather in wiring.gathers}

    def __call__(self, board: Array, part: slice) -> None:
        for gather, columns in zip(self.wiring.gathers, self.columns, strict=True):
            into = board[gather.rows]
            rows = self.row[gather.fact, part][:, self.periods[gather.shift]].ravel()
            if columns.shape[1]:
                np.take(columns, rows, axis=1, out=into, mode="clip")
            np.copyto(into, np.nan, where=rows == NOWHERE)
        for row, word in self.wiring.words.items():
            board[row] = np.tile(word, part.stop - part.start)

    def _periods(self, shift: str | None) -> list[int]:
        """For each valued period its own place, or that of the one `shift` before it; the last place is no period's."""
        never = len(self.plan.slices)
        partners = self.plan.partners[shift] if shift else range(never)
        return [never if (index := partners[valued]) is None else index for valued in self.plan.valued]
