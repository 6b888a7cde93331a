"""Delivery of sign-ups to the hospital's systems: outbox and queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_delivery"
down_revision = "0007_publishing"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Columns `code` hold sealed values, see bot/signups/encryption.py.
    op.create_table(
        "delivery_outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        _signup(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("code", sa.Text),
    )
    op.create_index("ix_delivery_outbox_signup_id", "delivery_outbox", ["signup_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        _signup(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("claim", sa.String(36)),
        sa.Column("finished_at", MOMENT),
        sa.Column("problem", sa.String(32)),
        sa.Column("status", sa.Integer),
        sa.Column("code", sa.Text),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "target", "due_at"])
    op.create_index("ix_deliveries_signup", "deliveries", ["signup_id", "target"])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("delivery_outbox")


def _signup() -> sa.Column:
    return sa.Column("signup_id", sa.Integer, sa.ForeignKey("signups.id", ondelete="CASCADE"), nullable=False)
