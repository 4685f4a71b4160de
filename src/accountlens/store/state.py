"""The app state behind a database URL; migrations bring the database to the schema of `tables`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_SECONDS = 30
_NEWER = "If a newer accountlens wrote it, use that version."
_one_at_a_time = threading.Lock()


class State:
    """The app state behind a database URL. Made cheaply; the first use migrates the database."""

    def __init__(self, url: URL | str, where: Path) -> None:
        self._url, self._where = url, where
        self._engine: Engine | None = None

    @contextmanager
    def session(self, doing: str) -> Iterator[Session]:
        """One transaction: all of it is there afterwards, or nothing. Faults say `Cannot <doing>: …`."""
        with telling(doing, self._where, SQLAlchemyError), Session(self._ready()) as session, session.begin():
            yield session

    def _ready(self) -> Engine:
        if self._engine is None:
            engine = engine_for(self._url)
            with engine.begin() as connection:
                migrate(connection)
            self._engine = engine
        return self._engine


def engine_for(url: URL | str) -> Engine:
    """An engine whose SQLite transactions are real: begun at once, schema changes included."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not begin and commit by itself: BEGIN is ours
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def migrate(connection: Connection) -> None:
    """Bring the database up to the newest migration, inside the connection's transaction."""
    if _is_newest(connection):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with _one_at_a_time:  # Alembic keeps the migration it runs in a global
            command.upgrade(config, "head")
    except CommandError as fault:
        raise AccountlensError(f"Cannot bring the app state up to date: {fault}.", mend=_NEWER) from fault


def _is_newest(connection: Connection) -> bool:
    """Whether no migration is to be run: to find out by Alembic takes longer than all else of a transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = [row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))]
    return found == [newest_migration()]


def newest_migration() -> str:
    """The state that this version brings a database to: 0003, of v0003_sources.py."""
    return max((_MIGRATIONS / "versions").glob("v*.py")).name[1:5]
