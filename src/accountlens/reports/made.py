"""What the sections of a review are made from: its audience, its period, the figures, and who moved them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.figures import Told
from accountlens.reports.goals import Aim
from accountlens.reports.moved import Movers
from accountlens.reports.packs import Pack
from accountlens.reports.spans import Span

LEAST_LEADING = 3  # figures at the head, where as many are known


@dataclass(frozen=True)
class Made:
    """What all sections of a review are made from; `left_out` grows while they are."""

    here: Stand
    pack: Pack
    whom: Whom
    span: Span
    told: Mapping[str, Told]
    movers: Movers
    aims: list[Aim]
    left_out: list[str]

    @property
    def leading(self) -> list[str]:
        """The KPIs at its head, as asked: those its pack names as far as they are known, then others of it."""
        first = self.pack.headline
        known = [kpi for kpi in self.told if self.told[kpi].figure.value is not None]
        found = [kpi for kpi in first if kpi in known]
        others = sorted((kpi for kpi in known if kpi not in first), key=self._rank)
        return found + others[: max(0, min(LEAST_LEADING, len(first)) - len(found))]

    def _rank(self, kpi: str) -> bool:
        """What changed by more than noise stands before the rest."""
        return not self.told[kpi].notable

    @property
    def currency(self) -> str:
        return self.here.opened.house.currency
