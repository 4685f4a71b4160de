"""What an answer's values are made of: the components of each, now and at the times compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accountlens.engine.columns import columns_of

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer

Pair = tuple[float | None, float | None]  # now, then
Place = tuple[Any, ...]  # p, level, groups


@dataclass(frozen=True)
class Apart:
    """A KPI asked once more, by the column that splits it, the last of its groups."""

    answer: Answer

    def pairs(self, word: str) -> Mapping[Place, Mapping[str, Pair]]:
        """Row → component → its values now and then."""
        found: dict[Place, dict[str, Pair]] = {}
        answer = self.answer
        columns = columns_of(answer.plan.kpis[0], 0)
        last = len(answer.plan.query.by) - 1
        names = ["p", "level", *(f"d{index}" for index in range(last + 1)), columns.value, columns.compared[word]]
        places = [answer.fields.index(name) for name in names]
        for record in answer.table:
            p, level, *groups, now, then = (record[place] for place in places)
            if level % 2 == 0 and (now or then):  # GROUPING sets the lowest bit where the last group is summed over
                row = (p, level // 2, *groups[:last])
                found.setdefault(row, {})[groups[last]] = (now, then)
        return found


def told(pairs: Mapping[str, Pair], known: bool) -> dict[str, Any]:
    """The components then, and by how much each changed: their changes add up to that of the value, if it is known."""
    return {
        "parts": {name: then for name, (_, then) in pairs.items()},
        "changed": {name: (now or 0) - (then or 0) for name, (now, then) in pairs.items()} if known else {},
    }
