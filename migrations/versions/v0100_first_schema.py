"""The schema of release 0.2.0, whose tables are frozen in ``migrations/first_schema``."""

from alembic import op

from migrations.first_schema.schema import SCHEMA

revision = "0100"
down_revision = None


def upgrade() -> None:
    SCHEMA.create_all(op.get_bind(), checkfirst=False)
