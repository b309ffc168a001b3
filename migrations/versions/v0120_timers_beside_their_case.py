"""A timer is found by its case and has no second key; notices stand in the order of theirs.

``ix_task_open`` goes: all open tasks stand in ``ix_task_unit``, those of a case are found by their numbers in it.
"""

import sqlalchemy as sa
from alembic import op

from engine.tables.columns import Instant

revision = "0120"
down_revision = "0119"

OPEN = "state NOT IN ('completed', 'cancelled')"
NAMED = ("case_id", "subject", "stage")
KEPT = "case_id, subject, stage, rank, at, sendable_at, next_try_at, state, attempts, error, fired_at, recipients"
STATES = ("pending", "fired", "collapsed", "void", "broken")
WAITING = {"ix_timer_next": ("next_try_at", "pending"), "ix_timer_broken": ("at", "broken")}


def upgrade() -> None:
    op.drop_index("ix_task_open", "task")
    op.drop_index("ix_task_unit", "task")
    where = sa.text(OPEN)
    op.create_index(
        "ix_task_unit",
        "task",
        ["agency", "position", "due_at", "case_number", "id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    for name in WAITING:
        op.drop_index(name, "timer")
    with op.batch_alter_table("digest_entry") as lines:
        lines.drop_constraint("fk_digest_entry_timer_id", type_="foreignkey")
    if op.get_context().dialect.name == "sqlite":
        _in_order_of_cases()
        with op.batch_alter_table("notice", recreate="always", table_kwargs={"sqlite_with_rowid": False}):
            pass
    else:
        op.drop_constraint("uq_timer_subject_stage", "timer")
        op.drop_constraint("pk_timer", "timer")
        op.drop_column("timer", "id")
        op.drop_column("timer", "task_id")
        op.create_primary_key("pk_timer", "timer", list(NAMED))
    for name, (at, state) in WAITING.items():
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "timer", [at, *NAMED], sqlite_where=where, postgresql_where=where)


def _in_order_of_cases() -> None:
    op.create_table(
        "timer_again",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sendable_at", Instant(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("fired_at", Instant()),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*NAMED, name="pk_timer"),
        sa.ForeignKeyConstraint(["case_id"], ["sop_case.id"], name="fk_timer_case_id"),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_timer_attempts")),
        sa.CheckConstraint("(state = 'fired') = (fired_at IS NOT NULL)", name=op.f("ck_timer_fired")),
        sa.CheckConstraint(
            " OR ".join(f"state = '{state}'" for state in STATES), name=op.f("ck_timer_state")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO timer_again ({KEPT}) SELECT {KEPT} FROM timer")  # noqa: S608 - words of this file
    op.drop_table("timer")
    op.rename_table("timer_again", "timer")
