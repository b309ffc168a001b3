"""Forms that were sent and could not be done are kept for a day, so that nothing typed is lost."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0102"
down_revision = "0101"


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account", "address", name="pk_kept_form"),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_kept_form_account"),
    )
    op.create_index("ix_kept_form_kept", "kept_form", ["kept_at"], unique=False)
