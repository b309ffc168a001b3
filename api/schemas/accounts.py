"""Accounts as administrators keep them, and as their owners do."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Instant, Name, Paging, Shape

Username = Annotated[str, StringConstraints(max_length=64), Field(examples=["jp.umum"])]
Password = Annotated[str, StringConstraints(max_length=1000), Field(examples=["kuda lumping biru sembilan"])]
Code = Annotated[str, StringConstraints(max_length=40), Field(examples=["123456"])]
Nip = Annotated[
    str, StringConstraints(max_length=40), Field(description="18 digits, as text.", examples=[""])
]
Contact = Annotated[
    str,
    StringConstraints(max_length=320),
    Field(description="Where notices and one-time links are mailed.", examples=["jp@dinas.example"]),
]
Locale = Literal["id", "en"]
SystemRole = Literal["admin", "auditor", "author", "report_reader"]


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
    links_by_mail: bool = Field(
        description="Whether the provider may find it by its address; not once that was changed."
    )


class AccountsQuery(Paging):
    q: Annotated[str | None, StringConstraints(max_length=200)] = None


class NewAccount(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"username": "jp.umum.2", "label": "Pelaksana Umum"}]}
    )

    username: Username
    label: Name
    nip: Nip | None = None
    locale: Locale | None = None
    contact: Contact | None = None
    system_roles: Annotated[list[SystemRole], Field(max_length=4, default_factory=list)]


class Link(Shape):
    """A one-time link, valid for 72 hours; ``url`` is shown this once."""

    username: str
    purpose: Literal["invite", "reset"]
    expires_at: Instant
    url: str
    mailed: bool = Field(description="Whether it was also mailed to the person.")


class ProfileBody(Shape):
    """What is not given, or null, stays as it is; an empty text takes it away.

    Another address needs the password as well (not soon after signing in at a provider).
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"locale": "en"}]})

    label: Name | None = None
    nip: Nip | None = None
    locale: Locale | None = None
    contact: Contact | None = None
    password: Password | None = None


class ContactBody(Shape):
    """An empty text takes the address away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"contact": "jp.umum@contoh.go.id"}]})

    contact: Contact


class ContactChanged(Account):
    told: bool = Field(description="Whether the earlier address was told by mail.")


class PasswordBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"old_password": "…", "password": "kuda lumping biru sembilan"}]}
    )

    old_password: Password
    password: Password


class NewPassword(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "kuda lumping biru sembilan"}]})

    password: Password


class ProofBody(Shape):
    """The password again; left out by whoever signs in at a provider, soon after signing in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "…"}]})

    password: Password | None = None


class CodeBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "123456"}]})

    code: Code


class Session(Shape):
    id: str
    current: bool
    way: Literal["password", "oidc", "ldap"]
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
    uri: str = Field(description="What the QR code holds (`otpauth://`).")


class RecoveryCodes(Shape):
    """Each may be used once in place of a code; shown this once."""

    recovery_codes: list[str]
    csrf_token: str | None = Field(description="Of the session from now on.")


class OwnToken(Shape):
    id: str
    name: str
    scope: Literal["read", "write"]
    created_at: Instant
    expires_at: Instant
    last_used_at: Instant | None


class OwnTokens(Shape):
    items: list[OwnToken]
    next: None
