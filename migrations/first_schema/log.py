"""The log: events, details, heads."""

import sqlalchemy as sa

from migrations.first_schema.schema import ENTRY, INSTANT, SCHEMA

sa.Table(
    "audit_event",
    SCHEMA,
    sa.Column("entry", ENTRY, nullable=False),
    sa.Column("stream", sa.Text(), nullable=False),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.Column("prev", sa.Text(), nullable=False),
    sa.Column("hash", sa.Text(), nullable=False),
    sa.Column("body", sa.LargeBinary(), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("act", sa.Text(), nullable=False),
    sa.Column("account", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("entry", name="pk_audit_event"),
    sa.CheckConstraint("seq >= 1", name="ck_audit_event_seq"),
    sa.UniqueConstraint("stream", "seq", name="uq_audit_event_stream_seq"),
    sa.Index("ix_audit_event_at", "at", unique=False),
)

sa.Table(
    "audit_detail",
    SCHEMA,
    sa.Column("stream", sa.Text(), nullable=False),
    sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
    sa.Column("salt", sa.LargeBinary(), nullable=True),
    sa.Column("body", sa.LargeBinary(), nullable=True),
    sa.Column("erasable", sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint("stream", "seq", name="pk_audit_detail"),
    sa.CheckConstraint("(salt IS NULL) = (body IS NULL)", name="ck_audit_detail_erased"),
)

sa.Table(
    "audit_head",
    SCHEMA,
    sa.Column("stream", sa.Text(), nullable=False),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.Column("hash", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("stream", name="pk_audit_head"),
)
