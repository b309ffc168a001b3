"""A version of an SOP knows the day on which it comes into force by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"


def upgrade() -> None:
    op.add_column("definition", sa.Column("begins_on", sa.Date(), nullable=True))
