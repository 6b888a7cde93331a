"""Questions that were not answered well, kept with consent.

Revision ID: 0016_asked_questions
Revises: 0015_contact
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_asked_questions"
down_revision = "0015_contact"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("form", sa.String(32), nullable=False, unique=True),
        sa.Column("became", sa.String(16)),
        sa.Column("done_by", sa.String(64)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_asked_questions_created_at", "asked_questions", ["created_at"])
    op.create_index("ix_asked_questions_became", "asked_questions", ["became"])


def downgrade() -> None:
    op.drop_table("asked_questions")
