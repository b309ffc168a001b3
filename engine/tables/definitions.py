"""Versions of definitions."""

from datetime import date, datetime
from typing import get_args

from sqlalchemy import Date, Text
from sqlmodel import Field, SQLModel

from engine.sop.model import Status
from engine.tables.columns import Instant, one_of


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
    begins_on: date | None = Field(sa_type=Date)  # the day on which it comes into force by itself
