"""Capacity: room for transplantations in each quarter, who is planned, and the wait that patients may hear."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_capacity"
down_revision = "0009_list_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capacity_slots",
        sa.Column("trial", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_least", sa.Integer, nullable=False),
        sa.Column("at_most", sa.Integer, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "capacity_plans",
        sa.Column("signup_id", sa.Integer, sa.ForeignKey("signups.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "waiting_expectations",
        sa.Column("trial", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("low", sa.Float),
        sa.Column("median", sa.Float),
        sa.Column("high", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("waiting_expectations")
    op.drop_table("capacity_plans")
    op.drop_table("capacity_slots")
