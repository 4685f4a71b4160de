"""Alert rules, what they found and held back, snoozes, and what was told to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(40)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "alert_checks",
        sa.Column("rule_id", sa.String(64), primary_key=True),
        sa.Column("snapshot", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("rule_id", sa.String(64), nullable=False, index=True),
        sa.Column("each_of", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime()),
        sa.Column("acknowledged_by", sa.String(40)),
        sa.Column("sign", sa.JSON(), nullable=False),
    )
    op.create_table(
        "alerts_held",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("rule_id", sa.String(64), nullable=False, index=True),
        sa.Column("each_of", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("sign", sa.JSON(), nullable=False),
    )
    op.create_table(
        "alert_snoozes",
        sa.Column("about", sa.String(400), primary_key=True),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("by_user", sa.String(40)),
        sa.Column("made_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "alert_tellings",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("told_at", sa.DateTime(), nullable=False),
    )
