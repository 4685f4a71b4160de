"""The app state of deliveries: what is sent to whom, and what became of each sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accountlens.store.tables import Base


class DeliveryRow(Base):
    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # which maker makes what is sent
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    schedule: Mapped[str] = mapped_column(String(200))  # in words
    channel: Mapped[str] = mapped_column(String(200))
    open: Mapped[bool] = mapped_column()  # everybody may have it sent to himself
    paused: Mapped[bool] = mapped_column()
    made_by: Mapped[str | None] = mapped_column(String(40))
    changed_at: Mapped[datetime] = mapped_column(DateTime)
    done_until: Mapped[datetime] = mapped_column(DateTime)  # what was due up to then is in `sendings`


class RecipientRow(Base):
    __tablename__ = "delivery_recipients"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(400), primary_key=True)  # user:ID | to:ADDRESS | channel
    audience: Mapped[str] = mapped_column(String(40))  # whose accounts: a user's id, or `all`
    added_by: Mapped[str | None] = mapped_column(String(40))


class SendingRow(Base):
    __tablename__ = "sendings"
    __table_args__ = (
        UniqueConstraint("delivery_id", "due_at", "recipient"),
        Index("sendings_by_status", "status", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # the key by which a receiver knows it again
    delivery_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(400))
    audience: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(DateTime)
    once: Mapped[bool] = mapped_column()  # at most once, like mail; else at least once
    status: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column()
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime)
    tried_at: Mapped[datetime | None] = mapped_column(DateTime)
    detail: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(DateTime)  # when admins were told that it came to nothing
