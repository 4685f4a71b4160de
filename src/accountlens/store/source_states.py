"""The sources as the last refreshes found them: when each was read, and how often it could not be since then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.errors import Problem
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from accountlens.store.state import State


@dataclass(frozen=True)
class SourceState:
    """One source. Times are UTC without zone."""

    name: str
    tried_at: datetime
    fetched_at: datetime | None  # when its rows were read that are kept; None: never yet
    rows: int  # that came then, new or changed
    failures: int  # since then
    error: str  # of the last one

    @property
    def problem(self) -> Problem:
        """That it can't be read, as a finding."""
        since = f"{self.fetched_at:%Y-%m-%d %H:%M} UTC" if self.fetched_at else "before"
        what = f"It could not be read; its rows are those of {since}. {self.error}"
        mend = "'accountlens refresh' tries again; 'serve' and 'run-due' do so by the schedule."
        return Problem(f"source '{self.name}'", 0, what, mend, "warning", "source_failed")


COLUMNS = tuple(field.name for field in fields(SourceState))


def note(state: State, found: Iterable[SourceState], gone: Collection[str] = ()) -> None:
    """Remember how sources were found; forget those that are gone from the settings."""
    from accountlens.store.tables import SourceRow

    with state.session("note the sources") as session:
        for one in found:
            session.merge(SourceRow(**asdict(one)))
        for row in session.query(SourceRow).filter(SourceRow.name.in_(gone)):
            session.delete(row)


def read(database: Path) -> dict[str, SourceState]:
    """What is known of each source, by name."""
    found = {}
    for name, tried, fetched, *rest in read_rows(database, "sources", COLUMNS, order="name", limit=-1):
        fetched_at = datetime.fromisoformat(fetched) if fetched else None
        found[name] = SourceState(name, datetime.fromisoformat(tried), fetched_at, *rest)
    return found
