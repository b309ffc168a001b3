"""What searches look in is folded anew: İ is found by i, and rows of registers fold as cases do."""

import sqlalchemy as sa
from alembic import op

from engine.text.visible import search_text

revision = "0115"
down_revision = "0114"

AT_ONCE = 1000
# Each table with its key and the column that is looked in.
SEARCHED = (("sop_case", ("id",), "search_text"), ("register_row", ("agency", "register_id", "id"), "search"))


def upgrade() -> None:
    for name, key, column in SEARCHED:
        _fold(sa.table(name, *map(sa.column, (*key, column))), key, column)


def _fold(table: sa.TableClause, key: tuple[str, ...], column: str) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(*(table.c[name] for name in (*key, column)))).all()
    fill = sa.update(table).where(*(table.c[name] == sa.bindparam(f"the_{name}") for name in key))
    fill = fill.values({column: sa.bindparam("the_text")})
    changed = [
        {**{f"the_{name}": part for name, part in zip(key, where, strict=True)}, "the_text": folded}
        for *where, text in rows
        if (folded := search_text(*text.split("\n"))) != text
    ]
    for start in range(0, len(changed), AT_ONCE):
        connection.execute(fill, changed[start : start + AT_ONCE])
