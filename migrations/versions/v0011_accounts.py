"""Accounts that are looked after: profiles, invitations, second factors, failures; sessions one can list.

Whoever is signed in while this runs signs in again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        for name in ("nip", "locale", "contact"):
            account.add_column(sa.Column(name, sa.Text(), nullable=True))
        account.create_check_constraint(op.f("ck_account_nip"), "length(nip) = 18")
        account.create_check_constraint(op.f("ck_account_locale"), "locale IN ('id', 'en')")
    with op.batch_alter_table("token") as token:
        token.add_column(sa.Column("last_used_at", INSTANT, nullable=True))
        token.add_column(sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("token") as token:
        token.alter_column("second_factor", server_default=None)
    _sessions()
    _factors()


def _sessions() -> None:
    op.drop_table("session")
    op.create_table(
        "session",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("way_in", sa.Text(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.CheckConstraint("stage IN ('password', 'full')", name=op.f("ck_session_stage")),
        sa.CheckConstraint("way_in IN ('password', 'oidc', 'ldap')", name=op.f("ck_session_way_in")),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_session_account")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_session")),
    )
    op.create_index("ix_session_id", "session", ["id"], unique=True)
    op.create_index("ix_session_account", "session", ["account"], unique=False)
    op.create_index("ix_session_seen", "session", ["seen_at"], unique=False)


def _factors() -> None:
    op.create_table(
        "invitation",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.CheckConstraint("purpose IN ('invite', 'reset')", name=op.f("ck_invitation_purpose")),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_invitation_account")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_account", "invitation", ["account"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_second_factor_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_recovery_code_account")),
        sa.PrimaryKeyConstraint("account", "hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_hash", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", INSTANT, nullable=False),
        sa.CheckConstraint("failures >= 1", name=op.f("ck_sign_in_failure_failures")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_name", "sign_in_failure", ["name_hash"], unique=False)
    op.create_index("ix_sign_in_failure_at", "sign_in_failure", ["failed_at"], unique=False)
