"""What proves who is asking: sessions of browsers and tokens of programs, both known by a hash only; and
what proves it once more.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant, StoredJson, one_of

SCOPES = ("read", "write")
STAGES = ("password", "full")
WAYS_IN = ("password", "oidc", "ldap")


class SessionRow(SQLModel, table=True):
    """One signed-in browser; ``secret_hash`` is the SHA-256 of what its cookie holds, ``id`` may be shown.

    In stage ``password`` the first factor was right and the second is still to come. ``id_token`` is what the
    provider gave at sign-in, sealed; it tells the provider whom to sign out.
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
    id_token: str | None = Field(default=None, sa_type=Text)


class ConfirmationRow(SQLModel, table=True):
    """A fresh sign-in at the provider for one paraf or signature: of one session (its ``id``) and version.

    ``entered`` is what the page held besides the draft; ``confirmed_at`` is empty until the person is back.
    """

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_begun", "begun_at"),)

    session: str = Field(primary_key=True, sa_type=Text)
    task_id: str = Field(primary_key=True, foreign_key="task.id", sa_type=Text)
    version: int
    attempt_hash: str = Field(sa_type=Text)
    entered: dict[str, Any] = Field(sa_type=StoredJson)
    begun_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(sa_type=Instant)


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


class KeptFormRow(SQLModel, table=True):
    """What somebody typed on a page and is not done yet: one for each account, address and form of it.

    ``content`` is the form without its secrets, and why it was kept.
    """

    __tablename__ = "kept_form"
    __table_args__ = (Index("ix_kept_form_kept", "kept_at"),)

    account: str = Field(primary_key=True, foreign_key="account.username", sa_type=Text)
    address: str = Field(primary_key=True, sa_type=Text)
    content: dict[str, Any] = Field(sa_type=StoredJson)
    kept_at: datetime = Field(sa_type=Instant)
