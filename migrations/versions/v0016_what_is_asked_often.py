"""Indexes for what is asked often, so that no such question reads a table that only grows from end to end."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INDEXES = (
    ("ix_sop_case_child", "sop_case", ["parent_id"], "parent_id IS NOT NULL"),
    ("ix_sop_case_open", "sop_case", ["agency", "id"], "state IN ('running', 'suspended')"),
    ("ix_task_open", "task", ["case_id"], "state IN ('ready', 'assigned', 'in_progress', 'on_hold')"),
    ("ix_notice_unread", "notice", ["account", "at", "id"], "read_at IS NULL"),
    ("ix_timer_broken", "timer", ["at", "id"], "state = 'broken'"),
    ("ix_message_dead", "message", ["created_at", "id"], "state = 'dead'"),
    ("ix_delivery_waiting", "delivery", ["account", "channel"], "message_id IS NULL"),
)


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        condition = sa.text(where)
        op.create_index(
            name, table, columns, unique=False, sqlite_where=condition, postgresql_where=condition
        )
