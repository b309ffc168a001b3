"""Timers of tasks and milestones, what waits for a catch-up, and the life signs of the workers that sweep."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, Index, Text
from sqlmodel import Field, SQLModel

from engine.reminders.timers import TimerState
from engine.tables.columns import IN_KEY_ORDER, Instant, Names, one_of
from engine.tables.conditions import BROKEN, PENDING, partial

NAMED = ("case_id", "subject", "stage")


class TimerRow(SQLModel, table=True):
    """One stage of one task (or milestone) of a case, which fires once."""

    __tablename__ = "timer"
    __table_args__ = (
        one_of("state", TimerState),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(state = 'fired') = (fired_at IS NOT NULL)", name="fired"),
        partial("ix_timer_next", "next_try_at", *NAMED, where=PENDING),
        partial("ix_timer_broken", "at", *NAMED, where=BROKEN),
        IN_KEY_ORDER,
    )

    case_id: str = Field(primary_key=True, foreign_key="sop_case.id", sa_type=Text)
    subject: str = Field(primary_key=True, sa_type=Text)
    stage: str = Field(primary_key=True, sa_type=Text)
    rank: int
    at: datetime = Field(sa_type=Instant)
    sendable_at: datetime = Field(sa_type=Instant)
    next_try_at: datetime = Field(sa_type=Instant)
    state: str = Field(sa_type=Text)
    attempts: int
    error: str | None = Field(sa_type=Text)
    fired_at: datetime | None = Field(sa_type=Instant)
    recipients: tuple[str, ...] = Field(sa_type=Names)


class DigestEntryRow(SQLModel, table=True):
    """One line of a catch-up that one person will get; ``notice_id`` says in which it was sent."""

    __tablename__ = "digest_entry"
    __table_args__ = (partial("ix_digest_entry_unsent", "send_at", "account", where="notice_id IS NULL"),)

    timer_id: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(primary_key=True, sa_type=Text)
    late: bool
    at: datetime = Field(sa_type=Instant)
    send_at: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=Text)
    notice_id: str | None = Field(foreign_key="notice.id", sa_type=Text)


class HeartbeatRow(SQLModel, table=True):
    """When a worker last ticked; rows of workers that are gone stay until they are tidied away."""

    __tablename__ = "heartbeat"
    __table_args__ = (Index("ix_heartbeat_ticked", "ticked_at"),)

    worker: str = Field(primary_key=True, sa_type=Text)
    started_at: datetime = Field(sa_type=Instant)
    ticked_at: datetime = Field(sa_type=Instant)
    boot: str | None = Field(sa_type=Text)  # with what follows: how the clocks stood, for the next worker
    steady: float | None = Field(sa_type=Float)
    shown_at: datetime | None = Field(sa_type=Instant)
    doubted_since: float | None = Field(sa_type=Float)


class OutageRow(SQLModel, table=True):
    """A stretch of working time in which no worker ticked; kept so that auditors can discount it."""

    __tablename__ = "outage"

    from_at: datetime = Field(primary_key=True, sa_type=Instant)
    to_at: datetime = Field(sa_type=Instant)
    working_minutes: int
