"""Fresh sign-ins at the provider that confirm a paraf or signature; the provider's token of a session."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("session", sa.Column("id_token", sa.Text(), nullable=True))
    op.create_table(
        "confirmation",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempt_hash", sa.Text(), nullable=False),
        sa.Column("entered", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_confirmation_task_id")),
        sa.PrimaryKeyConstraint("session", "task_id", name=op.f("pk_confirmation")),
    )
    op.create_index("ix_confirmation_begun", "confirmation", ["begun_at"])
