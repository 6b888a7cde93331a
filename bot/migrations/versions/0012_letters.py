"""The texts of letters as staff changed them, every version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_letters"
down_revision = "0011_provider"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_versions",
        sa.Column("letter", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("letter_versions")
