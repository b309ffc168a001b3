"""An act writes fewer pages: seats are kept in their key's order on SQLite, and no index is left that nobody asks."""

import sqlalchemy as sa
from alembic import op

revision = "0109"
down_revision = "0108"


def upgrade() -> None:
    op.drop_index("ix_audit_event_at", "audit_event")
    if op.get_context().dialect.name != "sqlite":
        return
    # Reflected, its default would come back in brackets.
    number = sa.Column("case_number", sa.Text(), nullable=False, server_default="")
    _in_key_order("candidate", number)
    _in_key_order("case_member")


def _in_key_order(table: str, *columns: sa.Column[str]) -> None:
    again = op.batch_alter_table(
        table, recreate="always", reflect_args=columns, table_kwargs={"sqlite_with_rowid": False}
    )
    with again:
        pass
