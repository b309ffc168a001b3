"""The audit log: events as exact bytes, erasable details beside them, heads of streams other than cases.

Over all of them stands one tree: a leaf for each event, and the checkpoints that were signed of it.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Integer, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.audit.events import ERASURE
from engine.tables.columns import Instant
from engine.tables.conditions import partial


class AuditEventRow(SQLModel, table=True):
    """``entry`` is the order of arrival for the sequencer: it takes no lock, has gaps, proves nothing."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        UniqueConstraint("stream", "seq"),
        partial("ix_audit_event_erasure", "stream", "seq", where=f"act = '{ERASURE}'"),
    )

    entry: int = Field(
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
    )
    stream: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    prev: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=Instant)
    act: str = Field(sa_type=Text)
    account: str | None = Field(sa_type=Text)


class AuditDetailRow(SQLModel, table=True):
    """Salt and body become NULL together when erased; ``erasable`` is false under a legal hold."""

    __tablename__ = "audit_detail"
    __table_args__ = (CheckConstraint("(salt IS NULL) = (body IS NULL)", name="erased"),)

    stream: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    salt: bytes | None = Field(sa_type=LargeBinary)
    body: bytes | None = Field(sa_type=LargeBinary)
    erasable: bool


class AuditHeadRow(SQLModel, table=True):
    __tablename__ = "audit_head"

    stream: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(sa_type=Text)


class AuditLeafRow(SQLModel, table=True):
    """The place of an event in the tree over all; every event gets one, once, without a gap."""

    __tablename__ = "audit_leaf"
    __table_args__ = (
        CheckConstraint('"index" >= 0', name="index"),
        UniqueConstraint("entry"),
    )

    index: int = Field(
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        sa_column_kwargs={"autoincrement": False},
    )
    entry: int = Field(sa_type=BigInteger)
    leaf: bytes = Field(sa_type=LargeBinary)


class AuditCheckpointRow(SQLModel, table=True):
    """A signed checkpoint; ``peaks`` grow its tree on, ``keys`` are those that signed, a line each."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    number: int = Field(
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        sa_column_kwargs={"autoincrement": False},
    )
    origin: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    note: str = Field(sa_type=Text)
    peaks: bytes = Field(sa_type=LargeBinary)
    keys: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
