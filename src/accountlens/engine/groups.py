"""The groups an answer shows, found among the keys of every fact's figures, and where in these each group stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accountlens.engine.fact_figures import Dimension, FactFigures, Places
from accountlens.engine.plan import Plan

NOWHERE = -1
MOST_KEYS = 1 << 40  # beyond, numbers of keys are made dense before they grow further
FEW_KEYS = 1 << 16  # never too many
TOTAL = ""  # what stands for a dimension that is summed over


@dataclass(frozen=True)
class Groups:
    """Every group that has a row in the shown periods, in the order of an answer; the total always.

    `of[i]`: the groups of the rows of fact i.
    """

    level: Places
    dims: tuple[Dimension, ...]
    of: tuple[Places, ...]

    def __len__(self) -> int:
        return len(self.level)

    def above(self) -> Places:
        """The group that sums over the last dimension, for each group: itself where that is summed over already."""
        key = self.level | 1  # GROUPING sets the lowest bit where the last dimension is summed over
        for dim in self.dims[:-1]:
            key = _beside(key, dim)
        tops = np.flatnonzero(self.level & 1)
        found = np.full(key.max(initial=0) + 1, NOWHERE)
        found[key[tops]] = tops
        tops_above: Places = found[key]
        return tops_above


def groups_of(plan: Plan, facts: Sequence[FactFigures]) -> Groups:
    """The groups of the facts' figures: by level, then by the texts of their dimensions."""
    shown = len(plan.slices) if plan.gone else plan.asked
    # the last row is the total, which is there without a row, too, where it is asked
    level = np.concatenate([*(fact.level for fact in facts), [2 ** len(plan.groups) - 1]])
    p = np.concatenate([*(fact.p for fact in facts), [0 if () in plan.levels else shown]])
    dims = [_together([fact.dims[index] for fact in facts]) for index in range(len(plan.groups))]
    key = level
    for dim in dims:
        key = _beside(key, dim)
    key = _dense(key, 4 * len(key))
    here = np.flatnonzero(p < shown)
    row = np.full(key.max() + 1, NOWHERE)
    row[key[here]] = here
    found = np.flatnonzero(row != NOWHERE)
    chosen = row[found]
    number = np.full(len(row), NOWHERE)
    number[found] = np.arange(len(found))
    ends = np.cumsum([len(fact.p) for fact in facts])
    of = np.split(number[key[:-1]], ends[:-1]) if facts else []
    return Groups(level[chosen], tuple(Dimension(dim.numbers[chosen], dim.texts, True) for dim in dims), tuple(of))


def _together(parts: Sequence[Dimension]) -> Dimension:
    """The texts of all rows, and of the total, in their order."""
    if parts and all(part.ordered and part.texts is parts[0].texts for part in parts):
        texts, numbers = parts[0].texts, np.concatenate([part.numbers for part in parts])
        if not len(texts) or texts[0] != TOTAL:
            texts, numbers = np.concatenate([np.array([TOTAL], dtype=object), texts]), numbers + 1
        return Dimension(np.append(numbers, 0), texts, True)
    words = sorted({TOTAL}.union(*(part.texts.tolist() for part in parts)))
    place = {word: number for number, word in enumerate(words)}
    own = [np.array([place[word] for word in part.texts.tolist()], np.int64)[part.numbers] for part in parts]
    return Dimension(np.concatenate([*own, [place[TOTAL]]]), np.array(words, dtype=object), True)


def _beside(key: Places, dim: Dimension) -> Places:
    """One key of a key and a dimension, in the order of both."""
    found: Places = _dense(key, MOST_KEYS // (len(dim.texts) + 1)) * len(dim.texts) + dim.numbers
    return found


def _dense(key: Places, most: int) -> Places:
    """Keys in the same order, numbered without gaps where any is too great."""
    if key.max(initial=0) < max(most, FEW_KEYS):
        return key
    found: Places = np.unique(key, return_inverse=True)[1]
    return found
