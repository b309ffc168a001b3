"""Notices of absences and mandates, beside those of tasks."""

from alembic import op

revision = "0010"
down_revision = "0009"

NAME = "ck_notice_kind"
KINDS = (
    "kind IN ('task_new', 'task_returned', 'task_reassigned', 'reminder', 'overdue', 'not_picked_up',"
    " 'escalation', 'case_finished', 'digest', 'absence', 'mandate')"
)


def upgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f(NAME), type_="check")
        notice.create_check_constraint(op.f(NAME), KINDS)
