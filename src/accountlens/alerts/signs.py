"""What a rule sees: at each moment and for each subject a sign to tell, one that is held back, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


class Held(StrEnum):
    """Why something that looks like an alert is none."""

    INTERVAL = "interval"  # it lies inside an interval
    SMALL = "small_sample"
    SHORT = "short_past"  # too little is known of before
    UNKNOWN = "unknown"
    COOLDOWN = "cooldown"


@dataclass(frozen=True)
class Question:
    """What leads to the rows behind it: explain or rows of a KPI over a period, of what is narrowed to."""

    kpi: str
    period: str
    where: str | None = None
    scope: str = "all"
    compare: str | None = None


@dataclass(frozen=True)
class Sign:
    """`why` in plain words, without names of people: `people` are the contacts it is about. `held`: not to be told."""

    why: str
    value: float | None = None
    expected: float | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[str] = ()
    question: Question | None = None
    held: Held | None = None


@dataclass(frozen=True)
class Seen:
    """What a rule saw of s subjects at m moments (UTC without zone). `watched` (s, m): in scope, and known.

    `signs`: those of a place (subject, moment) where there is one.
    """

    subjects: Sequence[str]
    moments: Sequence[datetime]
    watched: Mask
    signs: Mapping[tuple[int, int], Sign]
    notes: Sequence[str] = ()

    def at(self, moment: int) -> Iterator[tuple[str, Sign]]:
        """Those of one moment."""
        for (subject, when), sign in sorted(self.signs.items()):
            if when == moment:
                yield self.subjects[subject], sign
