"""Mandates with scope, rank and order; absences; help with a task, and duties waived by the head."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
OPEN = "helper IS NOT NULL AND state IN ('ready', 'assigned', 'in_progress', 'on_hold')"


def upgrade() -> None:
    for column in (
        sa.Column("order_file", sa.Text(), nullable=True),
        sa.Column("sops", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("standing", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("holding", column)
    for column in (
        sa.Column("helper", sa.Text(), nullable=True),
        sa.Column("helped_by", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("waived", sa.Text(), nullable=False, server_default="[]"),
    ):
        op.add_column("task", column)
    op.create_index(
        "ix_task_helped",
        "task",
        ["helper", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "absence",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('dinas_luar', 'cuti', 'sakit', 'lainnya')", name=op.f("ck_absence_kind")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from <= valid_to OR ended_at IS NOT NULL",
            name=op.f("ck_absence_dates"),
        ),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name=op.f("fk_absence_account")),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_absence_agency")),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account", "absence", ["account"], unique=False)
