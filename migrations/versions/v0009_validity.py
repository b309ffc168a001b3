"""From when and until when a unit or a position is there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for table in ("unit", "position"):
        for column in ("valid_from", "valid_to"):
            op.add_column(table, sa.Column(column, sa.Date(), nullable=True))
