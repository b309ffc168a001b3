"""What officials say about findings, and what they decide in the half-yearly monitoring of their SOPs."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0112"
down_revision = "0111"


def upgrade() -> None:
    op.create_table(
        "explanation",
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("finding", name="pk_explanation"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_explanation_agency"),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name="fk_explanation_case_id"),
    )
    op.create_index("ix_explanation_case", "explanation", ["agency", "case_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("sop", sa.Text(), nullable=False),
        sa.Column("runs_well", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agency", "period", "sop", name="pk_verdict"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_verdict_agency"),
    )
