"""Versions of calendars."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, StoredJson


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
