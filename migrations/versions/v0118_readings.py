"""When a version came into force, and notices about an SOP."""

import sqlalchemy as sa
from alembic import op

from engine.tables.columns import Instant

revision = "0118"
down_revision = "0117"

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
    "sop",
)


def upgrade() -> None:
    op.add_column("definition", sa.Column("began_at", Instant(), nullable=True))
    allowed = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("notice") as notice:
        notice.drop_constraint(op.f("ck_notice_kind"), type_="check")
        notice.create_check_constraint(op.f("ck_notice_kind"), f"kind IN ({allowed})")
