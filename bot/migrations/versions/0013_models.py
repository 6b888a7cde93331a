"""Models are kept in the database itself, so that every machine can serve them. None was made before this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_models"
down_revision = "0012_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("models") as models:
        models.drop_column("size")
        models.add_column(sa.Column("questions", sa.String(64), nullable=False))
        models.add_column(sa.Column("file", sa.LargeBinary, nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM models")
    with op.batch_alter_table("models") as models:
        models.drop_column("file")
        models.drop_column("questions")
        models.add_column(sa.Column("size", sa.Integer, nullable=False))
