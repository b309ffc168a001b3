"""The hue and the logo of an agency."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"


def upgrade() -> None:
    op.add_column("agency", sa.Column("hue", sa.Integer(), nullable=True))
    op.add_column("agency", sa.Column("logo", sa.Text(), nullable=True))
