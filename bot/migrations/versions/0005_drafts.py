"""What staff typed and could not save yet; the list's index holds all that the list is chosen and sorted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_drafts"
down_revision = "0004_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.Integer, nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("signup_id", sa.Integer, sa.ForeignKey("signups.id", ondelete="CASCADE")),
        sa.Column("typed", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_drafts_owner", "drafts", ["owner", "place", "form"], unique=True)
    op.create_index("ix_drafts_signup_id", "drafts", ["signup_id"])
    op.drop_index("ix_signups_list", "signups")
    op.create_index("ix_signups_list", "signups", ["state", "doubts", "created_at", "erased_at"])


def downgrade() -> None:
    op.drop_index("ix_signups_list", "signups")
    op.create_index("ix_signups_list", "signups", ["state", "doubts", "created_at"])
    op.drop_table("drafts")
