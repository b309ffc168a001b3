"""Words of columns are compared one by one: SQLite made a table of every list, for each check at each write."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0119"
down_revision = "0118"

OPEN = "state NOT IN ('completed', 'cancelled')"
PAGE = ("due_at", "case_number", "id")
INDEXES = {
    "ix_task_mine": (("assignee", *PAGE), f"assignee IS NOT NULL AND {OPEN}"),
    "ix_task_unit": (("agency", "position", *PAGE), f"position IS NOT NULL AND {OPEN}"),
    "ix_task_helped": (("helper", *PAGE), f"helper IS NOT NULL AND {OPEN}"),
    "ix_task_open": (("case_id",), OPEN),
}
IN_SQLITE = re.compile(r"CHECK \((\w+) IN \(('[^)]*')\)\)")
IN_POSTGRES = re.compile(r"CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)")
CHECKS = """
SELECT t.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'c' AND t.relnamespace = 'public'::regnamespace
"""


def upgrade() -> None:
    connection = op.get_bind()
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, "task")
        op.create_index(
            name, "task", list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    if connection.dialect.name == "sqlite":
        _rewritten(connection)
        return
    for table, name, check in connection.execute(sa.text(CHECKS)).all():
        if found := IN_POSTGRES.fullmatch(check):
            op.drop_constraint(name, table)
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({_one_by_one(found)})")


def _rewritten(connection: sa.Connection) -> None:
    """What a table refuses is written in its statement alone; no row has to be copied for it."""
    tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for name, sql in tables:
        again = IN_SQLITE.sub(lambda found: f"CHECK ({_one_by_one(found)})", sql)
        if again != sql:
            connection.exec_driver_sql(
                "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (again, name)
            )
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _one_by_one(found: re.Match[str]) -> str:
    column, words = found.groups()
    return " OR ".join(f"{column} = '{word}'" for word in re.findall(r"'([^']*)'", words))
