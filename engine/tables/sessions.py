"""What proves who is asking: sessions of browsers and tokens of programs, both known by a hash only."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, one_of

SCOPES = ("read", "write")


class SessionRow(SQLModel, table=True):
    """One signed-in browser; ``secret_hash`` is the SHA-256 of what its cookie holds."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_account", "account"), Index("ix_session_seen", "seen_at"))

    secret_hash: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)


class TokenRow(SQLModel, table=True):
    """A bearer token that a person made for a program."""

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
