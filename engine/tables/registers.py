"""Definitions, calendars, files, counters and the answers kept for repeated requests."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from engine.sop.model import Status
from engine.tables.columns import Instant, StoredJson, one_of


class DefinitionRow(SQLModel, table=True):
    """One version of an agency's SOP; its text never changes, its status does."""

    __tablename__ = "definition"
    __table_args__ = (one_of("status", get_args(Status)),)

    agency: str = Field(primary_key=True, sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    stored_at: datetime = Field(sa_type=Instant)


class CalendarVersionRow(SQLModel, table=True):
    """One version of an agency's calendar; ``version`` is the hash of its data."""

    __tablename__ = "calendar_version"
    __table_args__ = (Index("ix_calendar_version_latest", "agency", "calendar", "ordinal", unique=True),)

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    calendar: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(primary_key=True, sa_type=Text)
    data: dict[str, Any] = Field(sa_type=StoredJson)
    decree_number: str | None = Field(sa_type=Text)
    stored_at: datetime = Field(sa_type=Instant)
    ordinal: int
    decree_date: str | None = Field(sa_type=Text)
    decree_issuer: str | None = Field(sa_type=Text)
    decree_title: str | None = Field(sa_type=Text)


class FileRow(SQLModel, table=True):
    """One upload; its bytes stand on disk under their hash."""

    __tablename__ = "file"
    __table_args__ = (CheckConstraint("size >= 0", name="size"), Index("ix_file_case", "case_id"))

    id: str = Field(primary_key=True, sa_type=Text)
    sha256: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    media_type: str = Field(sa_type=Text)
    uploaded_by: str | None = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=Instant)
    case_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    task_id: str | None = Field(foreign_key="task.id", sa_type=Text)


class IdempotencyRow(SQLModel, table=True):
    """What was answered to a request, so that its repetition gets the same answer and has no effect."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("ix_idempotency_at", "at"),)

    account: str = Field(primary_key=True, sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    body_hash: str = Field(sa_type=Text)
    answer: Any = Field(sa_type=StoredJson, nullable=True)
    at: datetime = Field(sa_type=Instant)


class CounterRow(SQLModel, table=True):
    """The last number given in a series of an agency and year."""

    __tablename__ = "counter"

    agency: str = Field(primary_key=True, sa_type=Text)
    series: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class MetaRow(SQLModel, table=True):
    __tablename__ = "meta"

    key: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)
