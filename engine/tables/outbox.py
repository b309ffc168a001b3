"""What leaves the office besides the notices shown in it: deliveries, messages, personal choices."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from engine.notices.outbox import MessageState
from engine.tables.columns import Instant, Names, StoredJson, one_of
from engine.tables.conditions import DEAD, PENDING, partial

UNSENT = "message_id IS NULL"


class DeliveryRow(SQLModel, table=True):
    """One notice that has to go out by one channel; ``message_id`` says with which message it went."""

    __tablename__ = "delivery"
    __table_args__ = (
        partial("ix_delivery_unsent", "send_at", "account", where=UNSENT),
        partial("ix_delivery_waiting", "account", "channel", where=UNSENT),
        Index("ix_delivery_message", "message_id"),
    )

    notice_id: str = Field(primary_key=True, foreign_key="notice.id", sa_type=Text)
    channel: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(sa_type=Text)
    send_at: datetime = Field(sa_type=Instant)
    message_id: str | None = Field(foreign_key="message.id", sa_type=Text)


class MessageRow(SQLModel, table=True):
    """What one person gets at once by one channel; its id stays the same however often it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", MessageState),
        CheckConstraint("attempts >= 0", name="attempts"),
        partial("ix_message_next", "next_try_at", "id", where=PENDING),
        partial("ix_message_dead", "created_at", "id", where=DEAD),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    channel: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    state: str = Field(sa_type=Text)
    attempts: int
    next_try_at: datetime = Field(sa_type=Instant)
    error: str | None = Field(sa_type=Text)
    sent_at: datetime | None = Field(sa_type=Instant)


class PreferenceRow(SQLModel, table=True):
    """How one person wants to be told; without a row, at once and by every channel."""

    __tablename__ = "preference"
    __table_args__ = (one_of("pace", ("at_once", "digest")),)

    account: str = Field(primary_key=True, foreign_key="account.username", sa_type=Text)
    pace: str = Field(sa_type=Text)
    digest_at: str = Field(sa_type=Text)
    channels: tuple[str, ...] | None = Field(sa_type=Names)
    quiet_from: str | None = Field(sa_type=Text)
    quiet_to: str | None = Field(sa_type=Text)
    addresses: dict[str, Any] = Field(sa_type=StoredJson)
