"""The index of the desk's list: in the list's order, with all that the list is chosen by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_list_index"
down_revision = "0008_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_signups_list", "signups")
    columns = [sa.text("doubts DESC"), "created_at", "id", "state", "erased_at"]
    op.create_index("ix_signups_list", "signups", columns)


def downgrade() -> None:
    op.drop_index("ix_signups_list", "signups")
    op.create_index("ix_signups_list", "signups", ["state", "doubts", "created_at", "erased_at"])
