"""The schema of release 0.2.0, whose tables are frozen in ``migrations/first_schema``."""

from alembic import op

from migrations.first_schema.schema import SCHEMA

revision = "0100"
down_revision = None


def upgrade() -> None:
    bind = op.get_bind()
    SCHEMA.create_all(bind, checkfirst=False)
    # Once more by name: of two indexes that serve alike SQLite takes the younger, so their order decides.
    indexes = {str(index.name): index for table in SCHEMA.sorted_tables for index in table.indexes}
    for name in sorted(indexes):
        indexes[name].drop(bind)
        indexes[name].create(bind)
