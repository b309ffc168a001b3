"""Versions of definitions, what authors are writing of them, and what others said to them."""

from datetime import date, datetime
from typing import get_args

from sqlalchemy import Date, Index, Text
from sqlmodel import Field, SQLModel

from engine.sop.vocabulary import Status
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
    begins_on: date | None = Field(sa_type=Date)  # the day on which it comes into force by itself
    began_at: datetime | None = Field(sa_type=Instant)  # when it last came into force


class SopDraftRow(SQLModel, table=True):
    """What the authors of an agency are writing of an SOP: one draft per id, with or without faults.

    ``earlier`` are the texts before it, newest last, so that going back gives the very bytes; ``scenarios``
    is the text of the walks that were kept with it.
    """

    __tablename__ = "sop_draft"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    text: str = Field(sa_type=Text)
    earlier: list[str] = Field(sa_type=StoredJson)
    scenarios: str = Field(sa_type=Text)
    revision: int
    changed_by: str = Field(foreign_key="account.username", sa_type=Text)
    changed_at: datetime = Field(sa_type=Instant)


class ReviewRemarkRow(SQLModel, table=True):
    """What somebody remarked on a version that is in review, on one step or (empty) on all of it."""

    __tablename__ = "review_remark"
    __table_args__ = (Index("ix_review_remark_version", "agency", "sop", "version"),)

    id: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(foreign_key="agency.id", sa_type=Text)
    sop: str = Field(sa_type=Text)
    version: str = Field(sa_type=Text)
    step: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class AcknowledgementRow(SQLModel, table=True):
    """That somebody has read a version before working by it."""

    __tablename__ = "acknowledgement"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    sop: str = Field(primary_key=True, sa_type=Text)
    version: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(primary_key=True, foreign_key="account.username", sa_type=Text)
    at: datetime = Field(sa_type=Instant)
