"""What a question stands on."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog
from accountlens.engine.untold import Untold
from accountlens.language.calendar import Clock


@dataclass(frozen=True)
class Ground:
    """The definitions, the clock, and what the snapshot holds."""

    catalog: Catalog
    clock: Clock
    fiscal_starts: int
    untold: Untold
    history: frozenset[str]  # account attributes with a history

    @property
    def available(self) -> frozenset[str]:
        """Entities with a source."""
        return self.untold.available
