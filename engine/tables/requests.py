"""The answers that are kept for repeated requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, StoredJson


class IdempotencyRow(SQLModel, table=True):
    """What was answered to a request, so that its repetition gets the same answer and has no effect."""

    __tablename__ = "idempotency"
    __table_args__ = (Index("ix_idempotency_at", "at"),)

    account: str = Field(primary_key=True, sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    body_hash: str = Field(sa_type=Text)
    answer: Any = Field(sa_type=StoredJson, nullable=True)
    at: datetime = Field(sa_type=Instant)
