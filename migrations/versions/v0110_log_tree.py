"""One tree over all events: a leaf for each, and the checkpoints that were signed of it."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0110"
down_revision = "0109"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_leaf",
        sa.Column("index", NUMBER, autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('"index" >= 0', name=op.f("ck_audit_leaf_index")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("entry", name=op.f("uq_audit_leaf_entry")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_audit_checkpoint_size")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_checkpoint")),
    )
