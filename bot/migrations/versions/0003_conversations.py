"""Conversations as the patient site shows them: one sealed row per turn.

Revision ID: 0003_conversations
Revises: 0002_content
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_conversations"
down_revision = "0002_content"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation_messages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Text, nullable=False),
    )
    op.create_index("ix_conversation_messages_conversation", "conversation_messages", ["conversation", "id"])
    op.create_index("ix_conversation_messages_created_at", "conversation_messages", ["created_at"])


def downgrade() -> None:
    op.drop_table("conversation_messages")
