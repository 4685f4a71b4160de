"""What changed since an earlier time, component by component: before + came in - faded = now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One component, in the unit of its KPI. `came`: what of it happened since, where that is known."""

    name: str
    before: float
    now: float
    came: float | None = None

    @property
    def change(self) -> float:
        return self.now - self.before


@dataclass(frozen=True)
class Change:
    """`lines` add up to the KPI, before and now; those that changed most come first."""

    against: str  # what it is compared with, in words
    unit: str
    lines: Sequence[Line]


def change_of(row: Row, word: str, against: str) -> Change | None:
    """The change that an answer's row tells; None where the KPI declares no components, or is unknown now or then."""
    told = row.get("compare", {}).get(word, {})
    lines = []
    for name, moved in told.get("changed", {}).items():
        before = told["parts"][name] or 0.0
        now = before + moved
        lines.append(Line(name, before, now, told.get("came", {}).get(name)))
    lines.sort(key=lambda line: (-abs(line.change), line.name))
    return Change(against, row["unit"], lines) if lines else None
