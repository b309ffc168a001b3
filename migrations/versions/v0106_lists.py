"""The timing log and the list of cases are read from indexes alone, however long their history is."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0106"
down_revision = "0105"

IN_THE_LOG = ["ready_at", "case_id", "ordinal"]


def upgrade() -> None:
    op.add_column("task", sa.Column("sop", sa.Text(), nullable=True))
    op.execute("UPDATE task SET sop = (SELECT c.sop FROM sop_case c WHERE c.id = task.case_id)")
    op.create_index("ix_task_log", "task", ["agency", *IN_THE_LOG])
    op.create_index("ix_task_log_sop", "task", ["agency", "sop", *IN_THE_LOG])
    op.create_index("ix_task_log_position", "task", ["agency", "position", *IN_THE_LOG])
    op.create_index("ix_sop_case_sop", "sop_case", ["agency", "sop", "started_at", "id"])
    op.add_column("case_member", sa.Column("started_at", INSTANT, nullable=True))
    op.execute(
        "UPDATE case_member SET started_at ="
        " (SELECT c.started_at FROM sop_case c WHERE c.id = case_member.case_id)"
    )
    op.drop_index("ix_case_member_seat", "case_member")
    op.create_index("ix_case_member_seat", "case_member", ["agency", "seat", "started_at", "case_id"])
