"""The app state: its models are the one definition of the schema, migrations bring a database to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    Date,
    DateTime,
    Double,
    Engine,
    ForeignKey,
    String,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_SECONDS = 30
_NEWER = "If a newer accountlens wrote it, use that version."
_one_at_a_time = threading.Lock()


class Base(DeclarativeBase):
    """Every model of the app state; times are UTC without zone."""


class SnapshotRow(Base):
    __tablename__ = "snapshots"

    number: Mapped[int] = mapped_column(primary_key=True)  # the order of publishing, whatever the clock did
    id: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    as_of: Mapped[datetime] = mapped_column(DateTime)
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)
    balance: Mapped[dict[str, Any]] = mapped_column(JSON)
    settings_hash: Mapped[str] = mapped_column(String(128))
    info: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunRow(Base):
    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(DateTime)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime)
    status: Mapped[str] = mapped_column(String(20))  # running | done | failed
    message: Mapped[str] = mapped_column(Text)


class SourceRow(Base):
    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    tried_at: Mapped[datetime] = mapped_column(DateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(DateTime)  # empty: never yet
    rows: Mapped[int] = mapped_column()
    failures: Mapped[int] = mapped_column()  # since then
    error: Mapped[str] = mapped_column(Text)


class ErasureRow(Base):
    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(DateTime)
    done_at: Mapped[datetime | None] = mapped_column(DateTime)  # empty: something is still to be done
    salt: Mapped[str] = mapped_column(String(64))
    hashes: Mapped[dict[str, Any]] = mapped_column(JSON)  # kind → salted hashes of ids and e-mails


class UserRow(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)  # in small letters
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    employee_id: Mapped[str | None] = mapped_column(String(200))  # empty: the employee with that e-mail
    password: Mapped[str | None] = mapped_column(Text)  # hashed; empty: none was chosen yet
    created_at: Mapped[datetime] = mapped_column(DateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(DateTime)


class LinkRow(Base):
    __tablename__ = "links"  # one-time links; a used one is gone

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))  # empty: whoever sets the workspace up
    created_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime] = mapped_column(DateTime)


class SignInRow(Base):
    __tablename__ = "sign_ins"  # sessions of browsers; one that ended is gone

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime)
    seen_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime] = mapped_column(DateTime)


class TokenRow(Base):
    __tablename__ = "tokens"  # of the API; a revoked one is gone

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(20))  # read | write | admin
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime)
    used_at: Mapped[datetime | None] = mapped_column(DateTime)


class TryRow(Base):
    __tablename__ = "sign_in_tries"  # that failed, of late

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash of an e-mail or an address
    failures: Mapped[int] = mapped_column()
    tried_at: Mapped[datetime] = mapped_column(DateTime)
    free_at: Mapped[datetime] = mapped_column(DateTime)  # from then on another one is let in


class AuditRow(Base):
    __tablename__ = "audit"  # triggers refuse to change or delete a row

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime)
    user_id: Mapped[str | None] = mapped_column(String(40))  # never an e-mail: who that was is told by `users`
    address: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class DashboardRow(Base):
    __tablename__ = "dashboards"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    shared: Mapped[str] = mapped_column(String(20))  # nobody | look | change
    version: Mapped[int] = mapped_column()
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    changed_at: Mapped[datetime] = mapped_column(DateTime)


class ViewRow(Base):
    __tablename__ = "views"  # the state of a page, under a name

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    page: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(DateTime)


class NoteRow(Base):
    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    author_id: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[str | None] = mapped_column(String(200))
    kpi: Mapped[str | None] = mapped_column(String(200))
    on_day: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    changed_at: Mapped[datetime] = mapped_column(DateTime)


class TargetRow(Base):
    __tablename__ = "targets"  # versions; triggers refuse to change or delete one

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(40), index=True)
    kpi: Mapped[str] = mapped_column(String(400))
    scope: Mapped[str] = mapped_column(String(20))  # company | team | owner | tier | segment | account
    member: Mapped[str] = mapped_column(String(200))  # which owner, tier …; empty for the company
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)  # the first day not in it
    period: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # absolute | growth | formula | retired
    amount: Mapped[float | None] = mapped_column(Double)
    formula: Mapped[str | None] = mapped_column(Text)
    base: Mapped[str | None] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(DateTime)
    recorded_at: Mapped[datetime] = mapped_column(DateTime)
    author_id: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(String(40))  # the target it was split from


class ReportRow(Base):
    __tablename__ = "reports"  # frozen ones: never changed

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    frozen_at: Mapped[datetime] = mapped_column(DateTime)
    frozen_by: Mapped[str | None] = mapped_column(String(40))  # a user; empty: at the command line
    name: Mapped[str] = mapped_column(Text)
    sees: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # accounts it tells of; empty: all
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertRuleRow(Base):
    __tablename__ = "alert_rules"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # the name it is written under
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_on: Mapped[bool] = mapped_column()
    made_by: Mapped[str | None] = mapped_column(String(40))  # empty: the command line
    created_at: Mapped[datetime] = mapped_column(DateTime)
    changed_at: Mapped[datetime] = mapped_column(DateTime)


class AlertCheckRow(Base):
    __tablename__ = "alert_checks"  # a rule looked at on a snapshot; a newer one takes its place

    rule_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    snapshot: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))  # of the rule as it was then
    checked_at: Mapped[datetime] = mapped_column(DateTime)
    fault: Mapped[str] = mapped_column(Text)  # why it could not be computed


class AlertRow(Base):
    __tablename__ = "alerts"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(64), index=True)
    each_of: Mapped[str] = mapped_column(String(200))  # account, company or a dimension
    subject: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(20))  # open | acknowledged | resolved
    opened_at: Mapped[datetime] = mapped_column(DateTime)  # by the data: the moment of the snapshot
    seen_at: Mapped[datetime] = mapped_column(DateTime)  # when its condition was met last
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(40))
    sign: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertHeldRow(Base):
    __tablename__ = "alerts_held"  # what the last check of a rule held back

    number: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(64), index=True)
    each_of: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(400))
    sign: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertSnoozeRow(Base):
    __tablename__ = "alert_snoozes"

    about: Mapped[str] = mapped_column(String(400), primary_key=True)  # alert:ID or account:ID
    until: Mapped[datetime] = mapped_column(DateTime)
    by_user: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(DateTime)


class AlertTellingRow(Base):
    __tablename__ = "alert_tellings"  # which alert was told to whom

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(DateTime)


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
