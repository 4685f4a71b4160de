"""What the data do not tell: entities without a source, columns that no row fills, and what is unknown without them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from accountlens.catalog.catalog import Catalog
from accountlens.language.formula import UNKNOWN, Call, Name, Node, children, names
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Measure
from accountlens.warehouses.expand import bind, expand

if TYPE_CHECKING:
    from accountlens.engine.demands import Demands

Place = tuple[str, str]  # entity, column
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Untold:
    """`empty` are the columns that no row of their entity fills."""

    catalog: Catalog
    available: frozenset[str]  # entities with a source
    empty: frozenset[Place] = frozenset()
    found: dict[Any, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of_kpi(self, kpi: Kpi) -> tuple[tuple[str, ...], ...]:
        """What a KPI is unknown without: entities, any one of each would do, and columns (`tickets.status`)."""
        used = {name: kpi.measures[name] for name in names(kpi.formula) if name in kpi.measures}
        lacks = {name: needs for name, measure in used.items() if (needs := self.of(measure, kpi.options))}
        return (
            ()
            if _knowable(kpi.formula, lacks)
            else tuple(dict.fromkeys(one for some in lacks.values() for one in some))
        )

    def lacking(self, kpi: Kpi) -> list[str]:
        """The same in one list: of entities of which any one would do, all."""
        return list(dict.fromkeys(need for some in self.of_kpi(kpi) for need in some))

    def of(self, measure: Measure, options: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        """The same of a measure."""
        primary = self.catalog.primary(measure.fact)
        if not self.available.intersection(primary):
            return (primary,)
        return tuple((column,) for column in self.columns(measure, options))

    def columns(self, measure: Measure, options: Mapping[str, Any]) -> tuple[str, ...]:
        """The words it chooses its rows by, and what it sums, where no row at all tells them: it would count nothing.

        What else is empty has not happened yet, or is no (times, amounts, flags): of that the count is 0.
        """
        key = measure.fact, measure.where, measure.function, measure.expression, repr(options)
        if key not in self.found:
            lacking = self._columns(measure, options) if self._may_lack(measure) else ()
            self.found[key] = tuple(sorted(set(lacking)))
        return self.found[key]

    def _may_lack(self, measure: Measure) -> bool:
        """Whether an empty column is as much as named: only then is the parser loaded."""
        empty = {column for _, column in self.empty}
        beneath = [self.catalog.facts[name].sql for name in self.catalog.closure(measure.fact)] if empty else []
        texts = [measure.where or "", measure.expression, *beneath]
        return any(empty.intersection(WORD.findall(text)) for text in texts)

    def _columns(self, measure: Measure, options: Mapping[str, Any]) -> Iterator[str]:
        yield from map(".".join, self._of_words.of_measure(measure))
        if measure.function == "sum" and not measure.per:
            summed = expand(bind(measure.expression, options))
            yield from map(".".join, self._of_all.of_sum(measure.fact, summed))

    @cached_property
    def _of_words(self) -> Demands:
        return self._demands(frozenset(place for place in self.empty if self._is_word(*place)))

    @cached_property
    def _of_all(self) -> Demands:
        return self._demands(self.empty)

    def _demands(self, empty: frozenset[Place]) -> Demands:
        from accountlens.engine.demands import Demands  # its parser takes longer to load than a question to answer

        return Demands(self.catalog, self.available, empty)

    def _is_word(self, entity: str, column: str) -> bool:
        return self.catalog.entities[entity].columns[column].type == "text"


def _knowable(node: Node, lacking: Collection[str]) -> bool:
    """Whether a formula may have a value though some of its measures have none."""
    match node:
        case Name(name):
            return node != UNKNOWN and name not in lacking
        case Call("coalesce", choices):
            return any(_knowable(choice, lacking) for choice in choices)
        case Call("if", (test, *branches)):
            return _knowable(test, lacking) and any(_knowable(branch, lacking) for branch in branches)
        case _:
            return all(_knowable(part, lacking) for part in children(node))
