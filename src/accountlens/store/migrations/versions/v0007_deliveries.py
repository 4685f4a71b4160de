"""Deliveries, who gets them, and what became of each sending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(40)),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("done_until", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "delivery_recipients",
        sa.Column("delivery_id", sa.String(40), sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("recipient", sa.String(400), primary_key=True),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("added_by", sa.String(40)),
    )
    op.create_table(
        "sendings",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("delivery_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(400), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime()),
        sa.Column("tried_at", sa.DateTime()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime()),
        sa.UniqueConstraint("delivery_id", "due_at", "recipient"),
    )
    op.create_index("sendings_by_status", "sendings", ["status", "next_try_at"])
