"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
ENTRY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("mail_domain", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_agency_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )
    op.create_table(
        "audit_detail",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("erasable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(salt IS NULL) = (body IS NULL)", name=op.f("ck_audit_detail_erased")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_audit_detail")),
    )
    op.create_table(
        "audit_event",
        sa.Column("entry", ENTRY, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_event_seq")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_audit_event_stream_seq")),
    )
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "counter",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "series", "year", name=op.f("pk_counter")),
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'approved', 'effective', 'superseded', 'revoked')",
            name=op.f("ck_definition_status"),
        ),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_definition")),
    )
    op.create_table(
        "idempotency",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "sop_case",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("sop", sa.Text(), nullable=False),
        sa.Column("sop_version", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("suspended_at", INSTANT, nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("parent_task_id", sa.Text(), nullable=True),
        sa.Column("waited", sa.Boolean(), nullable=False),
        sa.Column("corrects_id", sa.Text(), nullable=True),
        sa.Column("deviated", sa.Boolean(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("audit_head", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'suspended', 'completed', 'cancelled')",
            name=op.f("ck_sop_case_state"),
        ),
        sa.CheckConstraint("audit_seq >= 0", name=op.f("ck_sop_case_audit_seq")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_sop_case_version")),
        sa.ForeignKeyConstraint(["corrects_id"], ["sop_case.id"], name=op.f("fk_sop_case_corrects_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["sop_case.id"], name=op.f("fk_sop_case_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sop_case")),
        sa.UniqueConstraint("agency", "number", name=op.f("uq_sop_case_agency_number")),
    )
    op.create_index("ix_sop_case_list", "sop_case", ["agency", "started_at", "id"], unique=False)
    op.create_index("ix_sop_case_parent", "sop_case", ["parent_task_id"], unique=False)
    op.create_index(
        "ix_sop_case_period",
        "sop_case",
        ["agency", "sop", "period"],
        unique=False,
        sqlite_where=sa.text("period IS NOT NULL"),
        postgresql_where=sa.text("period IS NOT NULL"),
    )
    op.create_table(
        "account",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("system_roles", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_account_agency")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
    )
    op.create_index("ix_account_agency", "account", ["agency", "ordinal"], unique=False)
    op.create_table(
        "branch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'done', 'cancelled')", name=op.f("ck_branch_state")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_branch_round")),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_branch_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint(
            "case_id", "block", "round", "key", name=op.f("uq_branch_case_id_block_round_key")
        ),
        sa.UniqueConstraint("case_id", "ordinal", name=op.f("uq_branch_case_id_ordinal")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("decree", sa.Text(), nullable=True),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_calendar_version_agency")),
        sa.PrimaryKeyConstraint("agency", "calendar", "version", name=op.f("pk_calendar_version")),
    )
    op.create_index(
        "ix_calendar_version_latest", "calendar_version", ["agency", "calendar", "ordinal"], unique=True
    )
    op.create_table(
        "case_member",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_case_member_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seat", name=op.f("pk_case_member")),
    )
    op.create_index("ix_case_member_seat", "case_member", ["seat", "case_id"], unique=False)
    op.create_table(
        "position",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("reports_to", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_position_agency")),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_position")),
    )
    op.create_table(
        "team",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("decree", sa.Text(), nullable=True),
        sa.Column("chair", sa.Text(), nullable=True),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_team_agency")),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_team")),
    )
    op.create_table(
        "unit",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_unit_agency")),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_unit")),
    )
    op.create_table(
        "holding",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("order_number", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('definitive', 'plt', 'plh')", name=op.f("ck_holding_kind")),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_holding_dates")
        ),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_holding_account")),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_holding_agency")),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_holding")),
    )
    op.create_index("ix_holding_account", "holding", ["account"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("approval_of", sa.Text(), nullable=True),
        sa.Column("seats", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("acting_kind", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.Text(), nullable=True),
        sa.Column("returned_by", sa.Text(), nullable=True),
        sa.Column("ready_at", INSTANT, nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.Column("pickup_due_at", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("standard_minutes", sa.Integer(), nullable=True),
        sa.Column("viewed_at", INSTANT, nullable=True),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("held_at", INSTANT, nullable=True),
        sa.Column("held_class", sa.Text(), nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.Column("resume_to", sa.Text(), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("worked_minutes", sa.Integer(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("waiting_minutes", sa.Integer(), nullable=True),
        sa.Column("working_minutes", sa.Integer(), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("calendar_version", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("deviation", sa.Boolean(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("pending_next", sa.Text(), nullable=True),
        sa.Column("escalation_stage", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ticks", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("acting_kind IN ('definitive', 'plt', 'plh')", name=op.f("ck_task_acting_kind")),
        sa.CheckConstraint(
            "resume_to IN ('ready', 'assigned', 'in_progress', 'on_hold', 'completed', 'cancelled')",
            name=op.f("ck_task_resume_to"),
        ),
        sa.CheckConstraint(
            "state IN ('ready', 'assigned', 'in_progress', 'on_hold', 'completed', 'cancelled')",
            name=op.f("ck_task_state"),
        ),
        sa.CheckConstraint(
            "assignee IS NOT NULL OR state NOT IN ('in_progress', 'on_hold')"
            " OR (state = 'on_hold' AND COALESCE(resume_to, '') IN ('ready', 'assigned'))",
            name=op.f("ck_task_held_by_one"),
        ),
        sa.CheckConstraint("hold_minutes >= 0 AND worked_minutes >= 0", name=op.f("ck_task_minutes")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_task_version")),
        sa.CheckConstraint("visit >= 1", name=op.f("ck_task_visit")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_task_branch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_task_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("case_id", "ordinal", name=op.f("uq_task_case_id_ordinal")),
    )
    op.create_index(
        "ix_task_done",
        "task",
        ["assignee", "finished_at", "id"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NOT NULL"),
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_task_mine",
        "task",
        ["assignee", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text(
            "assignee IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')"
        ),
        postgresql_where=sa.text(
            "assignee IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')"
        ),
    )
    op.create_index(
        "ix_task_unit",
        "task",
        ["position", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text(
            "position IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')"
        ),
        postgresql_where=sa.text(
            "position IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')"
        ),
    )
    op.create_table(
        "candidate",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_candidate_task_id")),
        sa.PrimaryKeyConstraint("task_id", "seat", name=op.f("pk_candidate")),
    )
    op.create_index("ix_candidate_seat", "candidate", ["seat", "due_at", "task_id"], unique=False)
    op.create_table(
        "file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size")),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_file_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_file_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index("ix_file_case", "file", ["case_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('task_new', 'task_returned', 'task_reassigned', 'reminder', 'overdue', 'not_picked_up', 'escalation', 'case_finished', 'digest')",
            name=op.f("ck_notice_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_notice_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_account", "notice", ["account", "at", "id"], unique=False)
    op.create_index("ix_notice_case", "notice", ["case_id"], unique=False)
