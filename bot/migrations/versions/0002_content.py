"""Published content: versions of topics, passages, sources and subjects, and the revision number.

Revision ID: 0002_content
Revises: 0001_signups
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_content"
down_revision = "0001_signups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("kind", "name", "version", name="uq_content_versions_version"),
    )
    op.create_index(
        "ix_content_versions_active",
        "content_versions",
        ["kind", "name"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
    state = op.create_table(
        "content_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0}])


def downgrade() -> None:
    op.drop_table("content_state")
    op.drop_table("content_versions")
