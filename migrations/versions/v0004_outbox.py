"""Deliveries, messages and personal choices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
UNSENT = sa.text("message_id IS NULL")
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'dead', 'unwanted')", name=op.f("ck_message_state")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_message_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_next",
        "message",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "delivery",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("send_at", INSTANT, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_unsent",
        "delivery",
        ["send_at", "account"],
        unique=False,
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )
    op.create_index("ix_delivery_message", "delivery", ["message_id"], unique=False)
    op.create_table(
        "preference",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("digest_at", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=True),
        sa.Column("quiet_from", sa.Text(), nullable=True),
        sa.Column("quiet_to", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.CheckConstraint("pace IN ('at_once', 'digest')", name=op.f("ck_preference_pace")),
        sa.CheckConstraint("language IN ('id', 'en')", name=op.f("ck_preference_language")),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_preference_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_preference")),
    )
