"""Staff who log in through the hospital: which of the provider's people an account belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_provider"
down_revision = "0010_capacity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("subject", sa.String(64)))
    op.create_index("ix_staff_subject", "staff", ["subject"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_staff_subject", "staff")
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("subject")
