"""Sources fetched before a refresh lands them: those that are due; one that can't be read stays as it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from accountlens.catalog.settings import FILE_NAME, Settings, SourceSettings
from accountlens.errors import AccountlensError, Problem
from accountlens.refresh.bench import Progress
from accountlens.sources.kept import FOLDER, Fetched, compact, discard, is_current, kept_file
from accountlens.sources.registry import fetch_source, read_sources
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.source_states import SourceState


@dataclass(frozen=True)
class Gathered:
    """What became of the sources, and what a person should hear of them.

    Failures are noted in the store at once, `states` with a snapshot: what was fetched in vain is due still.
    """

    states: Mapping[str, SourceState]
    heard: tuple[Problem, ...]

    @property
    def failed(self) -> dict[str, str]:
        """Sources whose rows are those of before, with what was wrong."""
        return {name: state.error for name, state in self.states.items() if state.failures}

    def told(self, readers: Mapping[tuple[str, str], Sequence[str]]) -> dict[str, Any]:
        """What a snapshot says of its sources; `readers` are the entities of each landed table."""
        entities: dict[str, set[str]] = {}
        for (source, _), names in readers.items():
            entities.setdefault(source, set()).update(names)
        return {
            name: {
                "fetched_at": state.fetched_at.isoformat() if state.fetched_at else None,
                "error": state.error,
                "entities": sorted(entities.get(name, ())),
            }
            for name, state in self.states.items()
        }


def kept_in(store: Store) -> Path:
    """Where the store keeps what was fetched."""
    return store.folder / FOLDER


def fetch_sources(
    store: Store,
    folder: Path,
    settings: Settings,
    tell: Progress,
    *,
    anew: bool = False,
    only: Collection[str] | None = None,
) -> Gathered:
    """Bring what is kept of sources up to date: of all, or `only` of some, and of those of which nothing is kept.

    One that can't be read is served as it is kept. An error where nothing is kept of it, or where nothing else can be
    read either.
    """
    sources = read_sources(folder, settings.sources)
    place, known = kept_in(store), store.source_states()
    discard(place, {name for name, source in sources.items() if source.keeps})
    fetching = _Fetching(folder, place, tell, anew, bool(store.erasures()))
    for name, source in sources.items():
        if not source.keeps:
            fetching.looked_at(name)
        elif only is None or name in only or not is_current(place, name, source):
            fetching.fetch(name, source, known.get(name))
        elif name in known:
            fetching.states[name] = known[name]
    store.note_sources((one for one in fetching.states.values() if one.failures), known.keys() - sources.keys())
    if fetching.fault and (fetching.is_needed or not fetching.has_read):
        raise fetching.fault
    return Gathered(fetching.states, tuple(fetching.heard))


class _Fetching:
    """The sources of one refresh, one after the other."""

    def __init__(self, folder: Path, place: Path, tell: Progress, anew: bool, has_erased: bool) -> None:
        self.folder, self.place, self.tell, self.anew, self.has_erased = folder, place, tell, anew, has_erased
        self.states: dict[str, SourceState] = {}
        self.heard: list[Problem] = []
        self.fault: AccountlensError | None = None
        self.is_needed = False  # nothing is kept that could be served in place of what is at fault
        self.has_read = False  # anything at all

    def looked_at(self, name: str) -> None:
        """A source that is read where it stands, when it lands."""
        self.states[name] = SourceState(name, utc_now(), utc_now(), 0, 0, "")
        self.has_read = True

    def fetch(self, name: str, source: SourceSettings, before: SourceState | None) -> None:
        started = utc_now()
        try:
            fetched = self._fetched(name, source)
        except AccountlensError as error:
            self._failed(name, source, error, before or SourceState(name, started, None, 0, 0, ""), started)
            return
        self.states[name] = SourceState(name, started, started, fetched.rows, 0, "")
        self.has_read = True
        self.heard += [Problem(f"{FILE_NAME}, source '{name}'", 0, note, severity="note") for note in fetched.notes]

    def _fetched(self, name: str, source: SourceSettings) -> Fetched:
        def reading(what: str, done: int, total: int) -> None:
            self.tell(f"fetching {what}", done, total)

        fetched = fetch_source(name, source, self.folder, self.place, reading, anew=self.anew)
        if self.has_erased and (fetched.rows or fetched.gone != 0):
            compact(kept_file(self.place, name))  # whom a source erases too is to leave no trace here
        return fetched

    def _failed(
        self, name: str, source: SourceSettings, error: AccountlensError, before: SourceState, started: datetime
    ) -> None:
        self.states[name] = replace(before, tried_at=started, failures=before.failures + 1, error=str(error))
        if not is_current(self.place, name, source):
            self.fault, self.is_needed = (error if not self.is_needed else self.fault), True
            return
        self.fault = self.fault or error
        self.heard.append(self.states[name].problem)
