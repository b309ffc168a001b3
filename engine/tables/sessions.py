"""What proves who is asking: sessions of browsers and tokens of programs, both known by a hash only."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, one_of

SCOPES = ("read", "write")
STAGES = ("password", "full")
WAYS_IN = ("password", "oidc", "ldap")


class SessionRow(SQLModel, table=True):
    """One signed-in browser; ``secret_hash`` is the SHA-256 of what its cookie holds, ``id`` may be shown.

    In stage ``password`` the first factor was right and the second is still to come.
    """

    __tablename__ = "session"
    __table_args__ = (
        one_of("stage", STAGES),
        one_of("way_in", WAYS_IN),
        Index("ix_session_id", "id", unique=True),
        Index("ix_session_account", "account"),
        Index("ix_session_seen", "seen_at"),
    )

    secret_hash: str = Field(primary_key=True, sa_type=Text)
    id: str = Field(sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    stage: str = Field(sa_type=Text)
    way_in: str = Field(sa_type=Text)
    second_factor: bool
    agent: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)


class TokenRow(SQLModel, table=True):
    """A bearer token made for a program; ``second_factor`` tells of the session that it was made in."""

    __tablename__ = "token"
    __table_args__ = (
        one_of("scope", SCOPES),
        Index("ix_token_secret", "secret_hash", unique=True),
        Index("ix_token_account", "account"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    secret_hash: str = Field(sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    name: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(sa_type=Instant)
    second_factor: bool
