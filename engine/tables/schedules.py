"""What became of every scheduled start of a case, and which weekly summaries were sent."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, one_of

STATES = ("started", "present", "missed", "failed")


class SummaryRow(SQLModel, table=True):
    """A weekly summary of a policy that was sent; its key lets it happen once."""

    __tablename__ = "summary"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    policy: str = Field(primary_key=True, sa_type=Text)
    at: datetime = Field(primary_key=True, sa_type=Instant)


class ScheduledStartRow(SQLModel, table=True):
    """One period of one SOP in one agency; its key lets it happen once."""

    __tablename__ = "scheduled_start"
    __table_args__ = (one_of("state", STATES), Index("ix_scheduled_start_state", "agency", "state"))

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    sop: str = Field(primary_key=True, sa_type=Text)
    period: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(sa_type=Text)
    opens_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    noted_at: datetime = Field(sa_type=Instant)
    case_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    error: str | None = Field(sa_type=Text)
