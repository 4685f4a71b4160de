"""What an answer's values are made of: the components of each, now and at the times compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accountlens.engine.columns import columns_of

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer

Place = tuple[Any, ...]  # p, level, groups


@dataclass(frozen=True)
class Component:
    """One component of one value. `carried`: what rows from before the time compared with bring in now, if known."""

    now: float | None
    then: float | None
    carried: float | None = None


@dataclass(frozen=True)
class Apart:
    """A KPI asked once more, by the column that splits it, the last of its groups.

    `carried` is that question of the rows from before a time compared with alone, by comparison.
    """

    answer: Answer
    carried: Mapping[str, Answer]

    def components(self, word: str) -> Mapping[Place, Mapping[str, Component]]:
        """Row → component."""
        left = None
        if word in self.carried:
            left = {(place, name): now for place, name, now, _ in _figures(self.carried[word], None)}
        found: dict[Place, dict[str, Component]] = {}
        for place, name, now, then in _figures(self.answer, word):
            if now or then:
                carried = None if left is None else left.get((place, name)) or 0.0
                found.setdefault(place, {})[name] = Component(now, then, carried)
        return found


def _figures(answer: Answer, word: str | None) -> Iterator[tuple[Place, str, float | None, float | None]]:
    """Row, group, and its values now and then; without a comparison only now."""
    columns = columns_of(answer.plan.kpis[0], 0)
    last = len(answer.plan.query.by) - 1
    names = ["p", "level", *(f"d{index}" for index in range(last + 1)), columns.value]
    places = [answer.place[name] for name in names]
    then = answer.place[columns.compared[word]] if word else None
    for record in answer.table:
        p, level, *groups, now = (record[place] for place in places)
        if level % 2 == 0:  # GROUPING sets the lowest bit where the last group is summed over
            yield (p, level // 2, *groups[:last]), groups[last], now, None if then is None else record[then]


def told(components: Mapping[str, Component], known: bool) -> dict[str, Any]:
    """The components then, and where the change of the value is known, by how much each changed: these add up to it.

    Where it is known what rows from before still bring in, the change is also told as what `faded` and what `came`.
    """
    found: dict[str, Any] = {"parts": {name: one.then for name, one in components.items()}, "changed": {}}
    if not known:
        return found
    found["changed"] = {name: (one.now or 0) - (one.then or 0) for name, one in components.items()}
    left = {name: one.carried for name, one in components.items() if one.carried is not None}
    if left:
        found["faded"] = {name: carried - (components[name].then or 0) for name, carried in left.items()}
        found["came"] = {name: (components[name].now or 0) - carried for name, carried in left.items()}
    return found
