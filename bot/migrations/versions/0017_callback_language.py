"""The language in which somebody asked to be called back.

Revision ID: 0017_callback_language
Revises: 0016_asked_questions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_callback_language"
down_revision = "0016_asked_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for who asked before: nobody knows it.
    op.add_column("callbacks", sa.Column("language", sa.String(8)))


def downgrade() -> None:
    op.drop_column("callbacks", "language")
