"""Reviews, frozen as they were reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        sa.Column("frozen_by", sa.String(40)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sees", sa.JSON()),
        sa.Column("content", sa.JSON(), nullable=False),
    )
