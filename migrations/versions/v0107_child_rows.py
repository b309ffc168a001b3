"""Of a table for each of whose rows a step starts a case, each case knows its row."""

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"


def upgrade() -> None:
    op.add_column("sop_case", sa.Column("parent_row", sa.Text(), nullable=True))
