"""Which account a person of an identity provider is; who may be linked is decided in the commands."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.tables.columns import Instant


class IdentityLinkRow(SQLModel, table=True):
    """One person of one provider (``issuer``, ``subject``); an account has at most one at each provider."""

    __tablename__ = "identity_link"
    __table_args__ = (UniqueConstraint("account", "issuer"),)

    issuer: str = Field(primary_key=True, sa_type=Text)
    subject: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(foreign_key="account.username", sa_type=Text)
    linked_at: datetime = Field(sa_type=Instant)
