"""The one question every surface asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from accountlens.language.asked import Asked

EARLIER: Final = ("previous", "year-ago")
TARGET: Final = "target"  # the comparison with what was to be reached
COMPARISONS: Final = (*EARLIER, TARGET)
PROFILE: Final = "profile:"  # the comparison with what another profile gives: `profile:stripe`
TOTALS: Final = ("grand", "all", "none")


@dataclass(frozen=True)
class Query:
    """`as_of`: an instant (naive UTC), `end` (cohorts at each row's own end) or None (the snapshot's).

    `only_values`: without samples, intervals, flags, components and the parts that a value does not consist of.
    """

    kpis: tuple[Asked, ...]
    by: tuple[str, ...] = ()
    period: str | None = None
    grain: str = "total"
    where: str | None = None
    compare: tuple[str, ...] = ()
    scope: str = "all"
    as_of: datetime | Literal["end"] | None = None
    totals: Literal["grand", "all", "none"] = "grand"
    profile: str | None = None
    snapshot: str | None = None
    history: Literal["as-was", "as-is"] = "as-was"
    only_values: bool = False
    targets_at: datetime | None = None  # targets as they were known then; None: at `as_of`, else by the snapshot

    @property
    def earlier(self) -> tuple[str, ...]:
        """The comparisons with an earlier time."""
        return tuple(word for word in self.compare if word != TARGET and not word.startswith(PROFILE))

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles to compare with."""
        return tuple(word.removeprefix(PROFILE) for word in self.compare if word.startswith(PROFILE))
