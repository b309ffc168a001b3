"""Registers: versions of their files, rows, what rows were before, the index of equal values, imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, StoredJson


class RegisterFileRow(SQLModel, table=True):
    """One version of the file of an agency's register; the last one counts."""

    __tablename__ = "register_file"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    register_id: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    sha256: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    stored_at: datetime = Field(sa_type=Instant)


class RegisterRow(SQLModel, table=True):
    """One row as it stands; who wrote it last is told by the version of that number."""

    __tablename__ = "register_row"

    agency: str = Field(primary_key=True, sa_type=Text)
    register_id: str = Field(primary_key=True, sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    version: int
    content: dict[str, Any] = Field(sa_type=StoredJson)
    retired: bool = Field(sa_type=Boolean)
    search: str = Field(sa_type=Text)


class RegisterRowVersion(SQLModel, table=True):
    """What one act made of one row; only what is personal is ever blanked in it."""

    __tablename__ = "register_row_version"
    __table_args__ = (
        Index("ix_register_row_version_revision", "agency", "register_id", "revision", "row_id"),
    )

    agency: str = Field(primary_key=True, sa_type=Text)
    register_id: str = Field(primary_key=True, sa_type=Text)
    row_id: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True)
    revision: int
    at: datetime = Field(sa_type=Instant)
    act: str = Field(sa_type=Text)
    account: str | None = Field(sa_type=Text)
    position: str | None = Field(sa_type=Text)
    case_id: str | None = Field(sa_type=Text)
    task_id: str | None = Field(sa_type=Text)
    reason: str | None = Field(sa_type=Text)
    content: dict[str, Any] = Field(sa_type=StoredJson)
    retired: bool = Field(sa_type=Boolean)


class RegisterCell(SQLModel, table=True):
    """A value of a row as a word, so that rows with equal values are found at once."""

    __tablename__ = "register_cell"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agency: str = Field(primary_key=True, sa_type=Text)
    register_id: str = Field(primary_key=True, sa_type=Text)
    field: str = Field(primary_key=True, sa_type=Text)
    word: str = Field(primary_key=True, sa_type=Text)
    row_id: str = Field(primary_key=True, sa_type=Text)


class RegisterImport(SQLModel, table=True):
    """A file that was read and reported on, until somebody confirms or drops it."""

    __tablename__ = "register_import"
    __table_args__ = (Index("ix_register_import_read", "read_at"),)

    id: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(sa_type=Text)
    register_id: str = Field(sa_type=Text)
    account: str | None = Field(sa_type=Text)
    read_at: datetime = Field(sa_type=Instant)
    revision: int
    content: dict[str, Any] = Field(sa_type=StoredJson)
