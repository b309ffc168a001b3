"""Authors write drafts of SOPs together; versions get remarks in review and are acknowledged."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0114"
down_revision = "0113"


def upgrade() -> None:
    op.create_table(
        "sop_draft",
        _text("agency"),
        _text("id"),
        _text("text"),
        _text("earlier"),
        _text("scenarios"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("changed_by"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agency", "id", name="pk_sop_draft"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_sop_draft_agency"),
        sa.ForeignKeyConstraint(["changed_by"], ["account.username"], name="fk_sop_draft_changed_by"),
    )
    op.create_table(
        "review_remark",
        _text("id"),
        _text("agency"),
        _text("sop"),
        _text("version"),
        _text("step"),
        _text("words"),
        _text("account"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_remark"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_review_remark_agency"),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_review_remark_account"),
    )
    op.create_index("ix_review_remark_version", "review_remark", ["agency", "sop", "version"], unique=False)
    op.create_table(
        "acknowledgement",
        _text("agency"),
        _text("sop"),
        _text("version"),
        _text("account"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agency", "sop", "version", "account", name="pk_acknowledgement"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_acknowledgement_agency"),
        sa.ForeignKeyConstraint(["account"], ["account.username"], name="fk_acknowledgement_account"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
