"""The tables of the app state: these models are the one definition of its schema."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Double, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


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
