"""Figures are opened when that is worth it: what reads them takes as long to load as a small question to compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.catalog.catalog import Catalog
from accountlens.engine.plan import Plan
from accountlens.engine.script import WIDE, Step

if TYPE_CHECKING:  # arrays, and what maps them from files
    from accountlens.engine.fact_figures import FactFigures
    from accountlens.engine.session import Session
    from accountlens.standing.serving import Standing

MANY_ROWS = 2_000_000  # of a snapshot, beyond which also a narrow question takes longer than loading


@dataclass
class Opening:
    """The figures of a snapshot of so many rows, not read before they are wanted."""

    place: Path
    catalog: Catalog
    rows: int
    needed: bool = False  # what they tell can't be computed here
    asked: int = 0
    _standing: list[Standing] = field(default_factory=list)

    def serve(self, plan: Plan, facts: Sequence[Step], session: Session) -> Sequence[FactFigures | None]:
        """As `Standing.serve`; the first question of a session, where few facts and rows are asked, is computed."""
        self.asked += 1
        if self.asked == 1 and len(facts) < WIDE and self.rows < MANY_ROWS and not self.needed:
            return [None] * len(facts)
        return self.standing.serve(plan, facts, session)

    def kept(self, plan: Plan, facts: Sequence[Step], session: Session) -> Sequence[Sequence[str]]:
        """As `Standing.kept`; nothing as long as every question was computed."""
        return self.standing.kept(plan, facts, session) if self._standing else [()] * len(facts)

    @property
    def standing(self) -> Standing:
        if not self._standing:
            from accountlens.standing.serving import Standing
            from accountlens.store.figures import FiguresReader

            self._standing.append(Standing(FiguresReader(self.place), self.catalog))
        return self._standing[0]
