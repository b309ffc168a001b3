"""Which account a person of an identity provider is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "identity_link",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_identity_link_account")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identity_link")),
        sa.UniqueConstraint("account", "issuer", name=op.f("uq_identity_link_account_issuer")),
    )
