"""How much to generate, and the days on which the stories turn."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Day = np.datetime64

AHEAD_MONTHS = 6  # simulated beyond the end, so that open deals and coming churn have a future
ACTIVITIES_PER_ACCOUNT_MONTH = 9.6  # the density at which the qualification thresholds discriminate


@dataclass(frozen=True)
class Scale:
    """The size of the sample company. The same scale gives the same company, in either file format."""

    seed: int
    accounts: int
    months: int
    ends: date  # first day not in the data
    activities: int

    @property
    def end(self) -> Day:
        return np.datetime64(self.ends, "D")

    @property
    def first_month(self) -> Day:
        last: Day = (self.end - 1).astype("M8[M]")
        return last - (self.months - 1)

    def day(self, month: int) -> Day:
        """First day of the given month of the data; may lie before or after it."""
        first: Day = (self.first_month + month).astype("M8[D]")
        return first

    @property
    def start(self) -> Day:
        return self.day(0)

    @property
    def horizon(self) -> Day:
        return self.day(self.months + AHEAD_MONTHS)

    @property
    def launch_month(self) -> int:
        return self.months // 3

    @property
    def incident_month(self) -> int:
        return self.months * 4 // 9

    @property
    def program_month(self) -> int:
        return self.months * 2 // 3

    @property
    def reorganisation_month(self) -> int:
        return self.months * 3 // 4

    def month_of(self, days: Array) -> Array:
        """Index of the month each day lies in; negative before the start."""
        return np.asarray(days.astype("M8[M]") - self.first_month).astype(np.int64)

    def stream(self, *names: str | int) -> np.random.Generator:
        """Randomness of its own for each part, so that changing one part leaves the others as they are."""
        words = [zlib.crc32(str(name).encode()) for name in names]
        return np.random.default_rng([self.seed, *words])

    def share(self, per_400_accounts: float, least: int = 1) -> int:
        """A count that is given for 400 accounts, at this number of accounts."""
        return max(least, round(per_400_accounts * self.accounts / 400))
