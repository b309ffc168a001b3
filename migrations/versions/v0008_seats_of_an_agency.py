"""The agency beside every seat: two agencies may call a position alike."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OPEN_AND_PLACED = sa.text("position IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')")
AGENCY_OF_TASK = "UPDATE task SET agency = (SELECT c.agency FROM sop_case c WHERE c.id = task.case_id)"
AGENCY_OF_MEMBER = (
    "UPDATE case_member SET agency = (SELECT c.agency FROM sop_case c WHERE c.id = case_member.case_id)"
)
AGENCY_OF_CANDIDATE = (
    "UPDATE candidate SET agency = (SELECT t.agency FROM task t WHERE t.id = candidate.task_id)"
)
SEATED = (
    ("case_member", AGENCY_OF_MEMBER, "ix_case_member_seat", ["agency", "seat", "case_id"]),
    ("candidate", AGENCY_OF_CANDIDATE, "ix_candidate_seat", ["agency", "seat", "due_at", "task_id"]),
)


def upgrade() -> None:
    # Its guard refuses every change without an event; it is put back when all migrations are done.
    place = " ON task" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER IF EXISTS guard_task_update{place}")
    op.add_column("task", sa.Column("agency", sa.Text(), nullable=True))
    op.execute(AGENCY_OF_TASK)
    op.drop_index("ix_task_unit", "task")
    op.create_index(
        "ix_task_unit",
        "task",
        ["agency", "position", "due_at", "id"],
        unique=False,
        sqlite_where=OPEN_AND_PLACED,
        postgresql_where=OPEN_AND_PLACED,
    )
    for table, backfill, index, columns in SEATED:
        op.drop_index(index, table)
        op.add_column(table, sa.Column("agency", sa.Text(), nullable=True))
        op.execute(backfill)
        with op.batch_alter_table(table) as batch:
            batch.alter_column("agency", existing_type=sa.Text(), nullable=False)
        op.create_index(index, table, columns, unique=False)
