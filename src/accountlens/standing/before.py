"""The figures of the snapshot before, and which of them are those of this one, too.

A figure is taken over where all that its SQL says is the same, and the instants told of its span are, and the rows that
meet the span (`changed`). Whatever is not known to be the same is computed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np

from accountlens.engine.fact_figures import Places
from accountlens.engine.plan import Branch, Plan
from accountlens.language.calendar import Clock
from accountlens.standing.changed import Changes
from accountlens.standing.differing import Differing, Stored
from accountlens.standing.identity import Identity
from accountlens.store import Store, TableVersion
from accountlens.store.figures import Column, FiguresReader
from accountlens.warehouses.faults import WarehouseError

Compared: TypeAlias = Callable[[Stored, Stored], Differing]  # what differs between two snapshots


@dataclass(frozen=True)
class Held:
    """What is taken over of a fact: its columns as they were called, and by slice the one that it was."""

    table: str
    columns: tuple[str, ...]
    slices: Mapping[int, int]

    def rows(self, table: Mapping[str, Column]) -> tuple[Places, Places]:
        """Rows of a part's table, and the slice that each is of now; none twice, but where two slices were one."""
        found = {now: np.flatnonzero(table["p"] == then) for now, then in self.slices.items()}
        slices = np.repeat(np.array(list(found), np.int64), [len(rows) for rows in found.values()])
        return np.concatenate(list(found.values())), slices


@dataclass(frozen=True)
class Before:
    """Figures that were made of another snapshot, in the same way; empty where there are none."""

    place: Path | None = None
    changes: Changes | None = None
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by dimension and table: `remembered`
    edges: tuple[str, ...] | None = None

    def held(
        self, by: str, table: str, same: Identity, branches: Sequence[Branch], plan: Plan, clock: Clock
    ) -> Held | None:
        """What can be taken over of a fact's figures by a dimension."""
        then = self.facts.get(by, {}).get(table)
        if self.changes is None or then is None or then["defined"] != same.defined:
            return None
        known = {told: int(index) for index, told in then["told"].items()}
        slices = {index: known[told] for index, told in same.told.items() if told in known}
        shared = [replace(one, periods=tuple(index for index in one.periods if index in slices)) for one in branches]
        touched = self._touched([one for one in shared if one.periods], plan, clock) if slices else None
        if touched is None or touched >= slices.keys():
            return None
        return Held(table, tuple(then["columns"]), {now: was for now, was in slices.items() if now not in touched})

    def _touched(self, branches: Sequence[Branch], plan: Plan, clock: Clock) -> frozenset[int] | None:
        assert self.changes is not None
        try:
            return self.changes.touched(branches, plan, clock)
        except (duckdb.Error, WarehouseError):  # what somebody removed, or no memory: then it is computed
            return None

    def part(self, folder: str) -> FiguresReader | None:
        """Some groups' figures as they were."""
        return FiguresReader(self.place / folder) if self.place else None

    def edges_of(self, ids: Sequence[str], at_once: int) -> tuple[str, ...]:
        """Where accounts, in order, are divided: as before, unless a part would grow by half."""
        if self.edges is not None:
            places = [0, *(bisect_left(ids, edge) for edge in self.edges), len(ids)]
            if max(high - low for low, high in pairwise(places)) <= at_once * 3 // 2:
                return self.edges
        return tuple(ids[at_once::at_once])


def before_of(store: Store, then: Stored | None, now: Stored, code: str, compared: Compared) -> Before:
    """What figures of another snapshot can be taken over from; nothing where other code has made them."""
    place = store.figures / then.snapshot if then else None
    made = FiguresReader(place).made if place else None
    if then is None or not made or made["code"] != code:
        return Before()
    known = {name: version for name, version in then.tables.items() if made["tables"].get(name) == content(version)}
    changes = Changes(compared(replace(then, tables=known), now))
    return Before(place, changes, made["facts"], tuple(made["edges"]))


def content(version: TableVersion) -> str:
    """What two versions of a table differ by where they hold other rows: an erasure puts other files in their place."""
    return hashlib.sha256("\n".join(version.files).encode()).hexdigest()[:16]
