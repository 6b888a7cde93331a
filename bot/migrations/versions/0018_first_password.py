"""Until when a first password works.

Revision ID: 0018_first_password
Revises: 0017_callback_language
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_first_password"
down_revision = "0017_callback_language"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for accounts of before: their first password works until it is changed.
    op.add_column("staff", sa.Column("first_password_until", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("staff", "first_password_until")
