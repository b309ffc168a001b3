"""What the end of a task has written over, so that taking it back writes it again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("task", sa.Column("replaced", sa.Text(), nullable=True))
