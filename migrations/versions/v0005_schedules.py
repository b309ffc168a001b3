"""What became of scheduled starts; which weekly summaries were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "summary",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_summary_agency")),
        sa.PrimaryKeyConstraint("agency", "policy", "at", name=op.f("pk_summary")),
    )
    op.create_table(
        "scheduled_start",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("sop", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('started', 'present', 'missed', 'failed')", name=op.f("ck_scheduled_start_state")
        ),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name=op.f("fk_scheduled_start_agency")),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name=op.f("fk_scheduled_start_case_id")),
        sa.PrimaryKeyConstraint("agency", "sop", "period", name=op.f("pk_scheduled_start")),
    )
    op.create_index("ix_scheduled_start_state", "scheduled_start", ["agency", "state"], unique=False)
