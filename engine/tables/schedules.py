"""What became of every scheduled start, which dates were confirmed, and which summaries were sent."""

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
    message_id: str | None = Field(sa_type=Text)  # with the next: why it was refused
    message_en: str | None = Field(sa_type=Text)


class ConfirmedStartRow(SQLModel, table=True):
    """The dates of one period as somebody confirmed them; ``asked_*`` are those they moved to since.

    ``asked_at`` with no dates: the schedule has no such period any more.
    """

    __tablename__ = "confirmed_start"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    sop: str = Field(primary_key=True, sa_type=Text)
    period: str = Field(primary_key=True, sa_type=Text)
    opens_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    calendar: str = Field(sa_type=Text)
    calendar_version: str = Field(sa_type=Text)
    sop_version: str = Field(sa_type=Text)
    confirmed_by: str = Field(sa_type=Text)
    confirmed_at: datetime = Field(sa_type=Instant)
    asked_at: datetime | None = Field(sa_type=Instant)
    asked_opens_at: datetime | None = Field(sa_type=Instant)
    asked_due_at: datetime | None = Field(sa_type=Instant)
