"""What officials say about findings, and what they decide about how their SOPs run."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant


class ExplanationRow(SQLModel, table=True):
    """Why something that conformance found came about; the last word of whoever answers for the SOP."""

    __tablename__ = "explanation"
    __table_args__ = (Index("ix_explanation_case", "agency", "case_id"),)

    finding: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(foreign_key="agency.id", sa_type=Text)
    case_id: str = Field(foreign_key="sop_case.id", sa_type=Text)
    text: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    position: str | None = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class VerdictRow(SQLModel, table=True):
    """Whether an SOP ran well in a half-year, as its official decided."""

    __tablename__ = "verdict"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    period: str = Field(primary_key=True, sa_type=Text)
    sop: str = Field(primary_key=True, sa_type=Text)
    runs_well: bool
    note: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    account: str = Field(sa_type=Text)
    position: str | None = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
