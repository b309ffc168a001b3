"""Why a scheduled start was refused, in both languages; what was kept before stands for both."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("ALTER TABLE scheduled_start RENAME COLUMN error TO message_id")
    op.add_column("scheduled_start", sa.Column("message_en", sa.Text(), nullable=True))
    op.execute("UPDATE scheduled_start SET message_en = message_id")
