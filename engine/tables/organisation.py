"""Agencies with their units, positions, holders, teams and accounts; ``ordinal`` keeps the file's order."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, Text, false
from sqlmodel import Field, SQLModel

from engine.tables.cases import ACTING_KINDS
from engine.tables.columns import EMPTY, Instant, Names, StoredJson, one_of

ABSENCE_KINDS = ("dinas_luar", "cuti", "sakit", "lainnya")

LOCALES = ("id", "en")


class AgencyRow(SQLModel, table=True):
    __tablename__ = "agency"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    id: str = Field(primary_key=True, sa_type=Text)
    label: str = Field(sa_type=Text)
    short: str = Field(sa_type=Text)
    timezone: str = Field(sa_type=Text)
    calendar: str = Field(sa_type=Text)
    mail_domain: str | None = Field(sa_type=Text)
    hue: int | None
    logo: str | None = Field(sa_type=Text)
    version: int


class UnitRow(SQLModel, table=True):
    __tablename__ = "unit"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    type: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    parent: str | None = Field(sa_type=Text)
    valid_from: date | None = Field(sa_type=Date)
    valid_to: date | None = Field(sa_type=Date)
    ordinal: int


class PositionRow(SQLModel, table=True):
    __tablename__ = "position"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    label: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)  # a unit's id, or the agency's
    level: str | None = Field(sa_type=Text)
    roles: tuple[str, ...] = Field(sa_type=Names)
    reports_to: str | None = Field(sa_type=Text)
    valid_from: date | None = Field(sa_type=Date)
    valid_to: date | None = Field(sa_type=Date)
    ordinal: int


class HoldingRow(SQLModel, table=True):
    __tablename__ = "holding"
    __table_args__ = (
        one_of("kind", ACTING_KINDS),
        CheckConstraint("valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="dates"),
        Index("ix_holding_account", "account"),
    )

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    position: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    valid_from: date | None = Field(sa_type=Date)
    valid_to: date | None = Field(sa_type=Date)
    order_number: str | None = Field(sa_type=Text)
    order_file: str | None = Field(sa_type=Text)
    sops: tuple[str, ...] = Field(sa_type=Names, sa_column_kwargs=EMPTY)
    rank: int = Field(sa_column_kwargs={"server_default": "1"})
    standing: bool = Field(sa_column_kwargs={"server_default": false()})
    ordinal: int


class AbsenceRow(SQLModel, table=True):
    """Days on which a person is not there; never removed, only shortened."""

    __tablename__ = "absence"
    __table_args__ = (
        one_of("kind", ABSENCE_KINDS),
        # A day before the first one: it was taken back before it began.
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to OR ended_at IS NOT NULL", name="dates"),
        Index("ix_absence_account", "account"),
    )

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    kind: str = Field(sa_type=Text)
    valid_from: date = Field(sa_type=Date)
    valid_to: date | None = Field(sa_type=Date)
    entered_by: str = Field(sa_type=Text)
    entered_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)


class TeamRow(SQLModel, table=True):
    __tablename__ = "team"

    agency: str = Field(primary_key=True, foreign_key="agency.id", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    label: str = Field(sa_type=Text)
    decree: dict[str, Any] | None = Field(sa_type=StoredJson)
    chair: str | None = Field(sa_type=Text)
    members: tuple[str, ...] = Field(sa_type=Names)
    accounts: tuple[str, ...] = Field(sa_type=Names)
    valid_from: date | None = Field(sa_type=Date)
    valid_to: date | None = Field(sa_type=Date)
    terms: list[dict[str, Any]] = Field(sa_type=StoredJson, sa_column_kwargs=EMPTY)
    ordinal: int


class AccountRow(SQLModel, table=True):
    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("length(nip) = 18", name="nip"),
        one_of("locale", LOCALES),
        Index("ix_account_agency", "agency", "ordinal"),
    )

    username: str = Field(primary_key=True, sa_type=Text)
    label: str = Field(sa_type=Text)
    agency: str = Field(foreign_key="agency.id", sa_type=Text)
    password_hash: str | None = Field(sa_type=Text)
    system_roles: tuple[str, ...] = Field(sa_type=Names)
    disabled: bool
    ordinal: int
    nip: str | None = Field(sa_type=Text)
    locale: str | None = Field(sa_type=Text)
    contact: str | None = Field(sa_type=Text)
    linked_by_hand_since: datetime | None = Field(default=None, sa_type=Instant)
