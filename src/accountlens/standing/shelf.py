"""The figures kept by one dimension, in parts: where a question's groups stand in them, and their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from accountlens.engine.fact_figures import Places
from accountlens.standing.questions import ACCOUNTS
from accountlens.store.figures import Column, FiguresReader, narrowed

Texts: TypeAlias = npt.NDArray[np.object_]
At: TypeAlias = Places | slice
NOWHERE = -1
TOTAL = ""  # the text of a dimension that is summed over
MANY = 16  # groups from which on it is worth to know where each one's rows begin


@dataclass(frozen=True)
class Take:
    """Rows to take for a level of the question: those of a kept level, of all groups or of some, with their texts."""

    by: str
    level: int  # of the kept rows
    accounts: tuple[str, ...] | None
    becomes: int  # the level in the question
    named: bool  # whether the rows keep their group's text


@dataclass(frozen=True)
class Selection:
    """A take's groups: for each part their numbers there, ascending (None: all), and the places of their texts (None:
    total)."""

    take: Take
    parts: Mapping[int, tuple[Places | None, Places | None]]


@dataclass(frozen=True)
class Rows:
    """Rows of a part's table: where they stand, the slice of the question each is of, and the place of its text."""

    take: Take
    table: Mapping[str, Column]
    columns: Sequence[str]
    at: At
    p: Places
    text: Places | int


class Shelf:
    """The figures kept by one dimension, in parts that hold some of its groups each."""

    def __init__(self, reader: FiguresReader, by: str, parts: int) -> None:
        self.reader, self.by, self.parts = reader, by, range(parts)
        self._opened: dict[str, Sequence[Mapping[str, Column]]] = {}
        self._counts: dict[tuple[str, int], Column] = {}

    def _tables(self, name: str) -> Sequence[Mapping[str, Column]]:
        """A table's parts, all opened with the first: else a click on an account of another part waited for it."""
        if name not in self._opened:
            self._opened[name] = [self.reader.table(f"{self.by}/{part}/{name}") for part in self.parts]
        return self._opened[name]

    @cached_property
    def texts(self) -> Texts:
        """All texts in order, that of the total first."""
        return np.array(sorted({TOTAL}.union(*(own.tolist() for own in self._own))), dtype=object)

    @cached_property
    def _own(self) -> Sequence[Texts]:
        return [self.reader.texts(f"{self.by}/{part}/texts") for part in self.parts]

    @cached_property
    def _rank(self) -> Mapping[str, int]:
        """Where each text stands among all."""
        return {text: rank for rank, text in enumerate(self.texts.tolist())}

    @cached_property
    def _ranks(self) -> Sequence[Places]:
        """For each part, where each of its texts stands among all."""
        return [np.array([self._rank[text] for text in own.tolist()], np.int32) for own in self._own]

    @cached_property
    def _places(self) -> npt.NDArray[np.int32]:
        """(2, texts): of each text its part, and its number there; nowhere, of the total where that is not kept."""
        found = np.full((2, len(self.texts)), NOWHERE, np.int32)
        for part, ranks in zip(self.parts, self._ranks, strict=True):
            found[:, ranks] = np.full(len(ranks), part), np.arange(len(ranks))
        return found

    def select(self, take: Take, texts: Texts | None) -> Selection:
        """The groups of a take, by part; their texts' places among those of the answer."""
        if take.accounts is None:
            return Selection(take, {part: (None, ranks if take.named else None) for part, ranks in self._every()})
        named = take.named and texts is not None
        wanted = texts.tolist() if named and texts is not None else take.accounts
        rank = np.array([self._rank.get(text, NOWHERE) for text in wanted], np.int64)
        place = np.flatnonzero(rank != NOWHERE)
        part, number = self._places[:, rank[place]]
        order = np.lexsort((number, part))
        order = order[part[order] != NOWHERE]
        own, starts = np.unique(part[order], return_index=True)
        chosen = zip(own.tolist(), np.split(order, starts[1:]), strict=False)
        parts = {one: (number[mine], place[mine] if named else None) for one, mine in chosen}
        return Selection(take, parts)

    def _every(self) -> Iterator[tuple[int, Places]]:
        return zip(self.parts, self._ranks, strict=True)

    def rows(self, name: str, columns: Sequence[str], chosen: Selection, spans: Column) -> Iterator[Rows]:
        """The rows of a table that are of the groups chosen and of a span that is wanted (kept one → slice)."""
        tables = self._tables(name)
        for part, (numbers, ranks) in chosen.parts.items():
            table = tables[part]
            at, text = (slice(None), 0) if numbers is None else self._some(name, part, numbers, ranks)
            p = spans.take(table["p"][at])
            wanted = p != NOWHERE
            if self.by != ACCOUNTS:
                wanted &= table["level"][at] == chosen.take.level
            if not wanted.all():
                at, text, p = _among(at, text, p, np.flatnonzero(wanted))
            if numbers is None and ranks is not None:
                text = ranks.take(table["group"][at])
            yield Rows(chosen.take, table, columns, at, p, text)

    def _some(self, name: str, part: int, numbers: Places, ranks: Places | None) -> tuple[At, Places | int]:
        """Where the rows of some groups stand, and the place of each one's text."""
        first, last = self._edges(name, part, numbers)
        if len(numbers) == 1:
            return slice(int(first[0]), int(last[0])), 0 if ranks is None else int(ranks[0])
        lengths = last - first
        ends = np.cumsum(lengths)
        at = np.repeat(first - ends + lengths, lengths) + np.arange(ends[-1])
        return at, 0 if ranks is None else np.repeat(ranks, lengths)

    def _edges(self, name: str, part: int, numbers: Places) -> tuple[Places, Places]:
        """Where each group's rows begin and end; a group without rows ends where it begins."""
        group = self._tables(name)[part]["group"]
        if len(numbers) < MANY:
            kept = numbers.astype(group.dtype)  # of another type the whole column would be converted
            first, last = np.searchsorted(group, kept), np.searchsorted(group, kept, "right")
            return first, np.where(kept == numbers, last, first)  # the type holds the numbers of groups with rows
        counts = self._counts.get((name, part))
        if counts is None:
            counts = narrowed(np.bincount(group, minlength=len(self._ranks[part])))
            self._counts[name, part] = counts
        last = np.cumsum(counts, dtype=np.int64)[numbers]
        return last - counts[numbers], last


def _among(at: At, text: Places | int, p: Places, wanted: Places) -> tuple[At, Places | int, Places]:
    """Of rows those that are wanted; as a slice where they follow each other."""
    first, last = (int(wanted[0]), int(wanted[-1]) + 1) if len(wanted) else (0, 0)
    if isinstance(at, slice) and last - first == len(wanted):
        start = at.start or 0
        return slice(start + first, start + last), text, p[first:last]
    if isinstance(at, slice):
        rows: At = wanted + at.start if at.start else wanted
    else:
        rows = at.take(wanted)
    return rows, text if isinstance(text, int) else text.take(wanted), p.take(wanted)
