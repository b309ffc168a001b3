"""Tasks that fall due together come in the order of their cases' numbers, read from the index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"

NUMBER = sa.Text().with_variant(sa.dialects.postgresql.TEXT(collation="C"), "postgresql")
OPEN = "state IN ('ready', 'assigned', 'in_progress', 'on_hold')"
INDEXES = {
    "ix_task_mine": ("task", ["assignee", "due_at", "case_number", "id"], f"assignee IS NOT NULL AND {OPEN}"),
    "ix_task_unit": (
        "task",
        ["agency", "position", "due_at", "case_number", "id"],
        f"position IS NOT NULL AND {OPEN}",
    ),
    "ix_task_helped": ("task", ["helper", "due_at", "case_number", "id"], f"helper IS NOT NULL AND {OPEN}"),
    "ix_task_done": ("task", ["assignee", "finished_at", "case_number", "id"], "finished_at IS NOT NULL"),
    "ix_candidate_seat": ("candidate", ["agency", "seat", "due_at", "case_number", "task_id"], None),
}
FILL = (
    "UPDATE task SET case_number = (SELECT c.number FROM sop_case c WHERE c.id = task.case_id)",
    "UPDATE candidate SET case_number = (SELECT t.case_number FROM task t WHERE t.id = candidate.task_id)",
)


def upgrade() -> None:
    for table in ("task", "candidate"):
        op.add_column(table, sa.Column("case_number", NUMBER, nullable=False, server_default=""))
    for fill in FILL:
        op.execute(fill)
    for name, (table, columns, condition) in INDEXES.items():
        where = sa.text(condition) if condition else None
        op.drop_index(name, table)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
