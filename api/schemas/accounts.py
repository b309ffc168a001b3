"""Accounts as administrators keep them, and as their owners do."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Name, Paging, Shape
from engine.views.accounts import Locale, SystemRole

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


class AccountsQuery(Paging):
    q: Annotated[str | None, StringConstraints(max_length=200)] = None
    has_password: bool | None = None


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
