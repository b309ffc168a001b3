"""The conditions of partial indexes, word for word as queries have to repeat them.

With a parameter in its place no planner could tell that an index applies; a list of more than two words is
made into a table by SQLite, for each index at each write.
"""

from sqlalchemy import ColumnElement, Index, Table, literal_column, text

OPEN_TASK = "state NOT IN ('completed', 'cancelled')"
OPEN_CASE = "state IN ('running', 'suspended')"
PENDING = "state = 'pending'"
BROKEN = "state = 'broken'"
DEAD = "state = 'dead'"


def meets(table: Table, condition: str) -> ColumnElement[bool]:
    """Whether rows of a table meet one of these conditions."""
    condition_sql: ColumnElement[bool] = literal_column(f"{table.name}.{condition}")
    return condition_sql


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that meet a condition."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
