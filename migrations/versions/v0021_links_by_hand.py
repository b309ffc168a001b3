"""Since when only an administrator links an account to a person of the provider: its address was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("account", sa.Column("linked_by_hand_since", INSTANT, nullable=True))
