"""Targets: every version, only ever added to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("kpi", sa.String(400), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("member", sa.String(200), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.Double()),
        sa.Column("formula", sa.Text()),
        sa.Column("base", sa.String(40)),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("author_id", sa.String(40)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(40)),
    )
    op.create_index("ix_targets_id", "targets", ["id"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER targets_stay_{change.lower()} BEFORE {change} ON targets "
                "BEGIN SELECT RAISE(ABORT, 'targets are only added to'); END"
            )
