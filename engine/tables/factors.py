"""How an account is proven besides its password, and what slows guessing down; no secret in clear."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, one_of

PURPOSES = ("invite", "reset")


class InvitationRow(SQLModel, table=True):
    """A link with which a person sets a password, once; known by the hash of its secret."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("purpose", PURPOSES), Index("ix_invitation_account", "account"))

    secret_hash: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    purpose: str = Field(sa_type=Text)
    made_by: str | None = Field(sa_type=Text)  # None: on the host's command line
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)


class SecondFactorRow(SQLModel, table=True):
    """The codes of an authenticator; ``secret`` is sealed with the key file, ``last_step`` was used last."""

    __tablename__ = "second_factor"

    account: str = Field(primary_key=True, foreign_key="account.username", sa_type=Text)
    secret: str = Field(sa_type=Text)
    begun_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(sa_type=Instant)
    last_step: int | None


class RecoveryCodeRow(SQLModel, table=True):
    """A code for the day when the authenticator is lost; ``hash`` is keyed with the key file."""

    __tablename__ = "recovery_code"

    account: str = Field(primary_key=True, foreign_key="account.username", sa_type=Text)
    hash: str = Field(primary_key=True, sa_type=Text)
    used_at: datetime | None = Field(sa_type=Instant)


class SignInFailureRow(SQLModel, table=True):
    """How often signing in failed of late, under hashes: a name that was typed may be a password."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        CheckConstraint("failures >= 1", name="failures"),
        Index("ix_sign_in_failure_name", "name_hash"),
        Index("ix_sign_in_failure_at", "failed_at"),
    )

    key: str = Field(primary_key=True, sa_type=Text)
    name_hash: str | None = Field(sa_type=Text)
    failures: int
    failed_at: datetime = Field(sa_type=Instant)
