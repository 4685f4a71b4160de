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
    def currency(self) -> str:
        return self.here.opened.house.currency
