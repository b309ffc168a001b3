"""Accounts as administrators keep them, and as their owners do. Pure."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, with_config

from engine.views.parts import Instant, Shape, example

Locale = Literal["id", "en"]
SystemRole = Literal["admin", "auditor", "author", "report_reader"]
Purpose = Literal["invite", "reset"]
Scope = Literal["read", "write"]
WayIn = Literal["password", "oidc", "ldap"]


class Account(Shape):
    username: str
    label: str
    nip: str | None
    locale: Locale
    contact: str | None
    system_roles: list[SystemRole]
    disabled: bool
    has_password: bool
    second_factor: bool
    links_by_mail: Annotated[
        bool, Field(description="Whether the provider may find it by its address; not once that was changed.")
    ]


class Link(Shape):
    """A one-time link, valid for 72 hours; ``url`` is shown this once, and not where it was mailed."""

    username: str
    purpose: Purpose
    expires_at: Instant
    url: str | None
    mailed: Annotated[bool, Field(description="Whether it was mailed to the person.")]


class ContactChanged(Account):
    told: Annotated[bool, Field(description="Whether the earlier address was told by mail.")]


class Session(Shape):
    id: str
    current: bool
    way: WayIn
    second_factor: bool
    agent: str
    address: str
    started_at: Instant
    seen_at: Instant


class Sessions(Shape):
    items: list[Session]
    next: None


class Ended(Shape):
    ended: int


class SecondFactor(Shape):
    enrolled: bool
    recovery_codes_left: int
    dormant_roles: list[SystemRole]


class Enrolment(Shape):
    """For an authenticator; shown this once, and of no effect until a code has confirmed it."""

    secret: str
    uri: Annotated[str, Field(description="What the QR code holds (`otpauth://`).")]


class RecoveryCodes(Shape):
    """Each may be used once in place of a code; shown this once."""

    recovery_codes: list[str]
    csrf_token: Annotated[str | None, Field(description="Of the session from now on.")]


class OwnToken(Shape):
    id: str
    name: str
    scope: Scope
    created_at: Instant
    expires_at: Instant
    last_used_at: Instant | None


class OwnTokens(Shape):
    items: list[OwnToken]
    next: None


class Token(Shape):
    """A new token; ``token`` is shown this once."""

    id: str
    name: str
    scope: Scope
    expires_at: Instant
    token: str


@with_config(
    example(
        {
            "issuer": "https://masuk.contoh.go.id/realms/pemda",
            "subject": "3f1c9c7e",
            "linked_at": "2026-01-05T08:00:00+08:00",
        }
    )
)
class Identity(Shape):
    issuer: Annotated[str, StringConstraints(max_length=500)]
    subject: Annotated[
        str, StringConstraints(max_length=255), Field(description="The person's `sub` at the provider.")
    ]
    linked_at: Instant


class Invited(Shape):
    """Whose a one-time link is, and until when it is valid."""

    username: str
    label: str
    purpose: Purpose
    expires_at: Instant
