"""A decree is a number with its date; what was kept as one text is a number whose date nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # Renamed, not rewritten: no row of a calendar version ever changes.
    op.execute("ALTER TABLE calendar_version RENAME COLUMN decree TO decree_number")
    for name in ("decree_date", "decree_issuer", "decree_title"):
        op.add_column("calendar_version", sa.Column(name, sa.Text(), nullable=True))
