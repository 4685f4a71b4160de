"""Reading published snapshots with the standard library alone, so that a question starts in milliseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from accountlens.store.faults import telling
from accountlens.store.snapshots import COLUMNS, Snapshot, from_row

_BUSY_SECONDS = 30
_NEWEST_FIRST = f"SELECT {', '.join(COLUMNS)} FROM snapshots ORDER BY number DESC LIMIT ?"


def read_snapshots(database: Path, limit: int = -1) -> list[Snapshot]:
    """The published snapshots, newest first; none where nothing was ever published."""
    if not database.exists():
        return []
    with telling("read the snapshots", database), _readable(database) as connection:
        try:
            rows = connection.execute(_NEWEST_FIRST, (limit,)).fetchall()
        except sqlite3.OperationalError as fault:
            if "no such table" in str(fault):  # the first writer is just creating the state
                return []
            raise
    return [from_row(row) for row in rows]


@contextmanager
def _readable(database: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection, also where the folder itself is read-only."""
    connection = _connect(database)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as fault:
        connection.close()
        if fault.sqlite_errorname not in ("SQLITE_READONLY_DIRECTORY", "SQLITE_CANTOPEN"):
            raise
        with _copied(database) as copied, closing(_connect(copied)) as copy:
            yield copy
    else:
        with closing(connection):
            yield connection


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


@contextmanager
def _copied(database: Path) -> Iterator[Path]:
    """Database and log in a folder that can be written: SQLite reads a log only where it may index it."""
    import shutil
    from tempfile import TemporaryDirectory  # both are rarely needed, and not free at start

    with TemporaryDirectory() as folder:
        for file in (database, database.with_name(f"{database.name}-wal")):
            if file.exists():
                shutil.copy(file, folder)
        yield Path(folder, database.name)
