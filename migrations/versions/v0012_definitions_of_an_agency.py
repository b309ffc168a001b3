"""Definitions belong to an agency: what all agencies shared until now, each of them has as its own."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
WORDS = ("id", "version", "status", "content_hash", "text")
OWNED = sa.table(
    "definition",
    *(sa.column(name, sa.Text()) for name in ("agency", *WORDS)),
    sa.column("stored_at", INSTANT),
)


def upgrade() -> None:
    connection = op.get_bind()
    shared = (
        connection.execute(sa.select(*(OWNED.c[name] for name in (*WORDS, "stored_at")))).mappings().all()
    )
    agencies = connection.execute(sa.select(sa.table("agency", sa.column("id")))).scalars().all()
    op.drop_table("definition")
    op.create_table(
        "definition",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'approved', 'effective', 'superseded', 'revoked')",
            name=op.f("ck_definition_status"),
        ),
        sa.PrimaryKeyConstraint("agency", "id", "version", name=op.f("pk_definition")),
    )
    # Without any agency they are nobody's, and are kept as that.
    owned = [{"agency": agency, **row} for agency in (agencies or [""]) for row in shared]
    if owned:
        op.bulk_insert(OWNED, owned)
