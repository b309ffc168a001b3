"""A team is who its latest term names, on the days of that term; earlier ones are kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0111"
down_revision = "0110"


def upgrade() -> None:
    op.add_column("team", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("team", sa.Column("valid_to", sa.Date(), nullable=True))
    op.add_column("team", sa.Column("terms", sa.Text(), nullable=False, server_default="[]"))
