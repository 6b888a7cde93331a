"""Sign-ups and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_signups"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _signups()
    _parts()
    _audit()
    _append_only()


def downgrade() -> None:
    for table in ("audit_trail", "audit_head", "signup_name_tokens", "signup_notes", "signup_events", "signups"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_trail_append_only()")


def _signups() -> None:
    # Columns of type Text hold sealed values, see bot/signups/encryption.py.
    sealed = "name date_of_birth phone email call_how call_when neurologist hospital answers first_answers conversation"
    op.create_table(
        "signups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("handover_digest", sa.String(64), nullable=False),
        sa.Column("code", sa.String(16)),
        sa.Column("lookup", sa.String(64)),
        sa.Column("trial", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("doubts", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT),
        sa.Column("consent_call", sa.Boolean, nullable=False),
        sa.Column("consent_records", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text) for name in sealed.split()),
        sa.UniqueConstraint("handover_digest", name="uq_signups_handover_digest"),
        sa.UniqueConstraint("code", name="uq_signups_code"),
    )
    op.create_index("ix_signups_lookup", "signups", ["lookup"])
    op.create_index("ix_signups_list", "signups", ["state", "doubts", "created_at"])


def _parts() -> None:
    def owner(**options: bool) -> sa.Column:
        return sa.Column("signup_id", sa.Integer, sa.ForeignKey("signups.id", ondelete="CASCADE"), **options)

    op.create_table(
        "signup_events",
        sa.Column("id", sa.Integer, primary_key=True),
        owner(nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32)),
        sa.Column("target", sa.String(32)),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.Column("details", sa.Text),
    )
    op.create_index("ix_signup_events_signup_id", "signup_events", ["signup_id"])
    op.create_table(
        "signup_notes",
        sa.Column("id", sa.Integer, primary_key=True),
        owner(nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_signup_notes_signup_id", "signup_notes", ["signup_id"])
    op.create_table(
        "signup_name_tokens",
        owner(primary_key=True),
        sa.Column("token", sa.String(64), primary_key=True),
    )
    op.create_index("ix_signup_name_tokens_token", "signup_name_tokens", ["token"])


def _audit() -> None:
    op.create_table(
        "audit_trail",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("action", sa.String(48), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    for column in ("actor", "record", "hash"):
        op.create_index(f"ix_audit_trail_{column}", "audit_trail", [column])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
    )


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_trail_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_trail_no_{verb.lower()} BEFORE {verb} ON audit_trail "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
