"""Events that erase are found at once: the guard of details looks for them, and so does the verifier."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    erasure = sa.text("act = 'data.erase'")
    op.create_index(
        "ix_audit_event_erasure",
        "audit_event",
        ["stream", "seq"],
        unique=False,
        sqlite_where=erasure,
        postgresql_where=erasure,
    )
