"""What works by itself: timers, schedules, mail."""

import sqlalchemy as sa

from migrations.first_schema.schema import INSTANT, SCHEMA, where

sa.Table(
    "timer",
    SCHEMA,
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
    sa.PrimaryKeyConstraint("id", name="pk_timer"),
    sa.CheckConstraint("attempts >= 0", name="ck_timer_attempts"),
    sa.CheckConstraint("(state = 'fired') = (fired_at IS NOT NULL)", name="ck_timer_fired"),
    sa.CheckConstraint("state IN ('pending', 'fired', 'collapsed', 'void', 'broken')", name="ck_timer_state"),
    sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name="fk_timer_case_id"),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_timer_task_id"),
    sa.UniqueConstraint("subject", "stage", name="uq_timer_subject_stage"),
    sa.Index("ix_timer_broken", "at", "id", unique=False, **where("state = 'broken'")),
    sa.Index("ix_timer_next", "next_try_at", "id", unique=False, **where("state = 'pending'")),
)

sa.Table(
    "digest_entry",
    SCHEMA,
    sa.Column("timer_id", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("late", sa.Boolean(), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("send_at", INSTANT, nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("notice_id", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("timer_id", "account", name="pk_digest_entry"),
    sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_digest_entry_notice_id"),
    sa.ForeignKeyConstraint(["timer_id"], ["timer.id"], name="fk_digest_entry_timer_id"),
    sa.Index("ix_digest_entry_unsent", "send_at", "account", unique=False, **where("notice_id IS NULL")),
)

sa.Table(
    "heartbeat",
    SCHEMA,
    sa.Column("worker", sa.Text(), nullable=False),
    sa.Column("started_at", INSTANT, nullable=False),
    sa.Column("ticked_at", INSTANT, nullable=False),
    sa.Column("boot", sa.Text(), nullable=True),
    sa.Column("steady", sa.Float(), nullable=True),
    sa.Column("shown_at", INSTANT, nullable=True),
    sa.Column("doubted_since", sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint("worker", name="pk_heartbeat"),
    sa.Index("ix_heartbeat_ticked", "ticked_at", unique=False),
)

sa.Table(
    "outage",
    SCHEMA,
    sa.Column("from_at", INSTANT, nullable=False),
    sa.Column("to_at", INSTANT, nullable=False),
    sa.Column("working_minutes", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("from_at", name="pk_outage"),
)

sa.Table(
    "scheduled_start",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("sop", sa.Text(), nullable=False),
    sa.Column("period", sa.Text(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("opens_at", INSTANT, nullable=False),
    sa.Column("due_at", INSTANT, nullable=False),
    sa.Column("noted_at", INSTANT, nullable=False),
    sa.Column("case_id", sa.Text(), nullable=True),
    sa.Column("message_id", sa.Text(), nullable=True),
    sa.Column("message_en", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("agency", "sop", "period", name="pk_scheduled_start"),
    sa.CheckConstraint(
        "state IN ('started', 'present', 'missed', 'failed')", name="ck_scheduled_start_state"
    ),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_scheduled_start_agency"),
    sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name="fk_scheduled_start_case_id"),
    sa.Index("ix_scheduled_start_state", "agency", "state", unique=False),
)

sa.Table(
    "confirmed_start",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("sop", sa.Text(), nullable=False),
    sa.Column("period", sa.Text(), nullable=False),
    sa.Column("opens_at", INSTANT, nullable=False),
    sa.Column("due_at", INSTANT, nullable=False),
    sa.Column("calendar", sa.Text(), nullable=False),
    sa.Column("calendar_version", sa.Text(), nullable=False),
    sa.Column("sop_version", sa.Text(), nullable=False),
    sa.Column("confirmed_by", sa.Text(), nullable=False),
    sa.Column("confirmed_at", INSTANT, nullable=False),
    sa.Column("asked_at", INSTANT, nullable=True),
    sa.Column("asked_opens_at", INSTANT, nullable=True),
    sa.Column("asked_due_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("agency", "sop", "period", name="pk_confirmed_start"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_confirmed_start_agency"),
)

sa.Table(
    "summary",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("policy", sa.Text(), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("agency", "policy", "at", name="pk_summary"),
    sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_summary_agency"),
)

sa.Table(
    "delivery",
    SCHEMA,
    sa.Column("notice_id", sa.Text(), nullable=False),
    sa.Column("channel", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("send_at", INSTANT, nullable=False),
    sa.Column("message_id", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("notice_id", "channel", name="pk_delivery"),
    sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_delivery_message_id"),
    sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_delivery_notice_id"),
    sa.Index("ix_delivery_message", "message_id", unique=False),
    sa.Index("ix_delivery_unsent", "send_at", "account", unique=False, **where("message_id IS NULL")),
    sa.Index("ix_delivery_waiting", "account", "channel", unique=False, **where("message_id IS NULL")),
)

sa.Table(
    "message",
    SCHEMA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("channel", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("next_try_at", INSTANT, nullable=False),
    sa.Column("error", sa.Text(), nullable=True),
    sa.Column("sent_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("id", name="pk_message"),
    sa.CheckConstraint("attempts >= 0", name="ck_message_attempts"),
    sa.CheckConstraint("state IN ('pending', 'sent', 'dead', 'unwanted')", name="ck_message_state"),
    sa.Index("ix_message_dead", "created_at", "id", unique=False, **where("state = 'dead'")),
    sa.Index("ix_message_next", "next_try_at", "id", unique=False, **where("state = 'pending'")),
)

sa.Table(
    "preference",
    SCHEMA,
    sa.Column("account", sa.Text(), nullable=False),
    sa.Column("pace", sa.Text(), nullable=False),
    sa.Column("digest_at", sa.Text(), nullable=False),
    sa.Column("channels", sa.Text(), nullable=True),
    sa.Column("quiet_from", sa.Text(), nullable=True),
    sa.Column("quiet_to", sa.Text(), nullable=True),
    sa.Column("addresses", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("account", name="pk_preference"),
    sa.CheckConstraint("pace IN ('at_once', 'digest')", name="ck_preference_pace"),
    sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_preference_account"),
)

sa.Table(
    "counter",
    SCHEMA,
    sa.Column("agency", sa.Text(), nullable=False),
    sa.Column("series", sa.Text(), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
    sa.Column("last", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("agency", "series", "year", name="pk_counter"),
)

sa.Table(
    "meta",
    SCHEMA,
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("value", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("key", name="pk_meta"),
)
