"""How the clocks of a worker stood, so that the next one notices a clock that was set in between."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    for column in (
        sa.Column("boot", sa.Text(), nullable=True),
        sa.Column("steady", sa.Float(), nullable=True),
        sa.Column("shown_at", INSTANT, nullable=True),
        sa.Column("doubted_since", sa.Float(), nullable=True),
    ):
        op.add_column("heartbeat", column)
