"""What is due: sources by their own schedule or the workspace's, and after a while those that could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from accountlens.catalog.habits import schedule_of
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import AccountlensError
from accountlens.language.schedule import Schedule
from accountlens.refresh.run import RefreshReport
from accountlens.sources.registry import read_sources
from accountlens.store.runs import Run
from accountlens.store.source_states import SourceState

FIRST_RETRY, LAST_RETRY = timedelta(minutes=5), timedelta(hours=6)  # after a failure; twice as long after each more


class NothingScheduledError(AccountlensError):
    """Nothing is ever refreshed by itself."""


@dataclass(frozen=True)
class DueReport:
    """What was due and what came of it; `next` is the source that is due next, and when."""

    due: tuple[str, ...]
    report: RefreshReport | None  # None: nothing was due
    next: tuple[str, datetime]


@dataclass(frozen=True)
class Agenda:
    """When each source is due next that has a schedule; UTC without zone. Never read is due at once."""

    moments: Mapping[str, datetime]

    def due(self, now: datetime) -> tuple[str, ...]:
        return tuple(name for name, moment in self.moments.items() if moment <= now)

    @property
    def next(self) -> tuple[str, datetime]:
        """The source that is due first, and when."""
        return min(self.moments.items(), key=lambda one: one[1])


def agenda(folder: Path, settings: Settings, states: Mapping[str, SourceState], runs: Sequence[Run] = ()) -> Agenda:
    """When sources are due; AccountlensError where nothing has a schedule. `runs` are the newest, newest first."""
    common = settings.schedules.refresh
    default = schedule_of(common.every, common.at) if common else None
    zone, year = ZoneInfo(settings.time_zone), settings.fiscal_year_starts
    moments = {
        name: max(_moment(schedule, states.get(name), zone, year), _after_failed(runs, schedule))
        for name, source in read_sources(folder, settings.sources).items()
        if (schedule := source.schedule or default)
    }
    if not moments:
        mend = "Write, for example, schedules: {refresh: 1h}, or every: 1h at a source."
        raise NothingScheduledError("Nothing here has a schedule, so nothing is ever due.", FILE_NAME, mend)
    return Agenda(moments)


def _moment(schedule: Schedule, state: SourceState | None, zone: ZoneInfo, year_starts: int) -> datetime:
    if state is None:
        return datetime.min
    usual = schedule.next_after(state.fetched_at, zone, year_starts) if state.fetched_at else datetime.min
    return max(usual, state.tried_at + _patience(schedule, state.failures)) if state.failures else usual


def _after_failed(runs: Sequence[Run], schedule: Schedule) -> datetime:
    """Refreshes that failed are not repeated at once."""
    failed = len(list(takewhile(lambda run: run.status == "failed", runs)))
    return runs[0].started_at + _patience(schedule, failed) if failed else datetime.min


def _patience(schedule: Schedule, failures: int) -> timedelta:
    """How long after the last of so many failures it is tried again: never longer than its schedule says."""
    longest = min(LAST_RETRY, schedule.every or LAST_RETRY)
    return min(FIRST_RETRY * (1 << min(failures - 1, 10)), longest)
