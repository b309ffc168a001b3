"""Tasks of cases past number 9999 of a year come after those before it."""

import sqlalchemy as sa
from alembic import op

from engine.cases.case_numbers import in_order

revision = "0116"
down_revision = "0115"

CASE = sa.table("sop_case", sa.column("id"), sa.column("number"))
TASK = sa.table("task", sa.column("id"), sa.column("case_id"), sa.column("case_number"))
CANDIDATE = sa.table("candidate", sa.column("task_id"), sa.column("case_number"))


def upgrade() -> None:
    connection = op.get_bind()
    for case_id, number in connection.execute(sa.select(CASE.c.id, CASE.c.number)).all():
        if (placed := in_order(number)) == number:
            continue
        tasks = sa.select(TASK.c.id).where(TASK.c.case_id == case_id)
        for of_case in (
            sa.update(TASK).where(TASK.c.case_id == case_id),
            sa.update(CANDIDATE).where(CANDIDATE.c.task_id.in_(tasks)),
        ):
            connection.execute(of_case.values(case_number=placed))
