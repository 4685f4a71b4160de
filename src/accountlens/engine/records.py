"""What one statement gave: records in the order of an answer. Small answers need no arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # NumPy takes as long to load as a small question to ask
    from accountlens.engine.frame import Frame


@dataclass(frozen=True)
class Records:
    """`rows` have a cell for each of `names`; each group's `asked` periods follow one another."""

    names: Sequence[str]
    rows: list[tuple[Any, ...]]
    asked: int

    def records(self) -> list[tuple[Any, ...]]:
        return self.rows

    def frame(self) -> Frame:
        """The same as arrays."""
        from accountlens.engine.frame import frame_of

        return frame_of(self.names, self.rows, self.asked)

    def texts(self, dim: int) -> set[str]:
        """Every text of a dimension that is shown."""
        place = self.names.index(f"d{dim}")
        return {record[place] for record in self.rows}
