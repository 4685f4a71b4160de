"""Reading the app state with the standard library alone, so that a question starts in milliseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from accountlens.store.faults import telling

_BUSY_SECONDS = 30


def read_rows(
    database: Path,
    table: str,
    columns: Sequence[str],
    *,
    order: str,
    limit: int,
    where: Mapping[str, object] | None = None,
) -> list[Any]:
    """Rows of one table of the app state; none where nothing was ever written. A limit of -1 is none.

    `where` gives tests and what they are of, such as `{"id =": "a1", "number <": 7}`.
    """
    if not database.exists():
        return []
    wanted = where or {}
    test = f"WHERE {' AND '.join(f'{one} ?' for one in wanted)} " if wanted else ""
    sql = f"SELECT {', '.join(columns)} FROM {table} {test}ORDER BY {order} LIMIT ?"
    with telling(f"read the {table}", database), _readable(database) as connection:
        try:
            return connection.execute(sql, (*wanted.values(), limit)).fetchall()
        except sqlite3.OperationalError as fault:
            if "no such table" in str(fault):  # the first writer is just creating the state
                return []
            raise


@contextmanager
def _readable(database: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection, also in a read-only folder and on a full disk.

    SQLite indexes the write-ahead log in a file beside it, even to read. Where it can't, there is nothing to
    index without a log; with one (its writer was killed), the index is made in a folder of our own.
    """
    connection = _connect(database)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as fault:
        connection.close()
        if not fault.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")):
            raise
        log = database.with_name(f"{database.name}-wal")
        if log.exists() and log.stat().st_size:
            with _copied(database, log) as copied, closing(_connect(copied)) as copy:
                yield copy
        else:
            with closing(_connect(database, "&immutable=1")) as unindexed:
                yield unindexed
    else:
        with closing(connection):
            yield connection


def _connect(database: Path, more: str = "") -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro{more}", uri=True, timeout=_BUSY_SECONDS)


@contextmanager
def _copied(*files: Path) -> Iterator[Path]:
    """The first file, and the others beside it, in a folder that can be written."""
    import shutil
    from tempfile import TemporaryDirectory  # both are rarely needed, and not free at start

    with TemporaryDirectory() as folder:
        for file in files:
            shutil.copy(file, folder)
        yield Path(folder, files[0].name)
