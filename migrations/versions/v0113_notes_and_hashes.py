"""People are told of notes on a case, and a file is found by its hash."""

from alembic import op

revision = "0113"
down_revision = "0112"

KINDS = (
    "task_new",
    "task_returned",
    "task_reassigned",
    "reminder",
    "overdue",
    "not_picked_up",
    "escalation",
    "case_finished",
    "digest",
    "absence",
    "mandate",
    "note",
)


def upgrade() -> None:
    op.create_index("ix_file_sha256", "file", ["sha256"])
    allowed = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("ck_notice_kind"), type_="check")
        notice.create_check_constraint(op.f("ck_notice_kind"), f"kind IN ({allowed})")
