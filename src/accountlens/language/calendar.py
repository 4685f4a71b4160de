"""From local periods to instants: every boundary, window and as-of of a question, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accountlens.language.measures import Window
from accountlens.language.periods import Period, add_months, previous, previous_year

BEGINNING = datetime(1900, 1, 1)


@dataclass(frozen=True)
class Slice:
    """A period as instants: naive UTC. `as_of` is what counts as its end, `horizon` how far cohorts are known."""

    period: Period
    start: datetime
    end: datetime
    as_of: datetime
    horizon: datetime

    @property
    def partial(self) -> bool:
        return self.as_of < self.end


@dataclass(frozen=True)
class Clock:
    """The time zone, the instant of the question, and how cohorts look at it."""

    zone: ZoneInfo
    as_of: datetime  # naive UTC: nothing at or after it is seen
    cohorts_at_end: bool = False  # `--as-of end`: each row at its own end

    @property
    def today(self) -> date:
        """The first local day that is not over."""
        return self.local(self.as_of).date()

    def local(self, instant: datetime) -> datetime:
        return instant.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def midnight(self, day: date) -> datetime:
        return self.utc(datetime.combine(day, time()))

    def slice(self, period: Period) -> Slice:
        start, end = self.midnight(period.start), self.midnight(period.end)
        as_of = max(start, min(end, self.as_of))
        return self._known(period, start, end, as_of)

    def before(self, later: Slice, shift: str) -> Slice:
        """The slice to compare with."""
        return self.beside(later, previous(later.period) if shift == "previous" else previous_year(later.period))

    def beside(self, later: Slice, period: Period) -> Slice:
        """An earlier period as a slice; a partial one is set beside the same elapsed span of it (rule G10)."""
        start, end = self.midnight(period.start), self.midnight(period.end)
        as_of = end
        if later.partial:
            elapsed = self.local(later.as_of) - self.local(later.start)
            as_of = min(end, self.utc(self.local(start) + elapsed))
        return self._known(period, start, end, min(as_of, max(start, self.as_of)))

    def _known(self, period: Period, start: datetime, end: datetime, as_of: datetime) -> Slice:
        horizon = as_of if self.cohorts_at_end else max(self.as_of, as_of)
        return Slice(period, start, end, as_of, horizon)

    def back(self, instant: datetime, window: Window) -> datetime:
        """The instant a window earlier: days are 24 hours, months step on the local calendar (rule G1)."""
        if window.unit == "ever":
            return BEGINNING
        if window.unit == "days":
            return instant - timedelta(days=window.amount)
        local = self.local(instant)
        return self.utc(datetime.combine(add_months(local.date(), -window.amount), local.time()))
