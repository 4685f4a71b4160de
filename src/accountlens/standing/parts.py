"""A part of the figures on its way to its files: some groups, computed or taken over, with one numbering of texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from accountlens.engine.fact_figures import FactFigures, Places
from accountlens.standing.before import Held
from accountlens.store.figures import FiguresReader, FiguresWriter

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """n rows: their groups' numbers, levels and slices, and `values`: (figures, n)."""

    group: Places
    level: Places
    p: Places
    values: Numbers


@dataclass
class Part:
    """Some of the groups: their tables share one numbering of texts. `before` are their figures as they were."""

    writer: FiguresWriter
    folder: str
    before: FiguresReader | None = None
    numbers: dict[str, int] = field(default_factory=dict)

    def write(
        self,
        table: str,
        columns: Sequence[str],
        computed: Iterable[tuple[FactFigures, Sequence[str]]],
        held: Held | None,
    ) -> None:
        """A fact's figures: what was computed, with the names of its columns, and what is held."""
        pieces = [self._held(held)] if held else []
        pieces += [self._computed(found, columns, mine) for found, mine in computed]
        group, level, p = (
            np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("group", "level", "p")
        )
        order = np.lexsort((p, level, group))
        keys = {"group": group[order], "level": level[order], "p": p[order]}
        values = (np.concatenate([piece.values[place] for piece in pieces]) for place in range(len(columns)))
        figures = {name: row[order] for name, row in zip(columns, values, strict=True)}
        self.writer.write(f"{self.folder}/{table}", {**keys, **figures})

    def _computed(self, found: FactFigures, columns: Sequence[str], mine: Sequence[str]) -> Rows:
        values = np.full((len(columns), len(found.p)), np.nan)
        for row, name in zip(found.values, mine, strict=True):
            values[columns.index(name)] = row
        dim = found.dims[0]
        return Rows(self._numbered(dim.texts)[dim.numbers], found.level, found.p, values)

    def _held(self, held: Held) -> Rows:
        assert self.before is not None
        table = self.before.table(held.table)
        rows, p = held.rows(table)
        groups, places = np.unique(table["group"][rows], return_inverse=True)
        values = np.empty((len(held.columns), len(rows)))
        for row, name in zip(values, held.columns, strict=True):
            row[:] = table[name][rows]
        group = self._numbered(self.before.texts("texts")[groups])[places]
        return Rows(group, table["level"][rows].astype(np.int64), p, values)

    def _numbered(self, texts: npt.NDArray[np.object_]) -> Places:
        mine = [self.numbers.setdefault(text, len(self.numbers)) for text in texts.tolist()]
        return np.array(mine, np.int64)

    def finish(self) -> None:
        self.writer.write_texts(f"{self.folder}/texts", list(self.numbers))
