"""Registers: tables of an agency that outlive its cases."""

import sqlalchemy as sa
from alembic import op

from migrations.first_schema.schema import INSTANT

revision = "0103"
down_revision = "0102"


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("agency", "register_id", *names, name=f"pk_{table}")


def _whose() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("agency", sa.Text(), nullable=False), sa.Column("register_id", sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "register_file",
        *_whose(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        _key("register_file", "version"),
        sa.ForeignKeyConstraint(["agency"], ["agency.id"], name="fk_register_file_agency"),
    )
    op.create_table(
        "register_row",
        *_whose(),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        _key("register_row", "id"),
    )
    op.create_table(
        "register_row_version",
        *_whose(),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("position", sa.Text()),
        sa.Column("case_id", sa.Text()),
        sa.Column("task_id", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        _key("register_row_version", "row_id", "version"),
    )
    op.create_index(
        "ix_register_row_version_revision",
        "register_row_version",
        ["agency", "register_id", "revision", "row_id"],
    )
    op.create_table(
        "register_cell",
        *_whose(),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        _key("register_cell", "field", "word", "row_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_import",
        sa.Column("id", sa.Text(), nullable=False),
        *_whose(),
        sa.Column("account", sa.Text()),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_import"),
    )
    op.create_index("ix_register_import_read", "register_import", ["read_at"])
