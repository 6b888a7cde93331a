"""Requests to be called back, and whether answers helped.

Revision ID: 0015_contact
Revises: 0014_counts
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_contact"
down_revision = "0014_counts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("call_when", sa.Text, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_callbacks_created_at", "callbacks", ["created_at"])
    op.create_table(
        "answer_ratings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_answer_ratings_created_at", "answer_ratings", ["created_at"])
    op.create_index("ix_answer_ratings_topic", "answer_ratings", ["topic", "revision"])


def downgrade() -> None:
    op.drop_table("answer_ratings")
    op.drop_table("callbacks")
