"""Cases are found by a text that is folded as all of Unicode is; neither engine folds more than ASCII."""

import sqlalchemy as sa
from alembic import op

from engine.text.visible import search_text

revision = "0104"
down_revision = "0103"

AT_ONCE = 1000
CASE = sa.table(
    "sop_case", sa.column("id"), sa.column("number"), sa.column("title"), sa.column("search_text")
)
FILL = sa.update(CASE).where(CASE.c.id == sa.bindparam("the_id")).values(search_text=sa.bindparam("the_text"))


def upgrade() -> None:
    op.add_column("sop_case", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    cases = connection.execute(sa.select(CASE.c.id, CASE.c.number, CASE.c.title)).all()
    for start in range(0, len(cases), AT_ONCE):
        connection.execute(
            FILL,
            [
                {"the_id": case_id, "the_text": search_text(number, title)}
                for case_id, number, title in cases[start : start + AT_ONCE]
            ],
        )
