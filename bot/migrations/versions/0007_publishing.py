"""Publishing: drafts with their saves, autosaves, the content's trail, training jobs, models; notes on versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_publishing"
down_revision = "0006_study"
branch_labels = None
depends_on = None

TABLES = ("models", "training_jobs", "content_events", "content_autosaves", "content_draft_saves", "content_drafts")
NEW_COLUMNS = ("note", "approved_by", "in_files")


def moment(name: str, nullable: bool = True) -> sa.Column:
    """A column that holds a moment."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("content_versions", sa.Column("note", sa.Text))
    op.add_column("content_versions", sa.Column("approved_by", sa.JSON))
    in_files = sa.Column("in_files", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("content_versions", in_files)
    # Until now nobody but the import published: what it loaded is what the files held.
    op.execute("UPDATE content_versions SET in_files = true WHERE author = 'import'")
    op.create_table(
        "content_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("base_version", sa.Integer),
        sa.Column("edit", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("approvals", sa.JSON, nullable=False),
        sa.Column("note", sa.Text),
        moment("publish_at"),
        sa.Column("problem", sa.Text),
        sa.Column("job", sa.Integer),
        moment("updated_at", False),
    )
    where = {"sqlite_where": sa.text("open"), "postgresql_where": sa.text("open")}
    op.create_index("ix_content_drafts_open", "content_drafts", ["kind", "name"], unique=True, **where)
    op.create_table(
        "content_draft_saves",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("draft_id", sa.Integer, sa.ForeignKey("content_drafts.id"), nullable=False),
        sa.Column("edit", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("note", sa.Text),
        moment("saved_at", False),
        sa.UniqueConstraint("draft_id", "edit", name="uq_content_draft_saves_edit"),
    )
    op.create_table(
        "content_autosaves",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("form", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("edit", sa.Integer, nullable=False),
        moment("saved_at", False),
        sa.UniqueConstraint("kind", "name", "author", name="uq_content_autosaves_author"),
    )
    op.create_table(
        "content_events",
        sa.Column("id", sa.Integer, primary_key=True),
        moment("at", False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("name", sa.String(128)),
        sa.Column("draft_id", sa.Integer),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_content_events_piece", "content_events", ["kind", "name"])
    op.create_table(
        "training_jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("drafts", sa.JSON, nullable=False),
        sa.Column("pieces", sa.JSON, nullable=False),
        sa.Column("accepted", sa.JSON, nullable=False),
        sa.Column("publishes", sa.Boolean, nullable=False),
        sa.Column("requested_by", sa.String(128), nullable=False),
        moment("requested_at", False),
        moment("started_at"),
        moment("finished_at"),
        sa.Column("owner", sa.String(64)),
        moment("lease_until"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("model", sa.String(64)),
        sa.Column("result", sa.JSON),
    )
    op.create_table(
        "models",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        moment("made_at", False),
        sa.Column("job", sa.Integer),
        sa.Column("live", sa.Boolean, nullable=False),
        moment("live_since"),
        sa.Column("answers", sa.JSON),
    )
    where = {"sqlite_where": sa.text("live"), "postgresql_where": sa.text("live")}
    op.create_index("ix_models_live", "models", ["live"], unique=True, **where)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("content_versions") as versions:
        for column in NEW_COLUMNS:
            versions.drop_column(column)
