"""How people sign in and prove who they are."""

import sqlalchemy as sa

from migrations.first_schema.schema import INSTANT, SCHEMA

sa.Table(
    "session",
    SCHEMA,
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
    sa.Column("id_token", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("secret_hash", name="pk_session"),
    sa.CheckConstraint("stage IN ('password', 'full')", name="ck_session_stage"),
    sa.CheckConstraint("way_in IN ('password', 'oidc', 'ldap')", name="ck_session_way_in"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_session_account"),
    sa.Index("ix_session_account", "account", unique=False),
    sa.Index("ix_session_id", "id", unique=True),
    sa.Index("ix_session_seen", "seen_at", unique=False),
)

sa.Table(
    "token",
    SCHEMA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("secret_hash", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("scope", sa.Text(), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("expires_at", INSTANT, nullable=False),
    sa.Column("last_used_at", INSTANT, nullable=True),
    sa.Column("second_factor", sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_token"),
    sa.CheckConstraint("scope IN ('read', 'write')", name="ck_token_scope"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_token_account"),
    sa.Index("ix_token_account", "account", unique=False),
    sa.Index("ix_token_secret", "secret_hash", unique=True),
)

sa.Table(
    "invitation",
    SCHEMA,
    sa.Column("secret_hash", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("purpose", sa.Text(), nullable=False),
    sa.Column("made_by", sa.Text(), nullable=True),
    sa.Column("made_at", INSTANT, nullable=False),
    sa.Column("expires_at", INSTANT, nullable=False),
    sa.Column("used_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("secret_hash", name="pk_invitation"),
    sa.CheckConstraint("purpose IN ('invite', 'reset')", name="ck_invitation_purpose"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_invitation_account"),
    sa.Index("ix_invitation_account", "account", unique=False),
)

sa.Table(
    "second_factor",
    SCHEMA,
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("secret", sa.Text(), nullable=False),
    sa.Column("begun_at", INSTANT, nullable=False),
    sa.Column("confirmed_at", INSTANT, nullable=True),
    sa.Column("last_step", sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint("account", name="pk_second_factor"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_second_factor_account"),
)

sa.Table(
    "recovery_code",
    SCHEMA,
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("hash", sa.Text(), nullable=False),
    sa.Column("used_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("account", "hash", name="pk_recovery_code"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_recovery_code_account"),
)

sa.Table(
    "sign_in_failure",
    SCHEMA,
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("name_hash", sa.Text(), nullable=True),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("failed_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("key", name="pk_sign_in_failure"),
    sa.CheckConstraint("failures >= 1", name="ck_sign_in_failure_failures"),
    sa.Index("ix_sign_in_failure_at", "failed_at", unique=False),
    sa.Index("ix_sign_in_failure_name", "name_hash", unique=False),
)

sa.Table(
    "confirmation",
    SCHEMA,
    sa.Column("session", sa.Text(), nullable=False),
    sa.Column("task_id", sa.Text(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("attempt_hash", sa.Text(), nullable=False),
    sa.Column("entered", sa.Text(), nullable=False),
    sa.Column("begun_at", INSTANT, nullable=False),
    sa.Column("confirmed_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("session", "task_id", name="pk_confirmation"),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_confirmation_task_id"),
    sa.Index("ix_confirmation_begun", "begun_at", unique=False),
)

sa.Table(
    "idempotency",
    SCHEMA,
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("body_hash", sa.Text(), nullable=False),
    sa.Column("answer", sa.Text(), nullable=True),
    sa.Column("at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("account", "key", name="pk_idempotency"),
    sa.Index("ix_idempotency_at", "at", unique=False),
)
