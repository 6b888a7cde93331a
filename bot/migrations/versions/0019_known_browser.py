"""Failures to log in from a browser that logged in before, counted by themselves.

Revision ID: 0019_known_browser
Revises: 0018_first_password
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_known_browser"
down_revision = "0018_first_password"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("known_failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("known_locked_until", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("staff", "known_locked_until")
    op.drop_column("staff", "known_failures")
