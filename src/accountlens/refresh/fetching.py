"""What of the sources is fetched before a refresh lands them, and what is kept of it in the store."""

from __future__ import annotations

from pathlib import Path

from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import Problem
from accountlens.refresh.bench import Progress
from accountlens.sources.kept import FOLDER, discard
from accountlens.sources.registry import fetch_source, read_sources
from accountlens.store import Store


def kept_in(store: Store) -> Path:
    """Where the store keeps what was fetched."""
    return store.folder / FOLDER


def fetch_sources(store: Store, folder: Path, settings: Settings, tell: Progress, *, anew: bool) -> list[Problem]:
    """Bring what is kept of every source that keeps up to date; what a person should hear of it."""

    def reading(what: str, done: int, total: int) -> None:
        tell(f"fetching {what}", done, total)

    place = kept_in(store)
    keeping = {name: source for name, source in read_sources(folder, settings.sources).items() if source.keeps}
    discard(place, keeping)
    heard = []
    for name, source in keeping.items():
        fetched = fetch_source(name, source, folder, place, reading, anew=anew)
        heard += [Problem(f"{FILE_NAME}, source '{name}'", 0, note, severity="note") for note in fetched.notes]
    return heard
