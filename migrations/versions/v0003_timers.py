"""Timers, what waits for a digest, heartbeats and outages."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
PENDING = sa.text("state = 'pending'")
UNSENT = sa.text("notice_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "timer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("sendable_at", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("fired_at", INSTANT, nullable=True),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'fired', 'collapsed', 'void', 'broken')", name=op.f("ck_timer_state")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_timer_attempts")),
        sa.CheckConstraint("(state = 'fired') = (fired_at IS NOT NULL)", name=op.f("ck_timer_fired")),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_timer_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_timer_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
        sa.UniqueConstraint("subject", "stage", name=op.f("uq_timer_subject_stage")),
    )
    op.create_index(
        "ix_timer_next",
        "timer",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "digest_entry",
        sa.Column("timer_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("send_at", INSTANT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_digest_entry_notice_id")),
        sa.ForeignKeyConstraint(["timer_id"], ["timer.id"], name=op.f("fk_digest_entry_timer_id")),
        sa.PrimaryKeyConstraint("timer_id", "account", name=op.f("pk_digest_entry")),
    )
    op.create_index(
        "ix_digest_entry_unsent",
        "digest_entry",
        ["send_at", "account"],
        unique=False,
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ticked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeat")),
    )
    op.create_index("ix_heartbeat_ticked", "heartbeat", ["ticked_at"], unique=False)
    op.create_table(
        "outage",
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("to_at", INSTANT, nullable=False),
        sa.Column("working_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("from_at", name=op.f("pk_outage")),
    )
    op.create_index(
        "ux_notice_stage",
        "notice",
        ["task_id", "stage", "account"],
        unique=True,
        sqlite_where=sa.text("stage IS NOT NULL"),
        postgresql_where=sa.text("stage IS NOT NULL"),
    )
