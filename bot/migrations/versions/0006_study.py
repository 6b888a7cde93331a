"""Study settings: recruitment and waiting, with every version, and confirmations against the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_study"
down_revision = "0005_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "study_settings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("trial", sa.String(64), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("trial", "name", "version", name="uq_study_settings_version"),
    )
    op.create_table(
        "study_confirmations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("trial", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("register_status", sa.String(16), nullable=False),
        sa.Column("register_as_of", sa.String(10), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("study_confirmations")
    op.drop_table("study_settings")
