"""Figures that are not computed before somebody looks at one: of groups that were taken, of these alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from accountlens.engine.arrays import Array
from accountlens.engine.fact_figures import Places

# of the figures that are named (None: all) and of some groups (None: of all)
Compute: TypeAlias = Callable[[Collection[str] | None, Places | None], Mapping[str, Array]]


class Pending(Mapping[str, Array]):
    """All figures by name, computed together with the first that is looked at."""

    def __init__(self, compute: Compute, groups: Places | None = None) -> None:
        self._compute, self._groups = compute, groups

    def __getitem__(self, name: str) -> Array:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def take(self, groups: Places) -> Mapping[str, Array]:
        """The same of some of these groups."""
        if "_all" in self.__dict__:
            return {name: figure[groups] for name, figure in self._all.items()}
        return Pending(self._compute, groups if self._groups is None else self._groups[groups])

    def only(self, names: Collection[str]) -> Mapping[str, Array]:
        """At least those that are named, the others left uncomputed."""
        return self if "_all" in self.__dict__ else self._compute(names, self._groups)

    @cached_property
    def _all(self) -> Mapping[str, Array]:
        return self._compute(None, self._groups)
