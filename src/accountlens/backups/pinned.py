"""A store held still while it is copied: its app state at one moment, and all files that belong to it then."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from accountlens.backups.contents import PUSHED
from accountlens.errors import AccountlensError
from accountlens.store import PINNED, Snapshot, Store
from accountlens.store.faults import telling
from accountlens.store.lock import WriterLock
from accountlens.store.snapshots import newest
from accountlens.store.state import newest_migration

LANDED = "landed"  # in the store: what was fetched; written in place, so copied while nobody writes
LOG = "_delta_log"
TRIES = 5
NOT_KEPT = ("sign_ins", "links", "sign_in_tries")  # who restores an old state must not revive what was ended since


@dataclass(frozen=True)
class Pinned:
    """What was found: the folder that holds it, like a store, and the snapshots it has, the newest first."""

    folder: Path
    snapshots: list[Snapshot]
    state: str


@contextmanager
def pinned(store: Store, wait_seconds: float, on_wait: Callable[[str], None] | None) -> Iterator[Pinned]:
    """The store as it is now, for as long as it takes. A refresh is waited for only where fetched rows are kept."""
    place = store.folder / PINNED
    with WriterLock(store.folder / "backup.lock").hold(wait_seconds, lambda: None, on_wait):
        has_landed = (store.folder / LANDED).is_dir()
        try:
            with store.writing(wait_seconds, on_wait) if has_landed else nullcontext():
                snapshots = _pin(store, place)
                if has_landed:
                    shutil.copytree(store.folder / LANDED, place / LANDED)
            yield Pinned(place, snapshots, _migration(place / store.database.name))
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _pin(store: Store, place: Path) -> list[Snapshot]:
    """By hard links, which stay when a vacuum deletes a file; again, where one came before the last link.

    However often that happens: files are missing only where the same snapshots name them in every one of TRIES.
    """
    tries, before = 0, list[Snapshot]()
    while tries < TRIES:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        copy_state(store.database, place / store.database.name)
        snapshots = newest(place / store.database.name)
        try:
            for file in _files(store.folder, snapshots):
                _link(store.folder / file, place / file)
        except FileNotFoundError:
            tries, before = tries + 1 if snapshots == before else 1, snapshots
            continue
        return snapshots
    raise AccountlensError(
        "Files that a snapshot names are not there.", str(store.folder), "'accountlens refresh --full' makes all anew."
    )


def copy_state(database: Path, to: Path) -> None:
    """The app state as of one moment, also while others write, in one file; without sessions and one-time links."""
    if not database.is_file():
        return
    faults, source, target = telling("copy the app state", database), sqlite3.connect(database), sqlite3.connect(to)
    with faults, closing(source), closing(target):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        known = {name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in known.intersection(NOT_KEPT):
            target.execute(f"DELETE FROM {table}")
        target.commit()
        target.execute("VACUUM")


def _migration(database: Path) -> str:
    if not database.is_file():
        return newest_migration()
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(rows[0][0])


def _files(folder: Path, snapshots: list[Snapshot]) -> Iterator[str]:
    """Relative to the store: what these snapshots name, its history up to them, figures kept ready, pushed rows."""
    yield from (f"{PUSHED}/{path.name}" for path in (folder / PUSHED).glob("[!.]*.json"))
    versions = dict[str, int]()
    for table in (table for one in reversed(snapshots) for table in one.tables.values()):  # a vacuum takes the oldest
        yield from table.files
        versions[table.table] = max(table.version, versions.get(table.table, 0))
    for name, version in versions.items():
        yield from (f"tables/{name}/{LOG}/{file}" for file in _log_files(folder / "tables" / name / LOG, version))
    figures = folder / "figures" / (snapshots[0].id if snapshots else "none")
    yield from (path.relative_to(folder).as_posix() for path in figures.rglob("*") if path.is_file())


def _log_files(log: Path, version: int) -> Iterator[str]:
    """Of versions that were written, but not published, nothing is kept: their files would be missing."""
    for path in log.iterdir():
        number = re.match(r"(\d{20})\.", path.name)
        is_pointer = path.name == "_last_checkpoint"
        of = int(number[1]) if number else json.loads(path.read_bytes())["version"] if is_pointer else None
        if of is not None and of <= version:
            yield path.name


def _link(file: Path, to: Path) -> None:
    if to.exists():  # a file that several snapshots name
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, to)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(file, to)
