"""Daily counts of what patients do, without anything about a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_counts"
down_revision = "0013_models"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("daily_counts")
